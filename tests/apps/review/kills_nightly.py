#!/usr/bin/env python3
"""Decisions are killed at 200 random moments, by two processes at once: none that was said to be done
is lost, the log verifies every time, and the database follows it.

    kills_nightly.py BINARY [KILLS]
"""
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "..", "..", "goldens", "model_v1.storyteller")


def main():
    binary, kills = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200
    draws = random.Random(1)
    with tempfile.TemporaryDirectory() as scratch:
        pictures, database = os.path.join(scratch, "p"), os.path.join(scratch, "r.db")
        made = subprocess.run([sys.executable, os.path.join(HERE, "..", "album", "pictures.py"), pictures,
                               "20"])
        if made.returncode:
            sys.exit(made.returncode)
        policy = os.path.join(scratch, "p.json")
        with open(policy, "w", encoding="utf-8") as file:
            json.dump({"policy": 1, "rules": [{"id": "all", "confidence_below": 1}]}, file)

        def review(*arguments):
            return [binary, "review", *arguments, "--db", database]
        scan = subprocess.run(review("scan", pictures, "--policy", policy, "--model", MODEL, "--quiet"),
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if scan.returncode == 8:
            print("skipped: " + scan.stderr.decode().strip())
            sys.exit(77)
        done, killed = [], 0
        while killed < kills:
            runs = []
            for who in "Ann", "Bob":
                reason = f"{who} {killed} {draws.random()}"
                command = review("decide", str(draws.randint(1, 20)), draws.choice(["pass", "reject"]),
                                 "--by", who, "--reason", reason)
                runs.append((reason, subprocess.Popen(command, stdout=subprocess.DEVNULL,
                                                      stderr=subprocess.DEVNULL)))
            time.sleep(draws.uniform(0, 0.15))
            for reason, run in runs:
                killed += run.poll() is None
                run.send_signal(signal.SIGKILL)
                if run.wait() == 0:
                    done.append(reason)
            if killed % 10 == 0 or killed >= kills:
                check = subprocess.run(review("verify"), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                if check.returncode:
                    sys.exit(f"after {killed} kills: {check.stderr.decode()}")
        subprocess.run(review("decide", "1", "pass", "--reason", "last"), check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        subprocess.run(review("verify"), check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(scratch, "r.audit.jsonl"), encoding="utf-8") as file:
            logged = {json.loads(line).get("reason") for line in file}
        shown = "".join(subprocess.run(review("show", str(number)), stdout=subprocess.PIPE,
                                       check=True).stdout.decode() for number in range(1, 21))
        lost = [reason for reason in done if reason not in logged or reason not in shown]
        if lost:
            sys.exit(f"lost: {lost}")
        print(f"{killed} kills: the log verifies, and {len(done)} decisions that were done are in it, of "
              f"{len(logged)}")


if __name__ == "__main__":
    main()
