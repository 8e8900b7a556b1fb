#!/usr/bin/env python3
"""From which probability on a word that the model's detector sees is a tag: the lowest at which at
least 70 % of the pictures with it have a description that says the word, on Flickr8k's dev
pictures. A word that reaches it nowhere, on five pictures or more, is no tag.

    fit_tags.py DATABASE FLICKR8K >models/NAME.tags

DATABASE is an album of the dev pictures, as measure.py --db makes it.
"""
import collections
import os
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from measure import descriptions  # noqa: E402
from mini_wordnet import WordNet  # noqa: E402

PRECISION, LEAST = 0.7, 5


def main():
    database, folder = sys.argv[1:]
    with open(os.path.join(folder, "Flickr_8k.devImages.txt")) as file:
        pictures = {line.strip() for line in file if line.strip()}
    said = descriptions(folder, pictures, WordNet())
    album = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    (digits,) = album.execute("SELECT checksum FROM model").fetchone()
    names = {i: os.path.basename(os.fsdecode(bytes(name)))
             for i, name in album.execute("SELECT id, name FROM picture")}
    seen = collections.defaultdict(list)
    for lemma, picture, weight in album.execute(
            "SELECT lemma, picture, weight FROM posting JOIN term ON term.id = term WHERE source = 3"):
        seen[lemma].append((weight / 255, lemma in said[names[picture]]))
    print("# word, least probability, precision on Flickr8k's dev pictures: "
          "tests/apps/album/fit_tags.py")
    print(f"model {digits}")
    for lemma, cases in sorted(seen.items()):
        cases.sort(reverse=True)
        best, right = None, 0
        for n, (p, is_right) in enumerate(cases, 1):
            right += is_right
            last_of_equals = n == len(cases) or cases[n][0] < p
            if n >= LEAST and last_of_equals and right / n >= PRECISION:
                best = p, right / n
        if best:
            print(f"{lemma}\t{max(0, best[0] - 0.001):.3f}\t{best[1]:.2f}")


if __name__ == "__main__":
    main()
