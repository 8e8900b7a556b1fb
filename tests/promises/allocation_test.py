#!/usr/bin/env python3
"""Promise: running out of memory is advice, not a crash.

    tests/promises/allocation_test.py BINARY [--full | --most N] [--bytes N] [--seed N]

Lets the n-th allocation of at least --bytes bytes (16384: tensors, tables, buffers) fail in a small
training, for all n or a sample of --most of them; those that oneDNN makes for itself are left out. Each time the program must end with exit status 7
and a line that says what to lower, or do without what it did not get; never by a crash. Needs a C
compiler; exit status 77 (skipped) without one.
"""
import argparse
import collections
import os
import random
import shutil
import subprocess
import sys
import tempfile

import run


def attempt(binary, library, folder, fail_at, least):
    shutil.rmtree(os.path.join(folder, "run"), ignore_errors=True)
    arguments = run.tiny_training(folder, "--set", "epochs=1", data="scenes:train=2,val=2")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STORYTELLER_")}
    environment.update(OMP_WAIT_POLICY="passive", LD_PRELOAD=library, FAIL_AT=str(fail_at),
                       FAIL_BYTES=str(least), FAIL_COUNT=os.path.join(folder, "count"))
    ended = subprocess.run([binary, *arguments], env=environment, capture_output=True, text=True, timeout=120,
                           check=False)
    return ended.returncode, ended.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("binary")
    parser.add_argument("--bytes", type=int, default=16384)
    parser.add_argument("--most", type=int, default=40)
    parser.add_argument("--full", action="store_true", help="all of them")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.full:
        options.most = 1000000
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        print("skipped: no C compiler")
        sys.exit(77)
    with tempfile.TemporaryDirectory(prefix="allocation-") as folder:
        library = os.path.join(folder, "failing_allocation.so")
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "failing_allocation.c")
        subprocess.run([compiler, "-O1", "-shared", "-fPIC", source, "-o", library, "-ldl"], check=True)
        code, err = attempt(options.binary, library, folder, 0, options.bytes)
        assert code == 0, err
        with open(os.path.join(folder, "count"), encoding="utf-8") as file:
            count = int(file.read())
        chosen = list(range(1, count + 1))
        if len(chosen) > options.most:
            chosen = sorted(random.Random(options.seed).sample(chosen, options.most))
        ways = collections.Counter()
        wrong = []
        for n in chosen:
            code, err = attempt(options.binary, library, folder, n, options.bytes)
            ways[code] += 1
            advised = code == 7 and "memory" in err and "lower" in err
            if not advised and code != 0:
                wrong.append((n, code, err.strip().splitlines()[-1:] or err))
        print(f"{len(chosen)} of {count} allocations of {options.bytes} bytes or more failed in turn; "
              f"exit statuses: {dict(ways)}")
        for n, code, err in wrong[:20]:
            print(f"  allocation {n}: exit status {code}: {err}")
        sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
