#!/usr/bin/env python3
"""Originals keep their bytes, times, modes and places, whatever the album does with them; folders
that nobody may write to are indexed as others are.

    originals_test.py BINARY [COUNT]
"""
import hashlib
import os
import stat
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "..", "..", "goldens", "model_v1.storyteller")


def look(folder):
    found = {}
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        kept = os.stat(path)
        with open(path, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        found[name] = digest, kept.st_mtime_ns, kept.st_ino, kept.st_mode, kept.st_size
    return found


def main():
    binary, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 120
    with tempfile.TemporaryDirectory() as scratch:
        pictures = os.path.join(scratch, "p")
        made = subprocess.run([sys.executable, os.path.join(HERE, "pictures.py"), pictures, str(count)])
        if made.returncode:
            sys.exit(made.returncode)
        for i, name in enumerate(sorted(os.listdir(pictures))):
            os.chmod(os.path.join(pictures, name), [0o644, 0o400, 0o600, 0o755][i % 4])
            os.utime(os.path.join(pictures, name), ns=(10**18 + i, 10**18 + 7 * i))
        os.chmod(pictures, stat.S_IRUSR | stat.S_IXUSR)
        before = look(pictures)
        first = os.path.join(pictures, "0000.jpg")
        database = os.path.join(scratch, "a.db")

        def album(*arguments):
            run = subprocess.run([binary, "album", *arguments, "--db", database],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            if run.returncode == 8:
                print("skipped: " + run.stderr.decode().strip())
                sys.exit(77)
            if run.returncode:
                sys.exit(f"{arguments}: {run.stderr.decode()}")
        album("index", pictures, "--quiet", "--model", MODEL)
        album("tag", first, "+mine", "-heart")
        album("index", pictures, "--quiet", "--recaption", "--prune", "--model", MODEL)
        album("search", "heart")
        album("show", first)
        album("duplicates", "--near")
        album("tags")
        album("export", "--csv", "--to", os.path.join(scratch, "out"))
        album("gallery", os.path.join(scratch, "gallery"))
        album("check")
        os.chmod(pictures, 0o700)
        if look(pictures) != before:
            sys.exit("originals were changed")
        print(f"{count} originals are as they were")


if __name__ == "__main__":
    main()
