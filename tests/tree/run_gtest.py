#!/usr/bin/env python3
"""Runs programs of GoogleTest whole, as one process a core, and prints what junit_summary.py prints of
them: for sanitizers, which take longer to begin than most tests take. A program that fails although no
test of it did (it leaked, or ended in the middle) is a failure of its own, with the end of its log.

    run_gtest.py --logs FOLDER [--jobs N] [--filter FILTER] PROGRAM...
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import junit_summary

SECONDS = 1500


def run_shards(program, arguments):
    """Returns [(log, xml, status)] of the program's processes."""
    shards = []
    for shard in range(arguments.jobs):
        base = arguments.logs / f"{program.name}-{shard}"
        log, xml = base.with_suffix(".log"), base.with_suffix(".xml")
        environment = dict(os.environ, GTEST_TOTAL_SHARDS=str(arguments.jobs), GTEST_SHARD_INDEX=str(shard))
        with log.open("wb") as out:
            process = subprocess.Popen(
                ["timeout", str(SECONDS), program, f"--gtest_filter={arguments.filter}", f"--gtest_output=xml:{xml}"],
                env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        shards.append((log, xml, process))
    return [(log, xml, process.wait()) for log, xml, process in shards]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("programs", nargs="+", type=pathlib.Path, metavar="PROGRAM")
    parser.add_argument("--logs", required=True, type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--filter", default="-*Slow.*:*InFull.*")
    arguments = parser.parse_args()
    arguments.logs = arguments.logs.resolve()
    shutil.rmtree(arguments.logs, ignore_errors=True)
    arguments.logs.mkdir(parents=True)
    summary = junit_summary.Summary()
    for program in arguments.programs:
        for log, xml, status in run_shards(program.resolve(), arguments):
            failed = summary.add(ElementTree.parse(xml).getroot()) if xml.exists() else 0
            if status != 0 and not failed:
                summary.fail(f"{program.name} ended with status {status}, see {log}",
                             log.read_text(errors="replace"))
    summary.end()


if __name__ == "__main__":
    sys.exit(main())
