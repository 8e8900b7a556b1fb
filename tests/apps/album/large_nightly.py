#!/usr/bin/env python3
"""How fast an album of 100,000 pictures answers: Flickr8k's dev pictures are indexed, and what was
found is copied a hundred times within the database.

    large_nightly.py BINARY [FLICKR8K] [DATABASE]

Prints times of searches in one process and from the shell, of similar pictures, of indexing when
nothing changed, the size of the database and the memory that searching takes. FLICKR8K is by default
STORYTELLER_DATA's; DATABASE an album of its dev pictures that is there already (measure.py --db).
"""
import json
import os
import resource
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
COPIES = 100


def grow(database):
    """Copies every picture but for its file, with ids that go on."""
    album = sqlite3.connect(database)
    album.execute("PRAGMA cache_size = -600000")
    album.execute("DROP INDEX posting_picture")
    (step,) = album.execute("SELECT max(id) FROM picture").fetchone()
    vectors = {}
    for ids, data in album.execute("SELECT ids, data FROM vectors"):
        for i, (picture,) in enumerate(struct.iter_unpack("<q", ids)):
            vectors[picture] = data[128 * i:128 * (i + 1)]
    for copy in range(1, COPIES):
        by = copy * step
        album.execute("INSERT INTO picture SELECT id + ?1, root, CAST(?2 || name AS BLOB), size, "
                      "mtime_ns, content + ?1, width, height, taken, orientation, dhash, state, claimed, "
                      "why FROM picture WHERE id <= ?3", (by, f"{copy:02}/", step))
        album.execute("INSERT INTO caption SELECT picture + ?, model, caption, text, confidence, photo, "
                      "grade, log_probability FROM caption WHERE picture <= ?", (by, step))
        album.execute("INSERT INTO words(rowid, caption, keywords, name) SELECT picture.id, caption, '', "
                      "CAST(name AS TEXT) FROM picture JOIN caption ON picture = picture.id WHERE "
                      "picture.id > ? AND picture.id <= ?", (by, by + step))
    album.execute("INSERT INTO posting SELECT term, picture + by, source, weight FROM posting, (WITH "
                  "RECURSIVE copy(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM copy WHERE n < ?1 - 1) "
                  "SELECT n * ?2 AS by FROM copy) ORDER BY 1, 2", (COPIES, step))
    album.execute("CREATE INDEX posting_picture ON posting(picture)")
    album.execute(f"UPDATE term SET pictures = pictures * {COPIES}")
    album.execute("DELETE FROM vectors")
    everyone = [(picture + copy * step, vector) for copy in range(COPIES)
                for picture, vector in sorted(vectors.items())]
    blocks = {}
    for picture, vector in everyone:
        blocks.setdefault(picture // 1024, []).append((picture, vector))
    for block, members in blocks.items():
        album.execute("INSERT INTO vectors VALUES(?, ?, ?)",
                      (block, b"".join(struct.pack("<q", p) for p, _ in members),
                       b"".join(v for _, v in members)))
    album.commit()
    album.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    album.close()
    return len(everyone)


def timed(command):
    """Milliseconds on the clock, and of the processor."""
    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (time.monotonic() - begin) * 1000, used * 1000


def main():
    binary = sys.argv[1]
    data = os.environ.get("STORYTELLER_DATA", os.path.join(HERE, "../../../../shared/data"))
    flickr8k = sys.argv[2] if len(sys.argv) > 2 else os.path.join(data, "flickr8k")
    if not os.path.exists(os.path.join(flickr8k, "Flickr_8k.devImages.txt")):
        print(f"skipped: real data is absent: {flickr8k}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as scratch:
        database = os.path.join(scratch, "album.db")
        if len(sys.argv) > 3:
            shutil.copy(sys.argv[3], database)
        else:
            subprocess.run([sys.executable, os.path.join(HERE, "measure.py"), binary, flickr8k, "--db",
                            database], check=True)
        album = [binary, "album"]
        pictures = grow(database)
        with open(os.path.join(HERE, "queries.tsv")) as file:
            queries = [line.split("\t")[0] for line in file]
        with open(os.path.join(HERE, "absent.txt")) as file:
            queries += [line.strip() for line in file]
        queries += ["person outdoors", "animal", "vehicle", "man woman child dog", "people -dog",
                    '"in the snow"', "dog without a ball", "tag:dog", "clothing", "man in a red shirt"]
        text = "\n".join(queries * 3).encode()
        # By a small process, as a child's greatest memory counts that of its parent before exec.
        small = ("import resource, subprocess, sys; "
                 "subprocess.run(sys.argv[1:], check=True); "
                 "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)")
        shown = subprocess.run([sys.executable, "-c", small] + album + ["search", "-", "--db", database],
                               input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
        memory = int(shown.stderr.split()[-1])
        rows = [json.loads(line) for line in shown.stdout.splitlines()]
        warm = sorted(row["milliseconds"] for row in rows[len(queries):])
        slow = sorted(rows[len(queries):], key=lambda row: -row["milliseconds"])[:3]
        at = lambda share: warm[min(len(warm) - 1, int(share * len(warm)))]
        cold = sorted(timed(album + ["search", query, "--db", database]) for query in queries[::8])
        first = json.loads(shown.stdout.splitlines()[0])["images"][0]
        alike = sorted(timed(album + ["similar", first, "--db", database]) for _ in range(7))
        print(f"{pictures} pictures, {os.path.getsize(database) / 1e6:.0f} MB")
        print(f"search in one process: p50 {at(.5):.1f} ms, p95 {at(.95):.1f} ms, p99 {at(.99):.1f} ms "
              f"({len(warm)} searches; slowest: "
              + ", ".join(f"{row['query']} {row['milliseconds']:.0f}" for row in slow) + ")")
        used = sorted(row[1] for row in cold)
        busy = sorted(row["processor_milliseconds"] for row in rows[len(queries):])
        print(f"  of the processor: p50 {busy[len(busy) // 2]:.1f} ms, p99 "
              f"{busy[int(.99 * len(busy))]:.1f} ms; the first time that each is asked: p99 "
              f"{sorted(r['processor_milliseconds'] for r in rows[:len(queries)])[-2]:.0f} ms")
        print(f"search from the shell: p50 {cold[len(cold) // 2][0]:.0f} ms, greatest {cold[-1][0]:.0f} "
              f"ms; of the processor p50 {used[len(used) // 2]:.0f} ms, greatest {used[-1]:.0f} ms")
        print(f"similar from the shell, no encoding: p50 {alike[len(alike) // 2][0]:.0f} ms, of the "
              f"processor {sorted(row[1] for row in alike)[len(alike) // 2]:.0f} ms")
        print(f"memory while searching: {memory / 1000:.0f} MB")


if __name__ == "__main__":
    main()
