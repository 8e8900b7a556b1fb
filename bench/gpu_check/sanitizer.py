"""NVIDIA's compute-sanitizer over the tests of the kernels."""
import re

from gpu_check import process, report
from gpu_check.machine import toolkit_program

TOOLS = ("memcheck", "racecheck")
SECONDS = 45  # for each
KERNEL_TESTS = "*Cuda.*:*Cuda/*"  # not CudaOp, CudaTrainer and others of the engine
FOUND = re.compile(r"(?:ERROR|RACECHECK) SUMMARY: (\d+)")
FINDING = re.compile(r"^=+ (?:Invalid|Error|Uninitialized|Barrier error|.*hazard)", re.M)


def run(check, section):
    if check.emulated:
        section.leave_out("emulated: the memcheck variant of the emulator takes its place (ctest -L "
                          "emulation)")
        return
    sanitizer = toolkit_program("compute-sanitizer")
    if not sanitizer:
        section.leave_out("compute-sanitizer was not found")
        return
    program = check.program("cuda_test")
    rows = []
    for index, tool in enumerate(TOOLS):
        share = min(SECONDS, (check.runner.left() - 5) / (len(TOOLS) - index))
        try:
            result = check.runner.run(
                [sanitizer, "--tool", tool, "--print-limit", 20, program, "--gtest_brief=1",
                 f"--gtest_filter={KERNEL_TESTS}"], share)
        except process.OutOfTime:
            rows.append([tool, report.NO_TIME, "", 0.0])
            continue
        rows.append([tool, *verdict(section, tool, result), result.seconds])
    section.data = {"tools": {row[0]: row[1] for row in rows}}
    section.table(["tool", "result", "found", "seconds"], rows)
    section.notes.append("No initcheck: reads of memory that nobody wrote show as NaN in the tests, "
                         "which run with STORYTELLER_POISON=1, and in the emulator's memcheck.")
    section.summary = ", ".join(f"{row[0]} {row[1]}" for row in rows)
    if section.status != report.FAILED and all(row[1] == report.NO_TIME for row in rows):
        section.status = report.NO_TIME


def verdict(section, tool, result):
    """(result, findings) of one tool; a failure goes to the section."""
    counts = [int(count) for count in FOUND.findall(result.output)]
    if result.timed_out:
        if not FINDING.search(result.output):
            return report.NO_TIME, ""
        section.fail(f"{tool} found something before its time was over\n{result.tail(40)}")
        return report.FAILED, "more than none"
    if not counts:
        section.notes.append(f"{tool} did not work here ({result.returncode})\n{result.tail()}")
        return report.LEFT_OUT, ""
    if counts[-1] > 0 or result.returncode != 0:
        section.fail(f"{tool}: {counts[-1]} errors\n{result.tail(40)}")
        return report.FAILED, str(counts[-1])
    return report.PASSED, "0"
