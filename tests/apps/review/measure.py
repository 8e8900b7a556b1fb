#!/usr/bin/env python3
"""How many of Flickr8k's 1,000 dev pictures a policy sends to a person, and how fast a scan is beside
`caption` on the same files.

    measure.py BINARY FLICKR8K [--policy FILE] [--pictures N] [--db FILE] [--classifier FILE.safetensors]

Without --policy: the example policy, without its rule `children`. With --classifier, which `storyteller weights
import` makes: also what its class 1 costs, and finds.
"""
import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time


def timed(command, names, out):
    """(seconds of the clock, seconds of the processor)."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with open(out, "wb") as file:
        subprocess.run(command, input=names.encode(), stdout=file, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (time.monotonic() - start,
            after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def classify(arguments, policy, names, scratch, without):
    """A scan with a rule of the classifier besides, from nothing."""
    with open(policy, encoding="utf-8") as file:
        text = file.read()
    rule = {"id": "nudity", "classifier": os.path.abspath(arguments.classifier), "class": 1, "review": 0.2,
            "propose_reject": 0.8}
    policy, out = os.path.join(scratch, "classifier.json"), os.path.join(scratch, "out")
    with open(policy, "w", encoding="utf-8") as file:
        file.write(text.replace('"rules": [', '"rules": [' + json.dumps(rule) + ",", 1))
    scan = timed([arguments.binary, "review", "scan", "-", "--policy", policy, "--db",
                  os.path.join(scratch, "classifier.db"), "--json", "--quiet"], names, out)
    with open(out, encoding="utf-8") as file:
        found = [json.loads(line) for line in file]
    scores = sorted(((e["score"], one["text"]) for one in found for e in one["evidence"] if e["rule"] == "nudity"),
                    reverse=True)
    for score, sentence in scores[:20]:
        print(f"    {score:.3f} {sentence}")
    over = {limit: sum(score >= limit for score, _ in scores) for limit in (0.2, 0.5, 0.8)}
    print(f"with the classifier: {scan[0]:.1f} s ({scan[1]:.1f} of the processor): {len(found) / scan[1]:.1f} pictures a "
          f"second of a core, the classifier {(scan[1] - without[1]) / len(found) * 1e3:.1f} ms a picture; "
          f"scores from .2, .5, .8: {over[0.2]}, {over[0.5]}, {over[0.8]}; to review "
          f"{sum(one['review'] for one in found)}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("flickr8k")
    parser.add_argument("--policy")
    parser.add_argument("--pictures", type=int, default=1000)
    parser.add_argument("--db")
    parser.add_argument("--classifier")
    arguments = parser.parse_args()
    with open(os.path.join(arguments.flickr8k, "Flickr_8k.devImages.txt")) as file:
        pictures = sorted(line.strip() for line in file if line.strip())[:arguments.pictures]
    names = "\n".join(os.path.abspath(os.path.join(arguments.flickr8k, "images", name))
                      for name in pictures)
    with tempfile.TemporaryDirectory() as scratch:
        policy, out = arguments.policy, os.path.join(scratch, "out")
        if not policy:
            text = subprocess.run([arguments.binary, "review", "policy", "example"],
                                  stdout=subprocess.PIPE, check=True).stdout.decode()
            text = re.sub(r'    \{"id": "children".*?\},\n', "", text, flags=re.S)
            policy = os.path.join(scratch, "policy.json")
            with open(policy, "w", encoding="utf-8") as file:
                file.write(text)
        database = arguments.db or os.path.join(scratch, "review.db")
        caption = timed([arguments.binary, "caption", "-"], names, out)
        scan = timed([arguments.binary, "review", "scan", "-", "--policy", policy, "--db", database,
                      "--json", "--quiet"], names, out)
        with open(out, encoding="utf-8") as file:
            found = [json.loads(line) for line in file]
        flagged = [one for one in found if one["review"]]
        for rule in sorted({e["rule"] for one in flagged for e in one["evidence"]}):
            those = [one for one in flagged
                     if any(e["rule"] == rule and e["flagged"] for e in one["evidence"])]
            print(f"{rule}: {len(those)}")
            if rule not in ("unsure", "no-photo"):
                for one in those[:12]:
                    print("   ", os.path.basename(one["image"]), one["text"],
                          [e.get("words") for e in one["evidence"] if e["rule"] == rule])
        print(f"{len(flagged)} of {len(found)} pictures to review ({len(flagged) / len(found):.1%}); "
              f"caption {caption[0]:.1f} s ({caption[1]:.1f} of the processor), scan {scan[0]:.1f} s "
              f"({scan[1]:.1f}): {caption[1] / scan[1]:.0%} of caption's speed by the processor")
        if arguments.classifier:
            classify(arguments, policy, names, scratch, scan)


if __name__ == "__main__":
    sys.exit(main())
