#!/usr/bin/env python3
"""No command opens an Internet socket; only `serve`, which is not run here, listens.

    sockets_test.py BINARY

Every socket and connection of a command, and of all that it starts, is watched by strace.
"""
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
GOLDENS = os.path.join(ROOT, "tests", "goldens")
PICTURE = os.path.join(GOLDENS, "model_v1_scene.jpg")
MODEL = os.path.join(GOLDENS, "model_v1.storyteller")

COMMANDS = {
    "caption": ["caption", PICTURE],
    "caption --report": ["caption", "--json", "--report", "page.html", PICTURE],
    "explain": ["explain", PICTURE, "--out", "lesson.html"],
    "book": ["book", PICTURE, "--out", "book.html"],
    "speak": ["speak", "--speaker", "cat", PICTURE],
    "speak --stream": ["speak", "--no-speech", "--stream", "-"],
    "speak --camera": ["speak", "--no-speech", "--camera", "/dev/null"],
    "evaluate": ["evaluate", "--data", "scenes:train=4,val=4"],
    "data stats": ["data", "stats", "--data", "scenes:train=4,val=4"],
    "doctor": ["doctor"],
    "weights inspect": ["weights", "inspect", MODEL],
    "weights import": ["weights", "import", os.path.join(GOLDENS, "classifier", "channels_last.onnx"),
                       "--out", "c.safetensors"],
    "album index": ["album", "index", PICTURE, "--db", "album.db"],
    "album search": ["album", "search", "dog", "--db", "album.db"],
    "album similar": ["album", "similar", PICTURE, "--db", "album.db"],
    "album export": ["album", "export", "--json", "--to", "exported", "--db", "album.db"],
    "album gallery": ["album", "gallery", "pages", "--db", "album.db"],
    "review scan": ["review", "scan", PICTURE, "--policy", "policy.json", "--db", "review.db"],
    "review queue": ["review", "queue", "--db", "review.db"],
    "review decide": ["review", "decide", "1", "pass", "--reason", "ours", "--by", "Ann", "--db", "review.db"],
    "review report": ["review", "report", "report.html", "--db", "review.db"],
    "review verify": ["review", "verify", "--db", "review.db"],
}
# One with a classifier, that `weights import` makes.
POLICY = """{"policy": 1, "rules": [{"id": "all", "classifier": "c.safetensors", "class": 1, "review": 0},
                        {"id": "dogs", "words": ["dog"], "expand": "hyponyms", "review": 0.3}]}"""
# The golden model was never calibrated: it cannot tell which pictures are alike.
STATUSES = {"album similar": (4, 8)}


def internet_calls(trace):
    """Lines of a trace that open, or reach for, an Internet socket."""
    with open(trace, encoding="utf-8", errors="replace") as file:
        return [line.strip() for line in file if re.search(r"\bAF_(INET6?|PACKET)\b", line)]


def traced(command, folder):
    trace = os.path.join(folder, "trace")
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive", "STORYTELLER_MODEL": MODEL,
                   "XDG_STATE_HOME": folder, "STORYTELLER_CACHE": folder}
    with open(PICTURE, "rb") as stdin:
        done = subprocess.run(["strace", "-f", "-qq", "-o", trace, "-e", "trace=socket,connect", *command],
                              stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder,
                              env=environment, timeout=120, check=False)
    return done, internet_calls(trace) if os.path.exists(trace) else ["no trace"]


def main():
    binary = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        try:
            done, found = traced([sys.executable, "-c", "import socket; socket.socket()"], folder)
        except FileNotFoundError:
            print("skipped: strace is not installed")
            return 77
        if done.returncode != 0:
            print("skipped: strace may not watch processes here: " + done.stderr.decode().strip()[:100])
            return 77
        assert found, "the test would not see a socket"
        with open(os.path.join(folder, "policy.json"), "w", encoding="utf-8") as file:
            file.write(POLICY)
        failed = 0
        for name, arguments in COMMANDS.items():
            done, found = traced([binary, *arguments], folder)
            wanted = STATUSES.get(name, (0, 8))
            fine = not found and done.returncode in wanted
            print(f"{'ok     ' if fine else 'FAILED '} {name}", *found[:3])
            if done.returncode not in wanted:
                print(f"        status {done.returncode}: {done.stderr.decode()[-300:]}")
            failed += not fine
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
