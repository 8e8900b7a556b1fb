#!/usr/bin/env python3
"""Measures the table of docs/apps/book.md, on this machine and on what else it is doing.

    figures.py BINARY FOLDER     of photographs; 50 of them make a book
"""
import os
import re
import subprocess
import sys
import tempfile
import time

MODEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../models/everyday.storyteller")
PICTURES = 50


def row(name, goal, value):
    print(f"| {name} | {goal} | {value} |", flush=True)


def main():
    binary, folder = sys.argv[1:3]
    pictures = sorted(os.path.join(folder, name) for name in os.listdir(folder)
                      if name.endswith(".jpg"))[:PICTURES]
    environment = {**os.environ, "OMP_WAIT_POLICY": "passive", "STORYTELLER_MODEL": MODEL}
    with tempfile.TemporaryDirectory() as work:
        page, pdf = os.path.join(work, "b.html"), os.path.join(work, "b.pdf")
        for level, goal in ((1, 1), (2, 3), (3, 6)):
            begun = time.time()
            said = subprocess.run([binary, "book", *pictures, "--level", str(level), "--quiz", "10", "--glossary",
                                   "--out", page], capture_output=True, text=True, check=True, env=environment).stdout
            seconds = time.time() - begun
            grade = re.search(r"reading grade (-?[0-9.]+)", said)[1]
            told, asked = re.search(r"(\d+) told, (\d+) asked", said).groups()
            row(f"grade of level {level}", f"<= {goal}", f"{grade}; {told} of {len(pictures)} told, {asked} asked")
            if level == 2:
                row(f"time of {len(pictures)} pictures", "<= 10 s", f"{seconds:.1f} s")
                row("size", "<= 350 KB a picture", f"{os.path.getsize(page) / len(pictures) / 1e3:.0f} KB a picture")
                row("quiz of 10", "", re.search(r"(\d+) quiz", said)[1] + " questions")
        begun = time.time()
        done = subprocess.run([binary, "book", *pictures, "--out", page, "--pdf", pdf], capture_output=True,
                              check=False, env=environment)
        if done.returncode == 0:
            with open(pdf, "rb") as file:
                pages = len(re.findall(rb"/Type\s*/Page\b", file.read()))
            row("PDF", "pictures + 2 pages", f"{pages} pages of {len(pictures)} pictures, "
                                             f"{os.path.getsize(pdf) / 1e6:.1f} MB, {time.time() - begun:.1f} s in all")


if __name__ == "__main__":
    main()
