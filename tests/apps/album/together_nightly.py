#!/usr/bin/env python3
"""Two index runs and four searchers at once: nobody is told that the database is locked, and each
picture is captioned once.

    together_nightly.py BINARY [SECONDS]
"""
import os
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "..", "..", "goldens", "model_v1.storyteller")


def main():
    binary, seconds = sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 60
    with tempfile.TemporaryDirectory() as scratch:
        database = os.path.join(scratch, "a.db")
        begin, rounds, captioned, searches, failures = time.monotonic(), 0, 0, [0] * 4, []
        first = os.path.join(scratch, "p0")
        make = [sys.executable, os.path.join(HERE, "pictures.py")]
        made = subprocess.run(make + [first, "30"])
        if made.returncode:
            sys.exit(made.returncode)
        index = [binary, "album", "index", "--db", database, "--quiet", "--model", MODEL]
        subprocess.run(index + [first], check=True, stdout=subprocess.DEVNULL)
        over = threading.Event()

        def search(number):
            words = ["heart", "large white", "-circle square", "tag:heart"][number]
            while not over.is_set():
                run = subprocess.run([binary, "album", "search", words, "--db", database],
                                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                searches[number] += 1
                if run.returncode:
                    failures.append(run.stderr.decode())
        threads = [threading.Thread(target=search, args=(i,)) for i in range(4)]
        for thread in threads:
            thread.start()
        while time.monotonic() - begin < seconds and not failures:
            rounds += 1
            folder = os.path.join(scratch, f"p{rounds}")
            subprocess.run(make + [folder, "200"], check=True)
            runs = [subprocess.Popen(index + [folder], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                    for _ in range(2)]
            new = 0
            for run in runs:
                out, err = run.communicate()
                if run.returncode or b"error" in err:
                    failures.append(err.decode() or f"exit {run.returncode}")
                else:
                    new += int(out.decode().split("pictures, ")[1].split(" new")[0].replace(",", ""))
            captioned += new
            if new != 200:
                failures.append(f"200 pictures were captioned {new} times")
        over.set()
        for thread in threads:
            thread.join()
        check = subprocess.run([binary, "album", "check", "--db", database], stdout=subprocess.PIPE)
        if failures or check.returncode:
            sys.exit("\n".join(failures) + check.stdout.decode())
        print(f"{time.monotonic() - begin:.0f} s: {captioned} pictures by two runs at once, each once; "
              f"{sum(searches)} searches by four; no failure")


if __name__ == "__main__":
    main()
