#!/usr/bin/env python3
"""Tries what people do with their own machines, files and habits, and prints a line for each case.

    tests/cases/run.py BINARY [--inputs DIR [--make]] [--slow] [NUMBER|TOPIC...]

BINARY is the storyteller program. NUMBER is a case (A3, B17), TOPIC a file of use/ or data/ without
its ending. Inputs are made in a temporary folder, or kept in --inputs DIR, where a later run finds
them. Without Pillow the pictures of use/ cannot be made, and its cases are skipped.
"""
import argparse
import concurrent.futures
import importlib
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from harness import CASES  # noqa: E402  pylint: disable=wrong-import-position


def topics():
    for kind in ("use", "data"):
        for name in sorted(os.listdir(os.path.join(HERE, kind))):
            if name.endswith(".py") and not name.startswith("_"):
                yield f"{kind}.{name[:-3]}"


def python_with_pillow():
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import PIL"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return python
    return None


def make_inputs(kind, folder, large):
    """The inputs of `kind`, made where they are not there; None where they cannot be made."""
    target = os.path.join(folder, kind + ("-large" if large else ""))
    done = target + ".made"
    if os.path.exists(done):
        return target
    python = python_with_pillow() if kind == "use" else sys.executable
    if python is None:
        return None
    script = os.path.join(HERE, "inputs", f"make_{kind}.py")
    subprocess.run([python, script, target] + (["--big"] if large else []), check=True)
    with open(done, "w", encoding="utf-8"):
        return target


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("binary")
    parser.add_argument("--inputs", help="folder of the inputs, kept")
    parser.add_argument("--make", action="store_true", help="make the inputs anew, and no more")
    parser.add_argument("--slow", action="store_true", help="large photographs and long trainings too")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("wanted", nargs="*", metavar="NUMBER|TOPIC")
    options = parser.parse_intermixed_args()
    for topic in topics():
        importlib.import_module(topic)

    wanted = [c for c in CASES if not options.wanted or c.number in options.wanted or
              c.topic in options.wanted or c.topic.split(".")[1] in options.wanted]
    if not wanted:
        sys.exit("no such case; the topics are: " + " ".join(topics()))
    if options.make:
        shutil.rmtree(options.inputs, ignore_errors=True)
    temporary = None if options.inputs else tempfile.TemporaryDirectory(prefix="cases-")
    folder = os.path.abspath(options.inputs or temporary.name)
    os.makedirs(folder, exist_ok=True)
    inputs = {kind: make_inputs(kind, folder, options.slow and kind == "use")
              for kind in sorted({c.topic.split(".")[0] for c in wanted})}
    if options.make:
        return

    def attempt(case):
        where = inputs[case.topic.split(".")[0]]
        if where is None:
            return "skipped", "needs Pillow (python3-pil)", 0
        if case.slow and not options.slow:
            return "skipped", "slow: run with --slow", 0
        return case.run(where, options.binary)

    counts = {"passed": 0, "FAILED": 0, "skipped": 0}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for case, (outcome, text, seconds) in zip(wanted, pool.map(attempt, wanted)):
            counts[outcome] += 1
            print(f"{outcome:8} {case.number:4} {case.title} ({seconds:.1f} s)", flush=True)
            if text:
                print("    " + text.rstrip().replace("\n", "\n    "), flush=True)
    print(f"{counts['passed']} passed, {counts['FAILED']} failed, {counts['skipped']} skipped")
    sys.exit(1 if counts["FAILED"] else 0)


if __name__ == "__main__":
    main()
