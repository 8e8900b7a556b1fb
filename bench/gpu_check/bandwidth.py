"""The kernels against a copy from device memory to device memory, and against their floors."""
from gpu_check import calibration, predictions, report

SECONDS = 100
SAMPLES, WARMUP = 30, 10
COLUMNS = ["kernel", "type", "MB", "us", "95 %", "less a node", "GB/s", "of copy", "floor us",
           "predicted us", "warm us"]


def run(check, section):
    """Time, bandwidth and floor of each kernel; figures only from a real device."""
    rates = calibration.rates(check)
    command = [check.program("cuda_kernels")]
    samples = 2 if check.emulated else SAMPLES
    command += (["--small", "--warmup", 1, "--rotate", "0.01"] if check.emulated
                else ["--warmup", WARMUP])
    result = check.runner.run([*command, "--samples", samples], SECONDS)
    lines = result.lines()
    if result.timed_out:
        section.notes.append(f"no time for the kernels behind '{lines[-1]['kernel'] if lines else ''}'")
    elif result.returncode != 0:
        section.fail(f"cuda_kernels failed ({result.returncode})\n{result.tail()}")
    if not lines:
        section.fail("no kernel was measured")
        return
    applies = predictions.known(check.gpu)
    rows = [row_of(check, section, line, rates, applies) for line in lines]
    section.data = {"kernels": lines, "rates": rates if not check.emulated else report.NO_FIGURE}
    section.notes.append(
        f"Medians of {samples} runs by CUDA events, with an interval that holds the true median with "
        "95 % confidence: figures differ where their intervals are apart. A run is a graph of calls on "
        "fresh arrays, as many as it takes to move what no cache holds (256 MB, or four times the L2 "
        "cache; 256 calls at most, see `footprint`); warm: the same arrays again and again. Of copy: "
        "against a device copy before and one after. A node of the graph costs its time in every "
        "figure; less a node: without. Floor: bytes, products or tanh at the rates of this run.")
    section.table(COLUMNS, rows)
    if not check.emulated:
        slow = [line["kernel"] for line in lines if line["of_floor"] < 0.75]
        section.data["below_three_quarters"] = slow
        section.notes.append("Further from their floor than a quarter: " + (", ".join(slow) or "none"))
    section.summary = (report.NO_FIGURE if check.emulated
                       else f"{len(section.data['below_three_quarters'])} beyond their floor") + (
                           f", {len(lines)} kernels")


def row_of(check, section, line, rates, applies):
    """Adds bandwidth and floors to a line; without a device what was no measurement is no number."""
    if check.emulated:
        for key in ("median_us", "low_us", "high_us", "warm_us", "gb_per_s", "of_copy", "floor_us",
                    "copy_before_gb_per_s", "copy_after_gb_per_s", "net_us"):
            line[key] = report.NO_FIGURE
        return [line["kernel"], line["dtype"], line["bytes"] / 1e6, *[report.NO_FIGURE] * 8]
    copy = (line["copy_before_gb_per_s"] + line["copy_after_gb_per_s"]) / 2
    line["gb_per_s"] = line["bytes"] / line["median_us"] / 1e3
    line["of_copy"] = f"{100 * line['gb_per_s'] / copy:.0f} %"
    line["floor_us"] = predictions.least_us(line, {**rates, "copy": copy})
    line["net_us"] = max(line["median_us"] - rates.get("node", 0), 0.0)
    line["of_floor"] = line["floor_us"] / max(line["net_us"], 1e-3)
    predicted = predictions.least_us(line, predictions.H200) + predictions.H200["node"]
    line["predicted_us"] = predicted if applies else None
    if applies:
        sentence = predictions.finding(f"{line['kernel']}, {line['dtype']}", predicted,
                                       line["median_us"], "us")
        if sentence:
            section.notes.append(sentence)
    return [line["kernel"], line["dtype"], line["bytes"] / 1e6, line["median_us"],
            f"{line['low_us']:.4g} to {line['high_us']:.4g}", line["net_us"], line["gb_per_s"],
            line["of_copy"], line["floor_us"], line["predicted_us"], line["warm_us"]]
