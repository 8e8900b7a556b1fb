"""The training step against PyTorch's, in turns: A B A B, so that clocks and neighbours are the same
for both."""
import statistics

from gpu_check import process, report, training
from gpu_check.check import ROOT

ROUNDS, REPS = 4, 10
START_SECONDS, TURN_SECONDS = 60, 20
# tutorial and best compute what ours does; graphed and compiled are best in a CUDA graph and behind
# torch.compile; lstm is cuDNN's LSTM over the same words, without attention: less work than ours.
FORMS = ("best", "tutorial", "graphed", "compiled", "lstm")
COMPARED = ("best", "tutorial")  # whose results are compared with ours


def start(check, form, precision, case):
    """A process that measures one turn for every line it is sent; None with a note's text where it
    cannot be started."""
    if form == "ours":
        command = [check.program("training_step"), "--case", case, "--device", "cuda", "--precision",
                   precision, "--name", "ours", "--warmup", 1 if check.emulated else 10, "--serve",
                   "--reps", 1 if check.emulated else REPS, *training.CLIP]
    else:
        command = [check.python, "-W", "ignore", ROOT / "bench/peers/decoder_step.py", "--form", form,
                   "--device", "cpu" if check.emulated else "cuda", "--precision", precision, "--case",
                   case, "--serve", "--reps", 1 if check.emulated else REPS, "--warmup",
                   1 if check.emulated else 10]
    return check.runner.converse(command, START_SECONDS)


def run(check, section):
    """Four rounds; the report has the median of each side's rounds and their spread."""
    if not check.python:
        section.leave_out("no PyTorch here that can use the device")
        return
    case = training.write_case(check)
    rows = []
    for precision in training.PRECISIONS[:1] if check.emulated else training.PRECISIONS:
        times = in_turns(check, section, precision, case)
        if "ours" not in times:
            continue
        ours = statistics.median(times["ours"])
        section.data[precision] = times
        for form, rounds in times.items():
            middle = statistics.median(rounds)
            figures = [middle, min(rounds), max(rounds), middle / ours, verdict(times["ours"], rounds)]
            rows.append([precision, form, *([report.NO_FIGURE] * 5 if check.emulated else figures)])
    if check.emulated:
        section.data = {}
    section.table(["type", "side", "median ms", "least", "greatest", "as long as ours", ""], rows)
    section.notes.append(f"{ROUNDS} rounds of {REPS} steps in turns. Sides whose rounds overlap do not "
                         "differ. lstm does less than the others: it has no attention.")
    section.summary = report.NO_FIGURE if check.emulated else "; ".join(
        f"{row[0]} {row[1]} {row[2]:.2f} ms" for row in rows)


def verdict(ours, theirs):
    if max(ours) < min(theirs):
        return "ours is faster"
    if max(theirs) < min(ours):
        return "ours is slower"
    return "" if theirs is ours else "no difference"


def in_turns(check, section, precision, case):
    """{side: milliseconds of each round}."""
    sides, times = {}, {}
    try:
        for form in ("ours", *(FORMS[:1] if check.emulated else FORMS)):
            try:
                sides[form] = start(check, form, precision, case)
            except process.Failure as failure:  # of another's program: nothing of ours failed
                if form == "ours":
                    raise
                section.notes.append(f"PyTorch, {form}, {precision}: {failure}")
        for _ in range(1 if check.emulated else ROUNDS):
            for form in list(sides):
                try:
                    times.setdefault(form, []).append(sides[form].turn(TURN_SECONDS)["median_ms"])
                except process.Failure as failure:
                    if form == "ours":
                        raise
                    section.notes.append(f"PyTorch, {form}, {precision}: {failure}")
                    sides.pop(form).end()
                    times.pop(form, None)
    except process.OutOfTime:
        section.notes.append(f"{precision}: no time for all rounds")
    finally:
        for side in sides.values():
            side.end()
    return times
