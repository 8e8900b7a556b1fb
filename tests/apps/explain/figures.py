#!/usr/bin/env python3
"""Measures the table of docs/apps/explain.md, on this machine and on what else it is doing.

    figures.py BINARY PICTURE...
"""
import os
import re
import subprocess
import sys
import tempfile
import time

MODEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../models/everyday.storyteller")


def run(*arguments):
    begun = time.time()
    done = subprocess.run(arguments, capture_output=True, text=True, check=True,
                          env={**os.environ, "OMP_WAIT_POLICY": "passive", "STORYTELLER_MODEL": MODEL})
    return time.time() - begun, done.stdout


def row(name, goal, value):
    print(f"| {name} | {goal} | {value} |", flush=True)


def main():
    binary, *pictures = sys.argv[1:]
    sizes, times, correlations, same = [], [], [], 0
    with tempfile.TemporaryDirectory() as folder:
        page = os.path.join(folder, "e.html")
        for picture in pictures:
            seconds, _ = run(binary, "explain", picture, "--level", "engineer", "--steps", "--out", page)
            times.append(seconds)
            sizes.append(os.path.getsize(page))
            with open(page, encoding="utf-8") as file:
                text = file.read()
            said = run(binary, "caption", picture)[1].strip()
            same += f"As the model says it: {said}<" in text
            correlations += map(float, re.findall(r"Rank correlation of the two maps: (-?[0-9.]+) ", text))
        together, _ = run(binary, "explain", *pictures, "--out", page)
    times.sort()
    correlations.sort()
    row("size of a page of one picture, engineer, all steps", "<= 2 MB",
        f"{max(sizes) / 1e6:.2f} MB at most of {len(sizes)}")
    row("time of a picture, with loading the model", "<= 3 s",
        f"{times[len(times) // 2]:.2f} s median, {times[-1]:.2f} s at most")
    row("the same, many in one page", "<= 3 s", f"{together / len(pictures):.2f} s")
    row("the sentence is that of `caption`", "all", f"{same} of {len(pictures)}")
    if correlations:
        row("rank correlation of attention and covering, subject", "",
            f"{correlations[len(correlations) // 2]:.2f} median, {correlations[0]:.2f} to {correlations[-1]:.2f}")


if __name__ == "__main__":
    main()
