#!/usr/bin/env python3
"""tools/gpu_check: every part is in its report, and every failed check gives exit status 1.

    gpu_check_test.py               with stand-ins for all programs, as if there were a GPU
    gpu_check_test.py --build DIR   the real programs of a build folder on the emulated device
"""
import json
import os
import pathlib
import stat
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
CHECK = HERE.parent.parent / "tools/gpu_check"
PARTS = ["machine", "build", "tests", "operators", "determinism", "bandwidth", "training", "profiler",
         "sanitizer"]
BUILD = None


class Outcome:
    def __init__(self, folder, done):
        self.status, self.table = done.returncode, done.stdout
        self.printed = done.stdout + done.stderr
        report = folder / "gpu_check.json"
        self.report = json.loads(report.read_text()) if report.exists() else None
        self.markdown = (folder / "gpu_check.md").read_text() if report.exists() else ""

    def part(self, name):
        return self.report["sections"][name]


def run(folder, *arguments, path=None, **environment):
    results = folder / "results"
    done = subprocess.run([sys.executable, CHECK, "--results", results, *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                          env={**os.environ, **environment,
                               "PATH": f"{path}:{os.environ['PATH']}" if path else os.environ["PATH"]})
    return Outcome(results, done)


class OnStandIns(unittest.TestCase):
    def check(self, *arguments, fault="", tools=("nvidia-smi", "compute-sanitizer", "ncu")):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            programs = {"build/bin": ["cuda_test", "cuda_kernels", "training_step"], "path": tools,
                        "python": ["peer_python"]}
            for place, names in programs.items():
                (folder / place).mkdir(parents=True)
                for program in names:
                    copy = folder / place / program
                    copy.write_text((HERE / "gpu_check_stub.py").read_text())
                    copy.chmod(copy.stat().st_mode | stat.S_IXUSR)
            return run(folder, "--build", folder / "build", "--python", folder / "python/peer_python",
                       *arguments, path=folder / "path", GPU_CHECK_FAULT=fault)

    def assert_fails(self, part, *arguments, fault, why):
        outcome = self.check(*arguments, fault=fault)
        self.assertEqual(outcome.status, 1, outcome.printed)
        self.assertEqual(outcome.part(part)["status"], "FAILED", outcome.printed)
        self.assertFalse(outcome.report["passed"])
        self.assertIn(why, " ".join(outcome.part(part)["notes"]))

    def test_a_sound_machine_passes_with_every_part_and_figures(self):
        outcome = self.check()
        self.assertEqual(outcome.status, 0, outcome.printed)
        self.assertEqual(list(outcome.report["sections"]), PARTS)
        for part in PARTS:
            self.assertEqual(outcome.part(part)["status"], "passed", outcome.printed)
            self.assertIn(f"## {outcome.part(part)['title']}", outcome.markdown)
        kernel = outcome.part("bandwidth")["data"]["kernels"][1]
        self.assertEqual((kernel["gb_per_s"], kernel["of_copy"], kernel["floor_us"]),
                         (2000, "50 %", 200))
        times = outcome.part("training")["data"]["times"]
        self.assertEqual(times["bfloat16"]["tutorial"]["median_ms"], 3)
        self.assertIn("| bfloat16 | PyTorch, best | 3 | 2.9 | 3.1 | 3 |", outcome.markdown)
        self.assertIn("| driver_version | 580.65.06 |", outcome.markdown)
        self.assertIn("adam_step_kernel | 5.5 us | 56 register/thread", outcome.markdown)
        self.assertRegex(outcome.table, r"Training step +passed .*float32 1.00 ms, PyTorch best 3.00")

    def test_what_is_missing_is_said(self):
        outcome = self.check("--only", "profiler", "sanitizer", tools=("nvidia-smi",))
        self.assertEqual(outcome.status, 0, outcome.printed)
        self.assertEqual(outcome.part("profiler")["summary"], "ncu was not found")
        self.assertEqual(outcome.part("sanitizer")["status"], "left out")
        self.assertEqual(outcome.part("tests")["status"], "not run")

    def test_what_had_no_time_says_so(self):
        outcome = self.check("--seconds", "0.5")
        self.assertIn("no time", outcome.part("build")["status"] + outcome.part("machine")["status"])

    def test_a_failed_test_fails(self):
        self.assert_fails("tests", "--only", "tests", fault="test", why="cuda_test failed")

    def test_tests_that_crash_or_hang_fail(self):
        self.assert_fails("tests", "--only", "tests", fault="crash", why="Segmentation fault")
        self.assert_fails("tests", "--only", "tests", "--seconds", "4", fault="hang",
                          why="did not end within")

    def test_an_op_beyond_its_tolerance_fails(self):
        self.assert_fails("operators", "--only", "tests", "operators", fault="op",
                          why="1 of 1 comparisons")

    def test_other_bits_fail(self):
        self.assert_fails("determinism", "--only", "determinism", fault="bits",
                          why="adam_step, float32 gives other bits")
        self.assert_fails("determinism", "--only", "determinism", fault="training_bits",
                          why="training, bfloat16")

    def test_a_step_that_differs_from_the_cpu_fails(self):
        self.assert_fails("training", "--only", "training", fault="agreement",
                          why="gradient.decoder.key.weight")

    def test_a_missing_measurement_fails(self):
        self.assert_fails("bandwidth", "--only", "bandwidth", fault="copy", why="device copy")

    def test_findings_of_the_sanitizer_fail(self):
        self.assert_fails("sanitizer", "--only", "sanitizer", fault="memcheck", why="3 errors")
        self.assert_fails("sanitizer", "--only", "sanitizer", fault="race", why="racecheck: 2")

    def test_a_device_that_cannot_be_used_fails_and_nothing_else_runs(self):
        self.assert_fails("machine", fault="no_gpu", why="no NVIDIA driver was found")


class OnTheEmulatedDevice(unittest.TestCase):
    def test_the_report_has_every_part_and_no_figure(self):
        if BUILD is None:
            self.skipTest("no --build: the programs of the emulated device are needed")
        with tempfile.TemporaryDirectory() as name:
            outcome = run(pathlib.Path(name), "--emulated", "--build", BUILD)
        self.assertEqual(outcome.status, 0, outcome.printed)
        self.assertEqual(list(outcome.report["sections"]), PARTS)
        for part in PARTS:
            wanted = "left out" if part in ("profiler", "sanitizer") else "passed"
            self.assertEqual(outcome.part(part)["status"], wanted, outcome.printed)
            self.assertIn(f"## {outcome.part(part)['title']}", outcome.markdown)
        self.assertTrue(outcome.report["emulated"])
        lines = outcome.part("bandwidth")["data"]["kernels"]
        lines += [line for lines in outcome.part("training")["data"]["times"].values()
                  for line in lines.values()]
        for line in lines:
            for key in ("median_us", "min_us", "max_us", "warm_us", "gb_per_s", "median_ms", "min_ms",
                        "max_ms"):
                self.assertEqual(line.get(key, "emulated, no figure"), "emulated, no figure")
        self.assertGreater(len(lines), 30)
        self.assertGreater(len(outcome.part("operators")["data"]["ops"]), 30)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--build"]:
        BUILD = pathlib.Path(sys.argv.pop(2))
        sys.argv[1] = "OnTheEmulatedDevice"
    unittest.main()
