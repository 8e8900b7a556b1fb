#!/usr/bin/env python3
"""How well an album is searched: recall@10 and hit@10 on queries.tsv, and how often queries for
what is not there (absent.txt) find nothing.

    measure.py BINARY FLICKR8K [--db FILE] [--index ARGUMENT...] [--list]

FLICKR8K holds images/, Flickr8k.token.txt and Flickr_8k.devImages.txt. Its 1,000 dev pictures are
indexed into FILE (kept, where it is named), and every query is asked, also without cut-offs. A picture is relevant where
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


def ask(binary, database, queries, *options, limit=10):
    """For each query the names of the pictures that were found, best first."""
    shown = subprocess.run([binary, "album", "search", "-", "--limit", str(limit), "--db", database,
                            *options],
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
    with open(os.path.join(HERE, "queries.tsv")) as file:
        queries = [line.rstrip("\n").split("\t") for line in file]
    relevant = []
    for query, needed in queries:
        wanted = [wordnet.synonyms(lemma) for lemma in needed.split()]
        relevant.append({name for name in pictures if all(words & said[name] for words in wanted)})
        if not 1 <= len(relevant[-1]) <= 60:
            sys.exit(f"measure: '{query}' has {len(relevant[-1])} relevant pictures, not 1 to 60")
    with open(os.path.join(HERE, "absent.txt")) as file:
        absent = [line.strip() for line in file if line.strip()]
    for options in [], ["--all"]:
        answers = ask(arguments.binary, database, [query for query, _ in queries], *options)
        right = [len(wanted & set(found)) for wanted, found in zip(relevant, answers)]
        recalls = [n / min(10, len(wanted)) for n, wanted in zip(right, relevant)]
        wrong = [query for query, found in zip(absent, ask(arguments.binary, database, absent, *options))
                 if found]
        if arguments.list:
            for recall, n, wanted, (query, _) in zip(recalls, right, relevant, queries):
                print(f"{recall:.2f}  {n} of {len(wanted)}  {query}")
            print("found something for:", ", ".join(wrong))
        print(f"{'without cut-offs: ' if options else ''}recall@10 {sum(recalls) / len(recalls):.3f}, "
              f"hit@10 {sum(n > 0 for n in right) / len(right):.2f} ({len(queries)} queries, "
              f"{sum(not found for found in answers)} without an answer); no match "
              f"{1 - len(wrong) / len(absent):.2f} ({len(absent)} queries for what is absent)")


if __name__ == "__main__":
    main()
