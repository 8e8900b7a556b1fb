"""The step that `train` takes by its default recipe: whether it runs, is right, and how long it takes."""
from gpu_check import predictions, report

CPU_STEPS, STEPS, WARMUP = 3, 60, 20
SECONDS = 60
# Of the first losses against the CPU's, relative.
TOLERANCES = {"float32": 1e-3, "tf32": 1e-2, "bfloat16": 3e-2}


def steps(check, precision, count, warmup, device):
    """What trainer_step prints: one line."""
    command = [check.program("trainer_step"), "--folder", check.scratch / "real",
               "--device", device, "--precision", precision, "--steps", count, "--warmup", warmup]
    if check.emulated:
        command.append("--small")
    return check.runner.demand(command, SECONDS).lines()[-1]


def run(check, section):
    count, warmup = (CPU_STEPS, 1) if check.emulated else (STEPS, WARMUP)
    wanted = steps(check, "float32", CPU_STEPS, CPU_STEPS, "cpu")["losses"]
    applies = predictions.known(check.gpu) and not check.emulated
    rows, times, told = [], [], []
    for precision, tolerance in TOLERANCES.items():
        line = steps(check, precision, count, warmup, "cuda")
        errors = [float("nan") if got is None else abs(got - loss) / abs(loss)
                  for got, loss in zip(line["losses"], wanted)]
        right = all(error <= tolerance for error in errors)  # not where it is no number
        error = max(errors) if right else next(e for e in errors if not e <= tolerance)
        check.real[precision] = line
        rows.append([precision, error, tolerance, line["allocations"], line["late_allocations"],
                     line["bytes_from_system"] / 1e6, line["most_bytes_in_use"] / 1e6,
                     "" if right else report.FAILED])
        name = f"train_step/real {precision}"
        if check.emulated:
            line.update({key: report.NO_FIGURE for key in ("median_ms", "low_ms", "high_ms")})
        times.append(predictions.row(section, name, predictions.TIMES_MS.get(name), line["median_ms"],
                                     "ms", applies))
        if not check.emulated:
            told.append(f"{precision} {line['median_ms']:.2f} ms")
        if not right:
            section.fail(f"the default recipe, {precision}: a loss of the first {CPU_STEPS} steps is "
                         f"{error:.2g} beside the CPU's, {tolerance:g} is allowed")
            break
    section.table(["type", "error of losses", "at most", "allocations", "of them late", "MB held",
                   "MB in use at most", ""], rows)
    section.table(["step", "predicted", "measured", "unit"], times)
    section.notes.append("Trainer::train_step by the recipe of train for photographs: features of 49 x "
                         "1,280 from a cache, every upload, the average, and the wait at its end. Late "
                         f"allocations come behind the first {warmup} steps.")
    section.data = {"lines": check.real}
    section.summary = section.summary or "; ".join(told) or report.NO_FIGURE
