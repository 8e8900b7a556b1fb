"""What the device gives at best, measured in the same run: floors are made of it."""
from gpu_check import predictions, report

SECONDS = 45
SAMPLES, WARMUP = 20, 5


def rates(check):
    """{name: value}; measured once."""
    if not check.rates:
        command = [check.program("cuda_kernels"), "--calibrate"]
        command += (["--small", "--warmup", 1, "--samples", 2] if check.emulated
                    else ["--warmup", WARMUP, "--samples", SAMPLES])
        lines = check.runner.demand(command, SECONDS).lines()
        check.rates = {line["rate"]: line["value"] for line in lines}
        check.units = {line["rate"]: line["unit"] for line in lines}
    return check.rates


def run(check, section):
    found = rates(check)
    if "copy" not in found:
        section.fail("the device copy was not measured")
        return
    applies = predictions.known(check.gpu) and not check.emulated
    rows = []
    for name, value in found.items():
        unit = check.units[name]
        rows.append(predictions.row(section, name, predictions.H200.get(name),
                                    report.NO_FIGURE if check.emulated else value, unit, applies,
                                    more_is_better=unit != "us"))
    section.table(["rate", "predicted", "measured", "unit"], rows)
    section.notes.append("Not measured: a barrier over the grid, which nothing here needs yet.")
    section.data = {"rates": {name: report.NO_FIGURE if check.emulated else value
                              for name, value in found.items()}}
    section.summary = report.NO_FIGURE if check.emulated else (
        f"copy {found['copy']:.0f} GB/s, node {found['node']:.1f} us, products "
        f"{found['product bfloat16']:.0f} TFLOP/s in bfloat16")
