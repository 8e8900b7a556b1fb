"""Whether the same work gives the same bits every time."""
from gpu_check import report, training

KERNEL_RUNS, STEP_RUNS, STEPS = 3, 3, 4
SECONDS = 40


def run(check, section):
    """Kernels on fresh arrays, trainings from the same start, and the ops of the tests."""
    rows = []
    command = [check.program("cuda_kernels"), "--repeat", KERNEL_RUNS]
    if check.emulated:
        command.append("--small")
    for line in check.runner.demand(command, SECONDS).lines():
        rows.append([f"{line['kernel']}, {line['dtype']}", f"{line['runs']} calls", line["equal"]])
    case = training.write_case(check)
    for precision in training.PRECISIONS:
        lines = training.step(check, case, precision, "--repeat", STEP_RUNS, "--adam-steps", STEPS)
        line = next(line for line in lines if line["name"].endswith("/repeat"))
        rows.append([f"training, {precision}", f"{line['runs']} runs of {line['steps']} steps",
                     line["equal"]])
    twice = [entry for entry in check.tests if ".GivesTheSameBitsEveryTime/" in entry["name"]]
    if twice:
        rows.append([f"{len(twice)} ops of the tests", "2 runs",
                     not any(entry["failed"] for entry in twice)])
    differing = [row[0] for row in rows if not row[2]]
    section.data = {"compared": [row[0] for row in rows], "differing": differing}
    section.table(["work", "repeated", ""],
                  [[what, how, "same bits" if equal else report.FAILED] for what, how, equal in rows])
    for name in differing:
        section.fail(f"{name} gives other bits when it is repeated")
    section.summary = f"{len(rows)} compared, {len(differing)} differ"
