#!/usr/bin/env python3
"""Promise: SIGTERM and SIGINT save in every phase, and the second one ends at once.

    tests/promises/signal_test.py BINARY [--full | --signals N] [--seed N] [--encoder-weights FILE]

Strikes training, the computing of features (where the weights of mobilenet_v2 are given or lie in
STORYTELLER_DATA) and evaluation at random moments; after each signal the same command goes on and
loses no step. Exit status 0: all were resumable.
"""
import argparse
import os
import shutil
import signal
import tempfile
import time

import run

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def struck(options, arguments, after, number):
    """Ends a command by a signal; how it ended must be one of the ways that are promised."""
    code, out, err = run.strike(run.start(options.binary, arguments), after, number)
    assert code in (0, 128 + number), f"{code} after signal {number}: {err}"
    assert "internal" not in err and "error" not in err, err
    return code, out, err


def training(options, folder, count):
    """Within steps, saves and validation, one run throughout."""
    arguments = run.tiny_training(folder)
    last = os.path.join(folder, "run", "last.storyteller")
    longest = 1.2 * run.measured_life(options.binary, arguments)
    step = run.step_in(last) or 0
    for i, after in enumerate(run.moments(count, options.seed, longest)):
        _, _, err = struck(options, arguments + ["--resume"], after, SIGNALS[i % 2])
        found = run.step_in(last)
        assert found >= step, f"at step {found}, was at {step}"
        if "stopped at step" in err:
            assert f"stopped at step {found};" in err, f"{found}: {err}"
        step = found
    return f"{count} in training ({step} steps)"


def warm_up(options, folder, count):
    """While features are computed: nothing is half-written, and the run goes on."""
    more = ["--encoder-weights", encoder_weights(options), "--set", "encoder=mobilenet_v2", "--set", "word_detector=false",
            "--set", "query=hidden", "--set", "output=plain", "--set", "epochs=1"]
    arguments = run.tiny_training(folder, *more, data="scenes:train=60,val=12")
    config = os.path.join(folder, "run", "config.json")
    for i, after in enumerate(run.moments(count, options.seed, 2)):
        resume = ["--resume"] if os.path.exists(config) else []
        code, out, _ = struck(options, arguments + resume, after, SIGNALS[i % 2])
        assert code != 0 or out.endswith("best.storyteller\n"), out
        if code == 0 or i % 7 == 6:  # quicker than the signal, or often enough: again from nothing
            for kept in ("cache", "run"):
                shutil.rmtree(os.path.join(folder, kept), ignore_errors=True)
    resume = ["--resume"] if os.path.exists(config) else []
    code, _, err = run.finish(run.start(options.binary, arguments + resume))
    assert code == 0, err
    return f"{count} while features were computed"


def evaluation(options, folder, count):
    """A result is whole or not there."""
    trained = run.tiny_training(folder, "--set", "epochs=1")
    code, _, err = run.finish(run.start(options.binary, trained))
    assert code == 0, err
    results = os.path.join(folder, "results.json")
    arguments = ["evaluate", "--data", "scenes:val=400", "--results", results, "--threads", "1",
                 "--model", os.path.join(folder, "run", "best.storyteller")]
    begun = time.monotonic()
    code, _, err = run.finish(run.start(options.binary, arguments))
    assert code == 0, err
    longest = 1.1 * (time.monotonic() - begun)
    with open(results, encoding="utf-8") as file:
        right = file.read()
    os.remove(results)
    for i, after in enumerate(run.moments(count, options.seed, longest)):
        code, _, _ = struck(options, arguments, after, SIGNALS[i % 2])
        if os.path.exists(results):
            with open(results, encoding="utf-8") as file:
                assert file.read() == right, "half-written results"
            os.remove(results)
        else:
            assert code != 0, "no results"
    return f"{count} in evaluation"


def second_signal(options, folder, _):
    """The first waits for the end of a step of seconds; the second does not."""
    arguments = run.tiny_training(folder, "--set", "batch_size=4000", data="scenes:train=800,val=12")
    process = run.start(options.binary, arguments)
    while not os.path.exists(os.path.join(folder, "run", "log.csv")):
        time.sleep(0.02)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    assert process.poll() is None, "the step was too short to tell"
    process.send_signal(signal.SIGINT)
    sent = time.monotonic()
    code, _, _ = run.finish(process)
    taken = time.monotonic() - sent
    assert code == 130 and taken < 3, f"{code} after {taken} s"
    return f"a second SIGINT ended the program in {taken * 1000:.0f} ms"


def encoder_weights(options):
    if options.encoder_weights:
        return options.encoder_weights
    data = os.environ.get("STORYTELLER_DATA", "")
    path = os.path.join(data, "encoders", "mobilenet_v2_1.0_224.safetensors")
    return path if data and os.path.exists(path) else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("binary")
    parser.add_argument("--signals", type=int, default=12)
    parser.add_argument("--full", action="store_true", help="200 signals")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--encoder-weights")
    options = parser.parse_args()
    if options.full:
        options.signals = 200
    weights = encoder_weights(options)
    phases = [training, evaluation] + ([warm_up] if weights else [])
    share = options.signals // len(phases)
    done = []
    for phase in [*phases, second_signal]:
        first = phase is training  # takes what does not divide
        count = options.signals - share * (len(phases) - 1) if first else share
        with tempfile.TemporaryDirectory(prefix="signal-") as folder:
            done.append(phase(options, folder, count))
        print(done[-1], flush=True)
    if not weights:
        done.append("features: skipped, no weights of mobilenet_v2")
    print(f"{options.signals} signals, all resumable: " + "; ".join(done))


if __name__ == "__main__":
    main()
