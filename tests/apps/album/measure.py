#!/usr/bin/env python3
"""How well an album is searched: recall@10 and hit@10 on queries.tsv, and how often queries for
what is not there (absent.txt) find nothing.

    measure.py BINARY FLICKR8K [--db FILE] [--index ARGUMENT...] [--list]

FLICKR8K holds images/, Flickr8k.token.txt and Flickr_8k.devImages.txt. Its 1,000 dev pictures are
indexed into FILE (kept, where it is named), and every query is asked. A picture is relevant where
its five descriptions say every lemma that a query needs, or a synonym; a query has 1 to 60 of them.
"""
import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from mini_wordnet import WordNet  # noqa: E402


def descriptions(folder, pictures, wordnet):
    """The lemmas of each picture's descriptions."""
    bases, found = {}, collections.defaultdict(set)
    with open(os.path.join(folder, "Flickr8k.token.txt"), encoding="utf-8") as file:
        for line in file:
            name, text = line.rstrip("\n").split("\t")
            name = name.split("#")[0]
            if name not in pictures:
                continue
            for word in re.findall(r"[a-z0-9'-]+", text.lower()):
                if word not in bases:
                    bases[word] = wordnet.bases(word)
                found[name] |= bases[word]
    return found


def ask(binary, database, queries, limit=10):
    """For each query the names of the pictures that were found, best first."""
    shown = subprocess.run([binary, "album", "search", "-", "--limit", str(limit), "--db", database],
                           input="\n".join(queries).encode(), stdout=subprocess.PIPE, check=True)
    return [[os.path.basename(image) for image in json.loads(line)["images"]]
            for line in shown.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("flickr8k")
    parser.add_argument("--db")
    parser.add_argument("--index", nargs="*", default=[])
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    with open(os.path.join(arguments.flickr8k, "Flickr_8k.devImages.txt")) as file:
        pictures = {line.strip() for line in file if line.strip()}
    scratch = tempfile.TemporaryDirectory()
    database = arguments.db or os.path.join(scratch.name, "album.db")
    names = "\n".join(sorted(os.path.abspath(os.path.join(arguments.flickr8k, "images", name))
                             for name in pictures))
    subprocess.run([arguments.binary, "album", "index", "-", "--quiet", "--db", database]
                   + arguments.index, input=names.encode(), stdout=sys.stderr, check=True)

    wordnet = WordNet()
    said = descriptions(arguments.flickr8k, pictures, wordnet)
    recalls, hits, silent = [], 0, 0
    with open(os.path.join(HERE, "queries.tsv")) as file:
        queries = [line.rstrip("\n").split("\t") for line in file]
    answers = ask(arguments.binary, database, [query for query, _ in queries])
    for (query, needed), found in zip(queries, answers):
        wanted = [wordnet.synonyms(lemma) for lemma in needed.split()]
        relevant = {name for name in pictures if all(words & said[name] for words in wanted)}
        if not 1 <= len(relevant) <= 60:
            sys.exit(f"measure: '{query}' has {len(relevant)} relevant pictures, not 1 to 60")
        right = len(relevant & set(found))
        recalls.append(right / min(10, len(relevant)))
        hits += right > 0
        silent += not found
        if arguments.list:
            print(f"{recalls[-1]:.2f}  {right} of {len(relevant)}  {query}")
    with open(os.path.join(HERE, "absent.txt")) as file:
        absent = [line.strip() for line in file if line.strip()]
    wrong = [query for query, found in zip(absent, ask(arguments.binary, database, absent)) if found]
    if arguments.list:
        print("found something for:", ", ".join(wrong))
    print(f"recall@10 {sum(recalls) / len(recalls):.3f}, hit@10 {hits / len(recalls):.2f} "
          f"({len(queries)} queries, {silent} without an answer); "
          f"no match {1 - len(wrong) / len(absent):.2f} ({len(absent)} queries for what is absent)")


if __name__ == "__main__":
    main()
