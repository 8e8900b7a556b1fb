"""One training step of the decoder: the same as on the CPU and as PyTorch's, and its time."""
from gpu_check import process, report
from gpu_check.check import ROOT

PRECISIONS = ("float32", "bfloat16")
TIMED = ("float32", "tf32", "bfloat16")
#         B   T   L   D     A    E    H    V
SIZES = (64, 20, 49, 2048, 512, 512, 512, 10000)
SMALL = (3, 4, 5, 24, 16, 16, 16, 40)
CLIP = ("--clip-value", "5")
COMPARED = ("best", "tutorial")
# Relative to the norm of each tensor, after one backward pass and after ten steps of Adam.
TOLERANCES = {"float32": {"loss": 1e-4, "gradient": 1e-4, "updated": 1e-4},
              "bfloat16": {"loss": 1e-2, "gradient": 2e-2, "updated": 1e-2}}
# The sum over the regions of what the softmax makes cancel out: its rounding is that of the parts.
CANCELLED = {"gradient.decoder.key.bias": 5e-2}
LEAST_COSINE = 0.999  # of each tensor of the gradient
SMALL_SLACK = 1.5  # of three captions of four words less rounding averages out
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


def peer(check, case, form, precision, result):
    """Writes PyTorch's results into a file."""
    device = "cpu" if check.emulated else "cuda"
    check.runner.demand([check.python, "-W", "ignore", ROOT / "bench/peers/decoder_step.py", "--form",
                         form, "--device", device, "--precision", precision, "--case", case, "--result",
                         result, "--reps", "0"], PEER_SECONDS)


def agreement(check, section, rows, what, precision, line):
    """Adds a row of errors; fails the section where one is too great."""
    allowed = TOLERANCES[precision]
    errors = [line[kind] for kind in allowed]
    wrong = [line.get(f"{kind}_tensor", kind) for kind in allowed
             if kind != "gradient" and not line[kind] <= allowed[kind]]
    narrow = precision == "bfloat16"
    most = allowed["gradient"] * (SMALL_SLACK if narrow and check.emulated else 1)
    wrong += [name for name, error in line["gradient_errors"].items()
              if not error <= (CANCELLED.get(name, most) if narrow else most)]
    if not line["gradient_cosine"] >= LEAST_COSINE:
        wrong.append(f"the direction of {line['gradient_cosine_tensor']}")
    rows.append([what, precision, *errors, line["gradient_cosine"], report.FAILED if wrong else ""])
    if wrong:
        section.fail(f"{what}, {precision}: beyond tolerance: {', '.join(wrong)}")


def run(check, section):
    case = write_case(check)
    reference = check.scratch / "cpu.safetensors"
    step(check, case, "float32", "--result", reference, device="cpu")
    reps, warmup = (2, 1) if check.emulated else (30, 10)
    agreements, times = [], {}
    for precision in TIMED:
        against = ("--against", reference) if precision in TOLERANCES else ()
        lines = step(check, case, precision, *against, "--warmup", warmup, reps=reps)
        if against:
            agreement(check, section, agreements, "CUDA against the CPU", precision, lines[0])
        times[precision] = lines[-1]
    compare_with_torch(check, section, case, agreements)
    section.table(["compared", "type", "loss", "gradient", "updated", "cosine", ""], agreements)
    section.notes.append(f"Greatest errors, relative to the norm of a tensor; at most {TOLERANCES}, and "
                         f"the cosine of every tensor of the gradient at least {LEAST_COSINE}.")
    tabulate_times(check, section, times)


def compare_with_torch(check, section, case, agreements):
    """PyTorch's forms of the same step, where there is PyTorch and time."""
    if not check.python:
        section.notes.append("No PyTorch here that can use the device: nothing to compare with.")
        return
    for precision in PRECISIONS[:1] if check.emulated else PRECISIONS:
        for form in COMPARED[:1] if check.emulated else COMPARED:
            result = check.scratch / "peer.safetensors"
            try:
                peer(check, case, form, precision, result)
                found = step(check, case, precision, "--against", result)[0]
            except process.Failure as failure:  # another's program: nothing of ours failed
                section.notes.append(f"PyTorch, {form}, {precision}: {failure}")
                continue
            except process.OutOfTime:
                section.notes.append(f"PyTorch, {form}, {precision}: no time")
                continue
            agreement(check, section, agreements, f"CUDA against PyTorch, {form}", precision, found)


def tabulate_times(check, section, times):
    rows = []
    for precision, line in times.items():
        if check.emulated:
            line.update({key: report.NO_FIGURE for key in ("median_ms", "min_ms", "max_ms")})
        rows.append([precision, line["median_ms"], line["min_ms"], line["max_ms"]])
    section.data = {"sizes": SMALL if check.emulated else SIZES, "times": times, "torch": check.torch}
    section.table(["type", "median ms", "least", "greatest"], rows)
    section.notes.append("B, T, L, D, A, E, H, V = " + ", ".join(map(str, section.data["sizes"])) +
                         "; forward, backward, clipping by value, Adam, dropout 0.5; eager: a step in a "
                         "CUDA graph needs its numbers on the device, which is not built.")
    section.summary = report.NO_FIGURE if check.emulated else "; ".join(
        f"{precision} {line['median_ms']:.2f} ms" for precision, line in times.items())
