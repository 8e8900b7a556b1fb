#!/usr/bin/env python3
"""Reads ctest's JUnit file and prints, tab-separated, what tools/test sums up:

    passed   NUMBER
    failed   NAME         followed by lines `output  TEXT`
    skipped  NAME: REASON
"""
import re
import sys
import xml.etree.ElementTree as ElementTree


def skip_reason(output):
    """GoogleTest prints `file:line: Skipped`, then what was streamed into GTEST_SKIP(); programs and
    scripts print a line `skipped...: reason`."""
    found = (re.search(r": Skipped\n(.+?)\n(\s*\n|\[  SKIPPED \])", output, re.S) or
             re.search(r"^skipped[^:\n]*: (.+)$", output, re.M))
    return " ".join(found[1].split()) if found else "no reason given"


def main():
    cases = ElementTree.parse(sys.argv[1]).getroot().findall("testcase")
    if not cases:
        sys.exit("no tests were found")
    passed = 0
    for case in cases:
        name, status = case.get("name"), case.get("status")
        output = case.findtext("system-out") or ""
        if status == "run":
            passed += 1
        elif case.find("skipped") is not None or status in ("notrun", "disabled"):
            message = case.find("skipped")
            message = message.get("message", "") if message is not None else ""
            if "SKIP_" in message or "[  SKIPPED ]" in output:
                print(f"skipped\t{name}: {skip_reason(output)}")
            else:  # the program could not be started: not a skip that anyone chose
                print(f"failed\t{name}: {message or status}")
        else:
            for line in output.splitlines()[-40:]:
                print(f"output\t{line}")
            print(f"failed\t{name}")
    print(f"passed\t{passed}")


if __name__ == "__main__":
    main()
