#!/usr/bin/env python3
"""The program runs on processors of 2008, without AVX, and says the same there; and on machines
without a GPU, where asking for one is a clear failure.

    runs_anywhere_test.py BINARY [--full]

--full tries every generation of vector instructions, not the oldest alone. Exit status 77: skipped,
since qemu-user is not installed.
"""
import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MODEL = os.path.join(ROOT, "models", "flickr8k.storyteller")
PICTURE = os.path.join(ROOT, "tests", "goldens", "model_v1_scene.jpg")
# name of QEMU: what it brought
PROCESSORS = {"Nehalem": "SSE4.2, no AVX", "SandyBridge": "AVX", "Haswell": "AVX2 and FMA"}


def run(program, *options):
    """One thread, as sums over threads may round in another order."""
    command = [*program, "caption", "--json", "--threads", "1", "--model", MODEL, *options, PICTURE]
    return subprocess.run(command, env={**os.environ, "OMP_WAIT_POLICY": "passive"}, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def main():
    binary, full = sys.argv[1], "--full" in sys.argv
    native = run([binary])
    assert native.returncode == 0, native.stderr
    expected = json.loads(native.stdout)

    if not os.path.exists("/dev/nvidiactl"):
        asked = run([binary], "--device", "cuda")
        assert asked.returncode == 8 and asked.stdout == "" and asked.stderr, asked
        print("--device cuda without a GPU: exit status 8")

    qemu = shutil.which("qemu-x86_64")
    if os.uname().machine != "x86_64" or not qemu:
        print("skipped: needs qemu-x86_64 (qemu-user) on an x86-64 machine")
        sys.exit(77)
    for processor in PROCESSORS if full else ["Nehalem"]:
        old = run([qemu, "-cpu", processor, binary])
        assert old.returncode == 0, f"{processor}: {old.stderr}"
        found = json.loads(old.stdout)
        assert found["caption"] == expected["caption"], f"{processor}: {found}"
        difference = abs(found["log_probability"] - expected["log_probability"])
        assert difference <= 2e-3, f"{processor}: differs by {difference}"
        print(f"{processor} ({PROCESSORS[processor]}): the same sentence, log-probability within "
              f"{difference:.4f}")


if __name__ == "__main__":
    main()
