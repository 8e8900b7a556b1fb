#!/usr/bin/env python3
"""Which GPUs a program holds kernels for, read out of its fat binaries.

    fatbinary.py PROGRAM [ARCHITECTURE...]   in CMake's terms: 80-real is machine code, 90-virtual PTX,
                                             90 both; exit status 1 where a module differs from them

A fat binary has a header (magic number, version, bytes of the header, bytes behind it) and entries
(kind, version, bytes of the header, bytes behind it; the architecture is the eighth word). What
cuobjdump of the toolkit lists must be the same, where it is installed.
"""
import collections
import pathlib
import re
import shutil
import struct
import subprocess
import sys

BEGIN = struct.pack("<IHH", 0xBA55ED50, 1, 16)
KINDS = {1: "virtual", 2: "real"}


def modules(data):
    """The architectures of each module, in the order in which they lie."""
    at = data.find(BEGIN)
    while at >= 0:
        _, _, header, size = struct.unpack_from("<IHHQ", data, at)
        entry, end, found = at + header, at + header + size, []
        while entry < end:
            kind, _, header, size = struct.unpack_from("<HHIQ", data, entry)
            architecture = struct.unpack_from("<I", data, entry + 28)[0]
            found.append(f"{architecture}-{KINDS.get(kind, f'kind {kind}')}")
            entry += header + size
        yield tuple(sorted(found, key=natural))
        at = data.find(BEGIN, end)


def natural(text):
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", text)]


def wanted(architectures):
    """80-real, 90-virtual, 90: what CMake passes on to nvcc."""
    for architecture in architectures:
        if architecture.endswith(("-real", "-virtual")):
            yield architecture
        else:
            yield from (f"{architecture}-real", f"{architecture}-virtual")


def listed_by_cuobjdump(program):
    """{sm_NN} by the toolkit's own tool; None where it is missing."""
    tool = shutil.which("cuobjdump") or shutil.which("/usr/local/cuda/bin/cuobjdump")
    if tool is None:
        return None
    done = subprocess.run([tool, "--list-elf", program], stdout=subprocess.PIPE, text=True, check=True)
    return set(re.findall(r"\.sm_(\d+)\w*\.cubin", done.stdout))


def main(program, *architectures):
    counts = collections.Counter(modules(pathlib.Path(program).read_bytes()))
    for found, count in counts.items():
        print(f"{count} modules: {' '.join(found)}")
    problems = [] if counts else ["no module of kernels was found"]
    if architectures and re.fullmatch(r"\d+a?f?(-real|-virtual)?", architectures[0]):
        expected = tuple(sorted(wanted(architectures), key=natural))
        problems += [f"expected {' '.join(expected)}" for found in counts if found != expected]
    elif len(counts) > 1:
        problems.append("the modules differ")
    listed = listed_by_cuobjdump(program)
    ours = {name.removesuffix("-real") for found in counts for name in found if name.endswith("-real")}
    if listed is not None and listed != ours:
        problems.append(f"cuobjdump lists sm {sorted(listed)}")
    print(*problems, sep="\n", end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
