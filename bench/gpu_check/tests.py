"""All tests on the device, and each op against the CPU with its error."""
import json

from gpu_check import report

TEST_SECONDS, PRODUCT_SECONDS = 120, 30
# So that a read of what nobody wrote shows.
ENVIRONMENT = {"STORYTELLER_POISON": "1"}


def entries_of(path):
    """gtest's JSON as a list of {name, failed, skipped, and what the test recorded}."""
    entries = []
    for suite in json.loads(path.read_text(encoding="utf-8"))["testsuites"]:
        for test in suite["testsuite"]:
            entries.append({
                **test,
                "name": f"{suite['name']}.{test['name']}",
                "failed": bool(test.get("failures")),
                "skipped": test.get("result") == "SKIPPED",
            })
    return entries


def run_program(check, section, program, filters, limit):
    """Entries of one program; one that crashes or hangs fails the section."""
    output = check.scratch / f"{program.name}.json"
    output.unlink(missing_ok=True)
    result = check.runner.run([program, f"--gtest_filter={filters}", "--gtest_brief=1",
                               f"--gtest_output=json:{output}"], limit, environment=ENVIRONMENT)
    if result.timed_out:
        section.fail(f"{program.name} did not end within {result.seconds:.0f} s\n{result.tail()}")
    elif result.returncode == 77:
        section.fail(result.tail(1))
    elif not output.exists():
        section.fail(f"{program.name} ended early ({result.returncode})\n{result.tail(40)}")
    else:
        if result.returncode != 0:
            section.fail(f"{program.name} failed\n{result.tail(40)}")
        return entries_of(output)
    return []


def run_programs(check, section, programs, limit):
    """All of them, and what they say as a table."""
    entries = []
    for program, filters in programs.items():
        entries += run_program(check, section, program, filters, limit)
    failed = [entry["name"] for entry in entries if entry["failed"]]
    skipped = [entry["name"] for entry in entries if entry["skipped"]]
    if not entries:
        section.fail("no test ran")
    section.data = {"run": len(entries), "failed": failed, "skipped": skipped}
    section.summary = f"{len(entries)} ran, {len(failed)} failed, {len(skipped)} skipped"
    if failed:
        section.table(["failed test"], [[name] for name in failed])
    return entries


def products(check, section):
    """Matrix products of every shape first: a library may refuse some."""
    run_programs(check, section, check.product_tests(), PRODUCT_SECONDS)


def run(check, section):
    check.tests += run_programs(check, section, check.test_programs(), TEST_SECONDS)


def operators(check, section):
    """What the tests of ops recorded: the greatest error of outputs and gradients."""
    ops = {}
    for entry in check.tests:
        if "output_error" in entry:
            op, _, dtype = entry["name"].rpartition("/")[2].rpartition("_")
            ops.setdefault(op, {})[dtype] = {
                key: float(entry[key]) for key in ("output_error", "output_tolerance",
                                                   "gradient_error", "gradient_tolerance")}
    if not ops:
        section.fail("no op was compared: see the tests above")
        return
    rows, worse = [], 0
    for op in sorted(ops):
        for dtype, found in sorted(ops[op].items(), reverse=True):
            within = (found["output_error"] <= found["output_tolerance"] and
                      found["gradient_error"] <= found["gradient_tolerance"])
            worse += not within
            rows.append([op, dtype, found["output_error"], found["output_tolerance"],
                         found["gradient_error"], found["gradient_tolerance"],
                         "" if within else report.FAILED])
    section.data = {"ops": ops}
    section.notes.append("CUDA against the CPU in double on the same numbers; the greatest error of "
                         "an element, relative to it or to the array's root mean square, whichever is "
                         "greater.")
    section.table(["op", "type", "output", "at most", "gradient", "at most", ""], rows)
    if worse:
        section.fail(f"{worse} of {len(rows)} comparisons are beyond their tolerance")
    section.summary = f"{len(ops)} ops in {len(rows)} comparisons, {worse} beyond tolerance"
