"""What NVIDIA's profiler says of the kernels, where it is installed and may look."""
import csv
import io

from gpu_check.machine import toolkit_program

METRICS = {"gpu__time_duration.sum": "time", "launch__registers_per_thread": "registers",
           "sm__warps_active.avg.pct_of_peak_sustained_active": "occupancy %",
           "dram__throughput.avg.pct_of_peak_sustained_elapsed": "memory %",
           "sm__throughput.avg.pct_of_peak_sustained_elapsed": "arithmetic %"}
SECONDS = 45
OURS = "regex:.*_kernel$"


def run(check, section):
    """One call of each kernel; what a caller without the right to counters gets is said."""
    ncu = toolkit_program("ncu")
    if check.emulated or not ncu:
        section.leave_out("emulated: there is nothing to profile" if check.emulated
                          else "ncu was not found")
        return
    # Each case is called once; a library's kernels, of mangled names, are not the question.
    result = check.runner.run([ncu, "--csv", "--metrics", ",".join(METRICS), "--kernel-name", OURS,
                               check.program("cuda_kernels"), "--repeat", 1], SECONDS)
    rows = rows_of(result.output)
    if not rows:
        section.leave_out("ncu gave nothing: " + (result.tail(3) or "no time"))
        return
    section.table(["kernel", *METRICS.values()], rows)
    section.data = {"kernels": [dict(zip(["kernel", *METRICS], row)) for row in rows]}
    section.summary = f"{len(rows)} launches of {len({row[0] for row in rows})} kernels"


def rows_of(output):
    """One row a launch from ncu's CSV, which has one line a metric."""
    lines = output.splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith('"ID"')), None)
    if start is None:
        return []
    launches = {}
    for line in csv.DictReader(io.StringIO("\n".join(lines[start:]))):
        launch = launches.setdefault(line["ID"], {"kernel": line["Kernel Name"]})
        launch[line["Metric Name"]] = f"{line['Metric Value']} {line['Metric Unit']}".strip()
    return [[launch["kernel"], *(launch.get(name, "") for name in METRICS)]
            for launch in launches.values()]
