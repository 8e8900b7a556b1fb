#!/usr/bin/env python3
"""/metrics against a strict reader of Prometheus' text format 0.0.4, and against promtool where it is.

    metrics_test.py BINARY

The Debian package `prometheus` has promtool; without it that part is skipped.
"""
import math
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server as serve  # noqa: E402 pylint: disable=wrong-import-position

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (\S+)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?([eE][+-]?\d+)?|Inf)|NaN")
TYPES = ("counter", "gauge", "histogram", "summary", "untyped")


class FormatError(Exception):
    pass


def need(condition, what):
    if not condition:
        raise FormatError(what)


def labels_of(text):
    labels, at = {}, 0
    while text and at < len(text):
        found = LABEL.match(text, at)
        need(found, f"labels {text!r}")
        need(found[1] not in labels, f"label {found[1]} twice")
        labels[found[1]] = found[2]
        at = found.end()
    return labels


def family_of(name, families):
    """A histogram's samples have names of their own."""
    base = re.sub("_(bucket|sum|count)$", "", name)
    return base if families.get(base, ("",))[0] == "histogram" else name


def read(text):
    """name -> (type, {(sample, labels): value}) of a text; FormatError says what is wrong in it."""
    need(text.endswith("\n") and "\r" not in text, "lines end with one line feed")
    families, helped, last = {}, set(), None
    for line in text[:-1].split("\n"):
        need(line.strip() == line and line, f"{line!r}: blanks, or an empty line")
        if line.startswith("#"):
            words = line.split(" ", 3)
            need(len(words) == 4 and words[1] in ("HELP", "TYPE") and re.fullmatch(NAME, words[2]), line)
            if words[1] == "HELP":
                need(words[2] not in helped, line + ": twice")
                helped.add(words[2])
            else:
                need(words[2] not in families and words[3] in TYPES, line)
                families[words[2]] = (words[3], {})
                last = words[2]
            continue
        found = SAMPLE.fullmatch(line)
        need(found and NUMBER.fullmatch(found[3]), line)
        name = family_of(found[1], families)
        need(name in families and name in helped, line + ": not announced")
        need(name == last, line + ": apart from its family")
        key = (found[1], tuple(sorted(labels_of(found[2]).items())))
        need(key not in families[name][1], line + ": twice")
        families[name][1][key] = float(found[3].replace("Inf", "inf"))
    for name, (kind, samples) in families.items():
        check_family(name, kind, samples)
    return families


def check_family(name, kind, samples):
    for value in samples.values():
        need(kind == "gauge" or value >= 0, f"{name}: {value}")
    need((kind == "counter") == name.endswith("_total"), f"{name}: counters, and they alone, end with _total")
    need(not re.search("_(bucket|sum|count|info_total)$", name), name)
    if kind != "histogram":
        return
    series = {}
    for (sample, labels), value in samples.items():
        rest = tuple(label for label in labels if label[0] != "le")
        part = series.setdefault(rest, {"buckets": []})
        if sample == name + "_bucket":
            part["buckets"].append((float(dict(labels)["le"].replace("Inf", "inf")), value))
        else:
            need(len(labels) == len(rest), f"{sample}: le")
            part[sample[len(name):]] = value
    for labels, part in series.items():
        buckets = part["buckets"]
        need(buckets == sorted(buckets) and len({b for b, _ in buckets}) == len(buckets), f"{name}{labels}: order")
        need([n for _, n in buckets] == sorted(n for _, n in buckets), f"{name}{labels}: fall")
        need(buckets and math.isinf(buckets[-1][0]), f"{name}{labels}: no +Inf")
        need(part.get("_count") == buckets[-1][1] and "_sum" in part, f"{name}{labels}: count and sum")


def check_reader():
    """It must see what is wrong."""
    good = '# HELP a_total x\n# TYPE a_total counter\na_total{b="c"} 1\n'
    read(good)
    histogram = ('# HELP h x\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 3\n'
                 "h_count 2\n")
    read(histogram)
    for wrong in (good[:-1], good + good, good.replace("_total", ""), good.replace(" 1\n", " x\n"),
                  good.replace('"c"', '"c'), good.replace('"c"', '"\\q"'), good + "\n", good + "b 1\n",
                  good.replace("# HELP a_total x\n", ""), good.replace(" 1\n", " -1\n"),
                  good + 'a_total{b="c"} 2\n', histogram.replace("h_count 2", "h_count 3"),
                  histogram.replace('h_bucket{le="+Inf"} 2\n', ""), histogram.replace("h_sum 3\n", ""),
                  histogram.replace('{le="1"} 1', '{le="1"} 9'), good.replace("\n", "\r\n"),
                  good.replace('{b="c"}', '{b="c",b="d"}')):
        try:
            read(wrong)
        except FormatError:
            continue
        raise AssertionError(f"taken for right: {wrong!r}")


def promtool(text):
    """What it says, "" for nothing; None: there is no such program."""
    program = os.environ.get("STORYTELLER_PROMTOOL") or shutil.which("promtool")
    if not program:
        return None
    done = subprocess.run([program, "check", "metrics"], input=text, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    return done.stdout + ("" if done.returncode == 0 else f"status {done.returncode}")


def main():
    binary = os.path.abspath(sys.argv[1])
    check_reader()
    serve.require_serve(binary)
    with open(serve.SCENE, "rb") as file:
        picture = file.read()
    with serve.Server(binary, "--quiet") as server:
        texts = [server.ask("GET", "/metrics")[2].decode()]
        server.caption(picture)
        server.ask("POST", "/v1/caption", b"no picture")
        server.ask("GET", "/" + "nowhere" * 20)
        status, head, body = server.ask("GET", "/metrics")
        texts.append(body.decode())
    assert status == 200 and "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n" in head, head
    families = [read(text) for text in texts]
    requests = families[1]["storyteller_requests_total"][1]
    wanted = ("storyteller_requests_total", (("code", "404"), ("route", "other")))
    assert requests[wanted] == 1 and len(requests) >= 4, requests
    for name, (kind, samples) in families[0].items():
        if kind == "counter":  # never falls
            assert all(families[1][name][1][key] >= value for key, value in samples.items()), name
    said = [promtool(text) for text in texts]
    print(f"{len(families[1])} families are as the format wants them")
    if said[0] is None:
        print("skipped promtool: it is not installed (Debian package prometheus)")
    else:
        assert not any(said), said
        print("promtool check metrics: clean")


if __name__ == "__main__":
    main()
