"""The memory-bound kernels against a copy from device memory to device memory."""
from gpu_check import report

SECONDS = 90
SAMPLES, WARMUP, MEGABYTES = 50, 20, 64


def run(check, section):
    """Time, bandwidth and floor of each kernel; figures only from a real device."""
    command = [check.program("cuda_kernels")]
    samples = SAMPLES
    if check.emulated:
        samples = 2
        command += ["--small", "--warmup", 1, "--samples", samples, "--rotate", "0.01"]
    else:
        command += ["--warmup", WARMUP, "--samples", samples, "--rotate", MEGABYTES]
    result = check.runner.run(command, SECONDS)
    lines = result.lines()
    if result.timed_out:
        section.notes.append(f"no time for the kernels behind '{lines[-1]['kernel'] if lines else ''}'")
    elif result.returncode != 0:
        section.fail(f"cuda_kernels failed ({result.returncode})\n{result.tail()}")
    if not lines or lines[0]["kernel"] != "device copy":
        section.fail("the device copy was not measured")
        return
    copy = lines[0]["bytes"] / lines[0]["median_us"] / 1e3 if not check.emulated else None
    rows = []
    for line in lines:
        add_figures(line, copy)
        rows.append([line["kernel"], line["dtype"], line["bytes"] / 1e6,
                     *(line[key] for key in ("median_us", "gb_per_s", "of_copy", "floor_us",
                                             "warm_us")), line["h200_floor_us"] or None])
    section.data = {"copy_gb_per_s": copy, "kernels": lines}
    section.notes.append(
        f"Medians of {samples} runs by CUDA events. A run is a graph of calls on fresh arrays, as many "
        f"as it takes to move {MEGABYTES} MB; warm: the same arrays again and again, from the L2 cache "
        "where they fit. Floor: the least bytes at the speed of the copy; attention_keys_backward and "
        "tanh in float are bound by arithmetic instead. H200 floor: worked out beforehand for bfloat16.")
    section.table(["kernel", "type", "MB", "us", "GB/s", "of copy", "floor us", "warm us",
                   "H200 floor us"], rows)
    section.summary = (report.NO_FIGURE if check.emulated else f"copy {copy:.0f} GB/s") + (
        f", {len(lines) - 1} kernels")


def add_figures(line, copy):
    """Bandwidth and floor of a line; without a copy, what was no measurement is no number."""
    if copy is None:
        for key in ("median_us", "min_us", "max_us", "warm_us", "gb_per_s", "of_copy", "floor_us"):
            line[key] = report.NO_FIGURE
        line["h200_floor_us"] = 0  # of other sizes than these
        return
    line["gb_per_s"] = line["bytes"] / line["median_us"] / 1e3
    line["of_copy"] = f"{100 * line['gb_per_s'] / copy:.0f} %"
    line["floor_us"] = line["bytes"] / copy / 1e3
