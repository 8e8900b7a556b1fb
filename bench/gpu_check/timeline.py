"""Where the time of a step is: the step with one stage left out."""
from gpu_check import real, report, training

REPS, WARMUP = 30, 10


def run(check, section):
    if not check.real:
        real.run(check, report.Section("real", ""))
    case = training.write_case(check)
    reps, warmup = (2, 1) if check.emulated else (REPS, WARMUP)
    rows = []
    for precision in training.PRECISIONS:
        timed = ["--warmup", warmup]
        whole = training.step(check, case, precision, *timed, reps=reps)[-1]["median_ms"]
        still = training.step(check, case, precision, *timed, "--without-update", reps=reps)[-1]["median_ms"]
        whole_real = check.real[precision]["median_ms"]
        for what, ms in (("the default recipe, with every upload", whole_real),
                         ("the peers' step: no uploads, vector gate", whole),
                         ("the same without clipping, norm and Adam", still)):
            rows.append([precision, what, report.NO_FIGURE if check.emulated else ms])
        section.data[precision] = {"real": whole_real, "resident": whole, "without_update": still}
    if check.emulated:
        section.data = {}
    section.table(["type", "step", "ms"], rows)
    section.notes.append("The decoders differ (D of 1,280 against 2,048, V of the data against 10,000), "
                         "so the first two lines bound the uploads, they do not give them.")
    section.summary = report.NO_FIGURE if check.emulated else "; ".join(
        f"{precision}: update {found['resident'] - found['without_update']:.2f} of "
        f"{found['resident']:.2f} ms" for precision, found in section.data.items())
