#!/usr/bin/env python3
"""How fast an album of 100,000 pictures answers: Flickr8k's dev pictures are indexed, and what was
found is copied a hundred times within the database.

    large_nightly.py BINARY [FLICKR8K] [DATABASE]

Prints times of searches in one process and from the shell, of similar pictures, of bringing an album
of version 1 up to date, the size of the database and the memory that searching and indexing take, and
fails where a goal is missed. Times are those of the processor, on the clock only beside them, as the
machine may be busy. FLICKR8K is by default STORYTELLER_DATA's; DATABASE an album of its dev pictures
that is there already (measure.py --db).
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
    # Postings as searches read them are made anew from the rows, as for an album of version 1.
    album.execute("DROP TABLE packed")
    album.execute("DROP INDEX picture_taken")
    album.execute("DROP INDEX caption_grade")
    album.execute("ALTER TABLE model DROP COLUMN words")
    album.execute("PRAGMA user_version = 1")
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
    """Milliseconds of the processor, and on the clock."""
    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return used * 1000, (time.monotonic() - begin) * 1000


def with_memory(command, text):
    """What a program prints, and the most megabytes that it had."""
    # By a small process, as a child's greatest memory counts that of its parent before exec.
    small = ("import resource, subprocess, sys; "
             "subprocess.run(sys.argv[1:], check=True); "
             "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)")
    run = subprocess.run([sys.executable, "-c", small] + command, input=text.encode(),
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
    return run.stdout, int(run.stderr.split()[-1]) / 1000


class Figures:
    def __init__(self):
        self.missed = []

    def show(self, what, value, goal, unit, more=""):
        """A figure that must not be greater than its goal."""
        print(f"{what}: {value:.1f} {unit} (goal: {goal}){more}", flush=True)
        if value > goal:
            self.missed.append(what)


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def spread(runs):
    used, clock = [run[0] for run in runs], [run[1] for run in runs]
    return (f"; {min(used):.0f} to {max(used):.0f}, median {quantile(used, .5):.0f}; on the clock "
            f"{quantile(clock, .5):.0f}, {len(runs)} runs")


def main():
    binary = os.path.abspath(sys.argv[1])
    data = os.environ.get("STORYTELLER_DATA", os.path.join(HERE, "../../../../shared/data"))
    flickr8k = sys.argv[2] if len(sys.argv) > 2 else os.path.join(data, "flickr8k")
    if not os.path.exists(os.path.join(flickr8k, "Flickr_8k.devImages.txt")):
        print(f"skipped: real data is absent: {flickr8k}")
        sys.exit(77)
    figures = Figures()
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
                    '"in the snow"', "dog without a ball", "tag:dog", "clothing", "man in a red shirt",
                    "dog after:2001", "dog grade:sure", f"dog in:{flickr8k}/images"]

        def search(rounds):
            shown, memory = with_memory(album + ["search", "-", "--db", database],
                                        "\n".join(queries * rounds))
            return [json.loads(line) for line in shown.splitlines()], memory
        before, _ = search(1)
        first = before[0]["images"][0]
        upgrade = timed(album + ["tag", first, "+measured", "--db", database])
        rows, memory = search(3)
        for old, new in zip(before, rows):
            if old["images"] != new["images"]:
                sys.exit(f"albums of version 1 and 2 answer differently: {old['query']}")
        warm = rows[len(queries):]
        size = os.path.getsize(database) / 1e6
        figures.show(f"database of {pictures} pictures", size, 200, "MB",
                     f"; brought up to date from version 1 in {upgrade[0] / 1000:.1f} s")
        used = [row["processor_milliseconds"] for row in warm]
        slow = sorted(warm, key=lambda row: -row["processor_milliseconds"])[:5]
        figures.show("search in one process, p50", quantile(used, .5), 10, "ms")
        figures.show("search in one process, p99", quantile(used, .99), 50, "ms",
                     f"; on the clock p50 {quantile([row['milliseconds'] for row in warm], .5):.1f}, p99 "
                     f"{quantile([row['milliseconds'] for row in warm], .99):.1f}; {len(used)} searches; "
                     "slowest: " + ", ".join(f"{row['query']} {row['processor_milliseconds']:.0f}"
                                             for row in slow))
        cold = [timed(album + ["search", query, "--db", database]) for query in queries[::4]]
        figures.show("search from the shell, slowest", max(run[0] for run in cold), 150, "ms", spread(cold))
        alike = [timed(album + ["similar", first, "--db", database]) for _ in range(15)]
        figures.show("similar, a picture of the album", quantile([run[0] for run in alike], .5), 120, "ms",
                     spread(alike))
        like = [timed(album + ["search", "dog", "--like", first, "--db", database]) for _ in range(9)]
        figures.show("search --like, a picture of the album", quantile([run[0] for run in like], .5), 150,
                     "ms", spread(like))
        figures.show("memory while searching", memory, 80, "MB")
        names = sorted(os.listdir(os.path.join(flickr8k, "images")))[:200]
        _, memory = with_memory(album + ["index", "-", "--quiet", "--db", os.path.join(scratch, "b.db")],
                                "\n".join(os.path.join(flickr8k, "images", name) for name in names))
        print(f"memory while indexing: {memory:.0f} MB")
    if figures.missed:
        sys.exit("missed: " + ", ".join(figures.missed))


if __name__ == "__main__":
    main()
