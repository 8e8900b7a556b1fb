"""One training step of the decoder: the same as on the CPU, and its time against PyTorch's."""
from gpu_check import process, report
from gpu_check.check import ROOT

PRECISIONS = ("float32", "bfloat16")
#         B   T   L   D     A    E    H    V
SIZES = (64, 20, 49, 2048, 512, 512, 512, 10000)
SMALL = (3, 4, 5, 24, 16, 16, 16, 40)
CLIP = ("--clip-value", "5")
FORMS = ("best", "tutorial")
# Relative to the norm of a tensor, after one backward pass and after ten steps of Adam.
TOLERANCES = {"float32": {"loss": 1e-4, "gradient": 1e-4, "updated": 1e-4},
              "bfloat16": {"loss": 1e-2, "gradient": 1e-1, "updated": 1e-2}}
STEP_SECONDS, PEER_SECONDS = 60, 60


def write_case(check):
    """The file of weights and inputs that all sides read; made once."""
    case = check.scratch / "case.safetensors"
    if not case.exists():
        sizes = SMALL if check.emulated else SIZES
        check.runner.demand([check.program("training_step"), "--case", case, "--write-case",
                             *sizes, "--reps", "0"], STEP_SECONDS)
    return case


def step(check, case, precision, *arguments, device="cuda", reps=0):
    """What training_step prints."""
    command = [check.program("training_step"), "--case", case, "--device", device, "--precision",
               precision, "--name", f"ours/{precision}", "--reps", reps, *CLIP, *arguments]
    return check.runner.demand(command, STEP_SECONDS).lines()


def peer(check, case, form, precision, result, reps):
    """PyTorch's timing line, with its results in a file."""
    device = "cpu" if check.emulated else "cuda"
    command = [check.python, "-W", "ignore", ROOT / "bench/peers/decoder_step.py", "--form", form,
               "--device", device, "--precision", precision, "--case", case, "--result", result,
               "--reps", reps, "--warmup", "1" if check.emulated else "10"]
    return check.runner.demand(command, PEER_SECONDS).lines()[-1]


def agreement(section, rows, what, precision, line):
    """Adds a row of errors; fails the section where one is too great."""
    allowed = TOLERANCES[precision]
    errors = [line[kind] for kind in allowed]
    within = all(error <= allowed[kind] for error, kind in zip(errors, allowed))
    rows.append([what, precision, *errors, "" if within else report.FAILED])
    if not within:
        worst = {kind: line.get(f"{kind}_tensor", kind) for kind in allowed if line[kind] > allowed[kind]}
        section.fail(f"{what}, {precision}: beyond tolerance: {', '.join(worst.values())}")


def run(check, section):
    case = write_case(check)
    reference = check.scratch / "cpu.safetensors"
    step(check, case, "float32", "--result", reference, device="cpu")
    reps, warmup = (2, 1) if check.emulated else (50, 20)
    agreements, times = [], {}
    for precision in PRECISIONS:
        lines = step(check, case, precision, "--against", reference, "--warmup", warmup, reps=reps)
        agreement(section, agreements, "CUDA against the CPU", precision, lines[0])
        times[precision] = {"ours": lines[-1]}
    compare_with_torch(check, section, case, agreements, times)
    section.table(["compared", "type", "loss", "gradient", "updated", ""], agreements)
    section.notes.append(f"Greatest errors, relative to the norm of a tensor; at most {TOLERANCES}.")
    tabulate_times(check, section, times)


def compare_with_torch(check, section, case, agreements, times):
    """PyTorch's forms of the same step, where there is PyTorch and time."""
    if not check.python:
        section.notes.append("No PyTorch here that can use the device: nothing to compare with.")
        return
    for precision in PRECISIONS[:1] if check.emulated else PRECISIONS:
        for form in FORMS[:1] if check.emulated else FORMS:
            result = check.scratch / "peer.safetensors"
            try:
                line = peer(check, case, form, precision, result, 2 if check.emulated else 30)
                found = step(check, case, precision, "--against", result)[0]
            except process.Failure as failure:  # another's program: nothing of ours failed
                section.notes.append(f"PyTorch, {form}, {precision}: {failure}")
                continue
            except process.OutOfTime:
                section.notes.append(f"PyTorch, {form}, {precision}: no time")
                continue
            agreement(section, agreements, f"CUDA against PyTorch, {form}", precision, found)
            times[precision][form] = line


def tabulate_times(check, section, times):
    rows = []
    for precision, lines in times.items():
        ours = lines["ours"]["median_ms"]
        for who, line in lines.items():
            if check.emulated:
                line.update({key: report.NO_FIGURE for key in ("median_ms", "min_ms", "max_ms")})
            ratio = None if check.emulated else line["median_ms"] / ours
            rows.append([precision, who if who == "ours" else f"PyTorch, {who}", line["median_ms"],
                         line["min_ms"], line["max_ms"], ratio])
    section.data = {"sizes": SMALL if check.emulated else SIZES, "times": times, "torch": check.torch}
    section.table(["type", "side", "median ms", "min", "max", "as long as ours"], rows)
    section.notes.append("B, T, L, D, A, E, H, V = " + ", ".join(map(str, section.data["sizes"])) +
                         "; forward, backward, clipping by value, Adam, dropout 0.5. PyTorch's float32 "
                         "products are exact (no TF32), as ours; in bfloat16 it runs under autocast.")
    section.summary = report.NO_FIGURE if check.emulated else "; ".join(
        f"{precision} {lines['ours']['median_ms']:.2f} ms" +
        "".join(f", PyTorch {form} {lines[form]['median_ms']:.2f}" for form in FORMS if form in lines)
        for precision, lines in times.items())
