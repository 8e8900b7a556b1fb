#!/usr/bin/env python3
"""Kernels on rows of words use wide accesses whatever the vocabulary: trains and captions with an
odd one on the emulated device and looks at which instantiations ran.

    rows_are_wide.py EMULATED_ENGINE_TEST

Fails when a kernel of NARROW_NEVER ran with one element an access, or did not run at all.
"""
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "emulation"))
import every_kernel_runs  # noqa: E402

FILTER = "CudaRecipe.TrainsAndValidates*"  # an odd vocabulary, all other widths multiples of 8
# Kernel -> which of its template arguments is the elements of an access. bias_gradient is not here:
# the bias of a scalar gate has one column.
NARROW_NEVER = {"cross_entropy_held_kernel": 1, "top_words_kernel": 1, "add_bias_kernel": 1}


def launched(binary):
    """Demangled names of the kernels that the test launched."""
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "launched")
        environment = {**os.environ, "STORYTELLER_EMULATION_LAUNCHED": log}
        if subprocess.run([binary, "--gtest_brief=1", f"--gtest_filter={FILTER}"],
                          env=environment, check=False).returncode != 0:
            sys.exit("the test itself fails")
        with open(log, encoding="utf-8") as file:
            offsets = [int(line.split()[0], 16) for line in file]
    functions = every_kernel_runs.functions_of(binary)
    return [functions[offset] for offset in offsets]


def main():
    names = launched(sys.argv[1])
    problems = []
    for kernel, position in NARROW_NEVER.items():
        own = [name for name in names if every_kernel_runs.bare_name(name) == kernel]
        if not own:
            problems.append(f"{kernel} did not run")
        for name in own:
            arguments = re.search(r"<(.*?)>\(", name)[1].split(", ")
            if arguments[position] == "1":
                problems.append(f"one element an access: {name}")
    print("\n".join(problems) or "all accesses to rows of words are wide")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
