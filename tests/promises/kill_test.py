#!/usr/bin/env python3
"""Promise: kill -9 never loses a checkpoint.

    tests/promises/kill_test.py BINARY [--full | --kills N] [--seed N]

Trains a tiny network that saves after every step, kills it at a random moment of its life (start,
step, save, validation), and looks after each kill whether the program can read the checkpoint that
was there, at a step no earlier than before, and goes on from it. Exit status 0: none was lost.
"""
import argparse
import os
import signal
import tempfile

import run


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("binary")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--full", action="store_true", help="1000 kills")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.full:
        options.kills = 1000
    with tempfile.TemporaryDirectory(prefix="kill-") as folder:
        last, best = (os.path.join(folder, "run", f"{name}.storyteller") for name in ("last", "best"))
        arguments = run.tiny_training(folder)
        longest = 1.2 * run.measured_life(options.binary, arguments)
        step, early, resumed = run.step_in(last), 0, 0
        for after in run.moments(options.kills, options.seed, longest):
            process = run.start(options.binary, arguments + ["--resume"])
            code, _, err = run.strike(process, after, signal.SIGKILL)
            assert code == 137, f"ended by itself with {code}: {err}"
            found = run.step_in(last)
            assert found is not None and found >= step, f"at step {found}, was at {step}"
            early += found == step
            resumed += "resumed at step" in err
            step = found
            run.whole(options.binary, last)
            if os.path.exists(best):
                run.whole(options.binary, best)
            left = [name for name in os.listdir(os.path.join(folder, "run")) if name.endswith(".tmp")]
            assert len(left) <= 3, f"litter: {left}"
    print(f"{options.kills} kills within {longest:.2f} s of the start, {resumed} of them after the run had gone on, "
          f"{early} before its next save: 0 checkpoints lost, {step} steps done")


if __name__ == "__main__":
    main()
