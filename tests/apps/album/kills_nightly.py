#!/usr/bin/env python3
"""An index run is killed at 200 random moments: the album is whole every time, at most one batch of
64 pictures was lost, and what was done stays done.

    kills_nightly.py BINARY [KILLS]
"""
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..", "..")
MODEL = os.path.join(ROOT, "tests", "goldens", "model_v1.storyteller")


def state_of(database):
    """(integrity, pictures that are done, pictures that are claimed)."""
    album = sqlite3.connect(database)
    try:
        (integrity,) = album.execute("PRAGMA integrity_check").fetchone()
        done, claimed = album.execute("SELECT sum(state = 1), sum(claimed IS NOT NULL AND state = 0) "
                                      "FROM picture").fetchone()
        return integrity, done or 0, claimed or 0
    except sqlite3.OperationalError:  # it was killed before there were tables
        return "ok", 0, 0
    finally:
        album.close()


def main():
    binary, kills = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200
    draws = random.Random(1)
    with tempfile.TemporaryDirectory() as scratch:
        pictures, database = os.path.join(scratch, "p"), os.path.join(scratch, "a.db")
        made = subprocess.run([sys.executable, os.path.join(HERE, "pictures.py"), pictures, "1500"])
        if made.returncode:
            sys.exit(made.returncode)
        command = [binary, "album", "index", pictures, "--db", database, "--quiet", "--model", MODEL]
        done, albums, most, killed = 0, 1, 0, 0
        while killed < kills:
            if done >= 1500:
                for name in (database, database + "-wal", database + "-shm"):
                    if os.path.exists(name):
                        os.remove(name)
                done, albums = 0, albums + 1
            run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(draws.uniform(0.02, 1.5))
            killed += run.poll() is None
            run.send_signal(signal.SIGKILL)
            run.wait()
            integrity, now, claimed = state_of(database) if os.path.exists(database) else ("ok", 0, 0)
            most = max(most, claimed)
            if integrity != "ok" or now < done or claimed > 64:
                sys.exit(f"after {killed} kills: {integrity}, {done} then {now} done, {claimed} claimed")
            done = now
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        check = subprocess.run([binary, "album", "check", "--db", database], stdout=subprocess.PIPE)
        integrity, done, claimed = state_of(database)
        if check.returncode or (integrity, done, claimed) != ("ok", 1500, 0):
            sys.exit(f"at the end: {check.stdout.decode()}{integrity}, {done} done, {claimed} claimed")
        print(f"{killed} kills over {albums} albums: each whole, at most {most} pictures lost; the last "
              "one completed")


if __name__ == "__main__":
    main()
