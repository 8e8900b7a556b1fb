#!/usr/bin/env python3
"""Folders that are mounted so that nobody can write: pictures there are indexed and stay as they are,
and an album there is searched, but says that it cannot be changed.

    read_only_test.py BINARY
"""
import ctypes
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "..", "..", "goldens", "model_v1.storyteller")
MS_RDONLY, MS_REMOUNT, MS_BIND = 1, 32, 4096


def mount(folder, again):
    flags = MS_BIND | ((MS_REMOUNT | MS_RDONLY) if again else 0)
    name = os.fsencode(folder)
    return ctypes.CDLL(None, use_errno=True).mount(name, name, None, flags, None) == 0


def inside(binary, folder):
    """In a process that has mounts of its own, which end with it."""
    if not (mount(folder, False) and mount(folder, True)):
        print("skipped: nothing may be mounted here")
        return 77
    found = []

    def album(database, *arguments, status=0, says=""):
        run = subprocess.run([binary, "album", *arguments, "--db", database],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        text = run.stdout.decode() + run.stderr.decode()
        if run.returncode != status or says not in text:
            found.append(f"{arguments} of {database}: {run.returncode}: {text}; wanted {status}: {says}")
    there, pictures = os.path.join(folder, "a.db"), os.path.join(folder, "p")
    elsewhere = os.path.join(os.path.dirname(folder), "b.db")
    first = os.path.join(pictures, "0000.jpg")
    album(there, "search", "heart", status=0)
    album(there, "search", "tag:mine", says="0000.jpg")
    album(there, "show", first, says="mine (hand)")
    album(there, "check", says="ok: 5 pictures")
    album(there, "export", "--csv", says="0000.jpg")
    album(there, "tag", first, "+other", status=5, says="cannot be written: Read-only file system")
    album(there, "index", pictures, "--model", MODEL, status=5, says="cannot be written")
    album(elsewhere, "index", pictures, "--quiet", "--model", MODEL, says="5 pictures, 5 new")
    album(elsewhere, "check", says="ok: 5 pictures")
    album(os.path.join(folder, "open.db"), "search", "heart", status=5, says="open.db-wal")
    print("\n".join(found) or "folders that nobody can write to are read")
    return bool(found)


def main():
    binary = os.path.abspath(sys.argv[1])
    if len(sys.argv) > 2:
        sys.exit(inside(binary, sys.argv[2]))
    with tempfile.TemporaryDirectory() as scratch:
        folder = os.path.join(scratch, "folder")
        pictures, database = os.path.join(folder, "p"), os.path.join(folder, "a.db")
        os.mkdir(folder)
        made = subprocess.run([sys.executable, os.path.join(HERE, "pictures.py"), pictures, "5"])
        if made.returncode:
            sys.exit(made.returncode)
        for command in (["index", pictures, "--quiet", "--model", MODEL],
                        ["tag", os.path.join(pictures, "0000.jpg"), "+mine"]):
            run = subprocess.run([binary, "album", *command, "--db", database],
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            if run.returncode:
                print("skipped: " + run.stderr.decode().strip())
                sys.exit(77 if run.returncode == 8 else 1)
        # As an index run leaves it that was killed: changes beside it.
        with open(database, "rb") as file, open(os.path.join(folder, "open.db"), "wb") as copy:
            copy.write(file.read())
        with open(os.path.join(folder, "open.db-wal"), "wb") as file:
            file.write(b"changes")
        me = [sys.executable, os.path.abspath(__file__), binary, folder]
        for unshare in (["unshare", "--mount"], ["unshare", "--mount", "--map-root-user"]):
            try:
                run = subprocess.run(unshare + me, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            except FileNotFoundError:
                break
            if b"unshare failed" not in run.stderr:
                print(run.stdout.decode().strip() + run.stderr.decode())
                sys.exit(run.returncode)
        print("skipped: no process may have mounts of its own here")
        sys.exit(77)


if __name__ == "__main__":
    main()
