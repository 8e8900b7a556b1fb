#!/usr/bin/env python3
"""Reads JUnit files of ctest or of GoogleTest and prints, tab-separated, what tools/test sums up:

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


def print_of_googletest(case):
    """Returns whether it passed."""
    name = f"{case.get('classname')}.{case.get('name')}"
    failures = case.findall("failure")
    for failure in failures:
        for line in (failure.text or "").splitlines()[-40:]:
            print(f"output\t{line}")
    if failures:
        print(f"failed\t{name}")
    elif case.find("skipped") is not None:
        place, _, reason = case.find("skipped").get("message", "").partition("\n")
        print(f"skipped\t{name}: {' '.join(reason.split()) or 'no reason given'}")
    return not failures and case.get("result") == "completed"


def main():
    roots = [ElementTree.parse(name).getroot() for name in sys.argv[1:]]
    cases = [case for root in roots if root.tag != "testsuites" for case in root.findall("testcase")]
    own = [case for root in roots if root.tag == "testsuites" for case in root.iter("testcase")]
    own = [case for case in own if case.get("status") == "run"]
    if not cases and not own:
        sys.exit("no tests were found")
    passed = sum([print_of_googletest(case) for case in own])
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
