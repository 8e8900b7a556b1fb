#!/usr/bin/env python3
"""Reads JUnit files of ctest or of GoogleTest and prints, tab-separated, what tools/test sums up:

    passed   NUMBER
    failed   NAME         behind lines `output  TEXT`
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


class Summary:
    def __init__(self):
        self.passed, self.seen = 0, 0

    def fail(self, name, output):
        self.seen += 1
        for line in output.splitlines()[-40:]:
            print(f"output\t{line}")
        print(f"failed\t{name}")

    def skip(self, name, reason):
        print(f"skipped\t{name}: {reason}")

    def add(self, root):
        """Adds the tests of a file; returns how many failed."""
        if root.tag == "testsuites":
            results = [self.add_gtest(case) for case in root.iter("testcase") if case.get("status") == "run"]
        else:
            results = [self.add_ctest(case) for case in root.findall("testcase")]
        self.seen += len(results)
        self.passed += results.count("passed")
        return results.count("failed")

    def add_gtest(self, case):
        name = f"{case.get('classname')}.{case.get('name')}"
        failures = case.findall("failure")
        if failures:
            self.fail(name, "\n".join(failure.text or "" for failure in failures))
            return "failed"
        if case.find("skipped") is not None:
            _, _, reason = case.find("skipped").get("message", "").partition("\n")
            self.skip(name, " ".join(reason.split()) or "no reason given")
            return "skipped"
        return "passed"

    def add_ctest(self, case):
        name, status = case.get("name"), case.get("status")
        output = case.findtext("system-out") or ""
        if status == "run":
            return "passed"
        if case.find("skipped") is not None or status in ("notrun", "disabled"):
            message = case.find("skipped")
            message = message.get("message", "") if message is not None else ""
            if "SKIP_" in message or "[  SKIPPED ]" in output:
                self.skip(name, skip_reason(output))
                return "skipped"
            self.fail(f"{name}: {message or status}", "")  # the program could not be started: no chosen skip
            return "failed"
        self.fail(name, output)
        return "failed"

    def end(self):
        if self.seen == 0:
            sys.exit("no tests were found")
        print(f"passed\t{self.passed}")


def main():
    summary = Summary()
    for name in sys.argv[1:]:
        summary.add(ElementTree.parse(name).getroot())
    summary.end()


if __name__ == "__main__":
    main()
