"""A beam search over many pictures at once."""
from gpu_check import predictions, report, training

SECONDS = 30
PICTURES, BEAM = 32, 5


def run(check, section):
    case = training.write_case(check)
    pictures, reps = (2, 1) if check.emulated else (PICTURES, 20)
    applies = predictions.known(check.gpu) and not check.emulated
    rows = []
    for precision in training.PRECISIONS:
        line = check.runner.demand(
            [check.program("decode"), "--case", case, "--device", "cuda", "--precision", precision,
             "--pictures", pictures, "--only", "beam5", "--never-ends", "--reps", reps], SECONDS
        ).lines()[-1]
        if check.emulated:
            line.update({key: report.NO_FIGURE for key in ("median_ms", "min_ms", "max_ms")})
        rows.append(predictions.row(section, f"{pictures} pictures, {BEAM} beams, 20 words, {precision}",
                                    predictions.TIMES_MS["search of 32 pictures"], line["median_ms"],
                                    "ms", applies))
        section.data[precision] = line
    section.table(["search", "predicted", "measured", "unit"], rows)
    section.summary = report.NO_FIGURE if check.emulated else f"{rows[0][2]:.2f} ms"
