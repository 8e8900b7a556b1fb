#!/usr/bin/env python3
"""Every kernel has a test: runs the kernel tests on the emulated device and compares what they
launched with what the sources define.

    every_kernel_runs.py TEST_BINARY [--sources NAME...]

Fails when a __global__ function of kernels/ was never launched, when an instantiation of one that
the binary holds was never launched, or when a kernels/NAME_cuda.cu has no test file: for
attention_keys that is tests/cuda/kernels/attention_keys_test.cc or attention_test.cc.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
KERNEL = re.compile(r"__global__\s+void\s+(?:__launch_bounds__\((?:[^()]|\([^()]*\))*\)\s*)?(\w+)\s*\(")


def kernels_of(path):
    """Names of the __global__ functions of a source, without those in comments."""
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"//[^\n]*|/\*.*?\*/", "", file.read(), flags=re.S)
    return KERNEL.findall(text)


def functions_of(binary):
    """Address -> demangled name of every function."""
    listing = subprocess.run(["nm", "-C", "--defined-only", binary], stdout=subprocess.PIPE,
                             check=True, text=True).stdout
    found = re.findall(r"^([0-9a-f]+) [tTwW] (.*)$", listing, flags=re.M)
    return {int(address, 16): name for address, name in found}


def bare_name(name):
    """storyteller::(anonymous namespace)::x_kernel<float, 4>(...) -> x_kernel"""
    name = name.replace("(anonymous namespace)::", "")
    return re.split(r"[<(]", name, maxsplit=1)[0].split("::")[-1].split(" ")[-1]


def has_test(name):
    """Whether there is a test file of this name, or of its first words."""
    words = name.split("_")
    return any(os.path.exists(os.path.join(ROOT, "tests/cuda/kernels",
                                           "_".join(words[:count]) + "_test.cc"))
               for count in range(1, len(words) + 1))


def launched_by(binary):
    """Offsets of the kernels that the tests launched."""
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "launched")
        environment = {**os.environ, "STORYTELLER_EMULATION_LAUNCHED": log}
        run = subprocess.run([binary, "--gtest_brief=1"], env=environment, check=False)
        if run.returncode != 0:
            sys.exit("the kernel tests fail")
        if not os.path.exists(log):
            return set()
        with open(log, encoding="utf-8") as file:
            return {int(line.split()[0], 16) for line in file}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("binary")
    parser.add_argument("--sources", nargs="*", help="names of kernels/NAME_cuda.cu; else all")
    options = parser.parse_args()

    folder = os.path.join(ROOT, "kernels")
    names = sorted(file[:-len("_cuda.cu")] for file in os.listdir(folder)
                   if file.endswith("_cuda.cu"))
    if options.sources:
        names = [name for name in names if name in options.sources]
    functions = functions_of(options.binary)
    launched = launched_by(options.binary)
    launched_names = {bare_name(functions[offset]) for offset in launched}
    missing = []
    count = 0
    for name in names:
        source = f"kernels/{name}_cuda.cu"
        if not has_test(name):
            missing.append(f"{source} has no test in tests/cuda/kernels/")
        for kernel in kernels_of(os.path.join(ROOT, source)):
            count += 1
            if kernel not in launched_names:
                missing.append(f"{source}: no test launches {kernel}")
                continue
            for address, function in functions.items():
                if bare_name(function) == kernel and address not in launched:
                    missing.append(f"{source}: no test launches {function}")
    print("\n".join(missing) if missing else
          f"{len(launched)} instantiations of {count} kernels of {len(names)} files ran")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
