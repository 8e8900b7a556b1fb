#!/usr/bin/env python3
"""An album of 100,000 pictures of which none was changed is indexed again: within seconds, and no
picture is opened.

    unchanged_nightly.py BINARY [PICTURES]

The files are links to one picture; rows for all but the first are copied within the database. Then
the picture is overwritten with bytes that are none, of the same size and time: who opens it would see.
"""
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "..", "..", "goldens", "model_v1.storyteller")
GOAL, RUNS, A_FOLDER = 5, 5, 1000


def main():
    binary, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    with tempfile.TemporaryDirectory() as scratch:
        pictures, database = os.path.join(scratch, "p"), os.path.join(scratch, "a.db")
        made = subprocess.run([sys.executable, os.path.join(HERE, "pictures.py"), pictures, "1"])
        if made.returncode:
            sys.exit(made.returncode)
        first = os.path.join(pictures, "0000.jpg")
        command = [binary, "album", "index", pictures, "--db", database, "--quiet", "--model", MODEL]
        run = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if run.returncode == 8:
            print("skipped: " + run.stderr.decode().strip())
            sys.exit(77)
        names = [f"{i // A_FOLDER:03}/{i % A_FOLDER:03}.jpg" for i in range(1, count)]
        for i, name in enumerate(names):
            if i == 0 or name.endswith("/000.jpg"):
                os.makedirs(os.path.join(pictures, os.path.dirname(name)), exist_ok=True)
        originals = [first]  # a file takes some ten thousand links
        for i, name in enumerate(names):
            path = os.path.join(pictures, name)
            if i % 30_000 == 29_999:
                with open(first, "rb") as file, open(path, "wb") as copy:
                    copy.write(file.read())
                kept = os.stat(first)
                os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))
                originals.append(path)
            else:
                os.link(originals[-1], path)
        album = sqlite3.connect(database)
        columns = ", ".join(row[1] for row in album.execute("PRAGMA table_info(picture)"))
        for i, name in enumerate(names):
            values = columns.replace("id", "?", 1).replace("name", "?", 1)
            album.execute(f"INSERT INTO picture({columns}) SELECT {values} FROM picture WHERE id = 1",
                          (i + 2, name.encode()))
        album.execute("INSERT INTO caption SELECT p.id, model, caption, text, confidence, photo, grade, "
                      "log_probability FROM caption, picture p WHERE caption.picture = 1 AND p.id > 1")
        album.commit()
        album.close()
        for path in originals:
            kept = os.stat(path)
            with open(path, "wb") as file:
                file.write(b"x" * kept.st_size)
            os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))
        took = []
        for _ in range(RUNS):
            begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
            run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            took.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
                         time.monotonic() - begin))
            said = run.stdout.decode().strip()
            if said != f"{count:,} pictures, 0 new, 0 bad":
                sys.exit("said: " + said)
        took.sort()
        print(f"{count} unchanged pictures: {took[RUNS // 2][0]:.2f} s of the processor ({took[0][0]:.2f} "
              f"to {took[-1][0]:.2f}), {sorted(t[1] for t in took)[RUNS // 2]:.2f} s on the clock; "
              f"{after.ru_maxrss / 1000:.0f} MB")
        if took[RUNS // 2][0] > GOAL:
            sys.exit(f"more than {GOAL} s")


if __name__ == "__main__":
    main()
