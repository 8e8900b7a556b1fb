"""One way of timing for every peer: warm up, repeat, print one JSON line."""
import json
import os
import statistics
import sys
import time

import torch


def use_threads(threads):
    """Sets PyTorch's threads; warns where the BLAS under it was told another number."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        if os.environ.get(name) not in (None, str(threads)):
            print(f"{name}={os.environ[name]} but --threads {threads}", file=sys.stderr)
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)  # denormal Adam moments would cost the peer a factor of three


def wait():
    """Until what was given to the GPU is done."""
    if torch.cuda.is_initialized():
        torch.cuda.synchronize()


def measure(name, call, reps, warmup=2):
    """Calls `call` warmup + reps times and prints the milliseconds of the last `reps`."""
    for _ in range(warmup):
        call()
    times = []
    for _ in range(reps):
        wait()
        begin = time.perf_counter()
        call()
        wait()
        times.append((time.perf_counter() - begin) * 1e3)
    line = {
        "name": name,
        "median_ms": round(statistics.median(times), 4),
        "min_ms": round(min(times), 4),
        "max_ms": round(max(times), 4),
        "reps": reps,
    }
    print(json.dumps(line), flush=True)


def serve(name, call, reps, warmup):
    """Measures for every line of stdin, so that it may take turns with others."""
    for _ in range(warmup):
        call()
    print(json.dumps({"ready": name}), flush=True)
    for _ in sys.stdin:
        measure(name, call, reps, 0)
