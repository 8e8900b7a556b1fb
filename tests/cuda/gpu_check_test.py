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
PARTS = ["machine", "build", "products", "real", "tests", "operators", "calibration", "bandwidth",
         "training", "peers", "timeline", "beam", "determinism", "profiler", "sanitizer", "clocks"]
NOT_EMULATED = ("profiler", "sanitizer", "clocks")
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
            programs = {"build/bin": ["cuda_test", "cuda_kernels", "training_step", "trainer_step",
                                      "decode"], "path": tools,
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
        behind = [name for name in PARTS[PARTS.index(part) + 1:-1] if name != "build"]
        self.assertLessEqual({outcome.part(name)["status"] for name in behind}, {"not run"})
        self.assertIn(why, " ".join(outcome.part(part)["notes"]))

    def test_a_sound_machine_passes_with_every_part_and_figures(self):
        outcome = self.check()
        self.assertEqual(outcome.status, 0, outcome.printed)
        self.assertEqual(list(outcome.report["sections"]), PARTS)
        for part in PARTS:
            self.assertEqual(outcome.part(part)["status"], "passed", outcome.printed)
            self.assertIn(f"## {outcome.part(part)['title']}", outcome.markdown)
        copied, product = outcome.part("bandwidth")["data"]["kernels"]
        self.assertAlmostEqual(copied["gb_per_s"], 1990, 0)
        self.assertEqual((copied["of_copy"], copied["net_us"], copied["floor_us"]),
                         ("50 %", 400, 200))
        self.assertEqual(product["floor_us"], 5, "bound by the product, not by bytes")
        self.assertEqual(outcome.part("bandwidth")["data"]["below_three_quarters"],
                         ["adam_step", "product logits"])
        rounds = outcome.part("peers")["data"]["bfloat16"]
        self.assertEqual(rounds["graphed"], [3.0] * 4)
        self.assertIn("| bfloat16 | best | 3 | 3 | 3 | 3 | ours is faster |", outcome.markdown)
        self.assertIn("| driver_version | 580.65.06 |", outcome.markdown)
        self.assertIn("adam_step_kernel | 5.5 us | 56 register/thread", outcome.markdown)
        self.assertRegex(outcome.table, r"Training step +passed .*float32 1.00 ms; tf32 1.00 ms")
        self.assertRegex(outcome.table, r"Clocks and throttling +passed .*never slowed down")
        self.assertNotIn("predicted:", outcome.markdown, "predictions are for another GPU")

    def test_predictions_stand_beside_measurements_and_misses_are_said(self):
        outcome = self.check("--only", "real", "calibration", "beam", fault="slow_node h200")
        self.assertEqual(outcome.status, 0, outcome.printed)
        self.assertIn("| train_step/real float32 | 4.9 to 6.0 | 30 | ms |", outcome.markdown)
        self.assertIn("train_step/real float32: 30 ms measured, 4.9 to 6 predicted: 5.0 times slower",
                      outcome.markdown)
        self.assertIn("node: 9 us measured, 2 predicted: 4.5 times slower", outcome.markdown)
        self.assertNotIn("copy: 4000", outcome.markdown)
        self.assertEqual(outcome.part("beam")["notes"], [])

    def test_a_gpu_that_is_slowed_down_is_marked(self):
        outcome = self.check("--only", "tests", fault="hot")
        self.assertEqual(outcome.status, 0, outcome.printed)
        self.assertIn("slowed down in", outcome.part("clocks")["summary"])
        self.assertEqual(outcome.part("clocks")["data"]["slowed"]["machine"],
                         ["temperature", "hardware temperature"])

    def test_another_s_program_that_fails_is_a_note(self):
        outcome = self.check("--only", "peers", fault="peer")
        self.assertEqual(outcome.status, 0, outcome.printed)
        self.assertIn("cannot be captured", " ".join(outcome.part("peers")["notes"]))
        self.assertNotIn("graphed", outcome.part("peers")["data"]["float32"])

    def test_losses_of_the_default_recipe_that_differ_fail(self):
        self.assert_fails("real", fault="real", why="the default recipe, float32: a loss")
        self.assert_fails("real", fault="real_nan", why="the default recipe, float32: a loss")
        self.assert_fails("real", fault="real_crash", why="found no algorithm")

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
        self.assert_fails("training", "--only", "training", fault="cosine",
                          why="the direction of gradient.decoder.output.bias")

    def test_a_missing_measurement_fails(self):
        self.assert_fails("calibration", "--only", "calibration", fault="copy", why="device copy")

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
            wanted = "left out" if part in NOT_EMULATED else "passed"
            if part == "peers" and outcome.part(part)["status"] == "left out":
                continue  # there is no PyTorch here
            self.assertEqual(outcome.part(part)["status"], wanted, outcome.printed)
            self.assertIn(f"## {outcome.part(part)['title']}", outcome.markdown)
        self.assertTrue(outcome.report["emulated"])
        lines = outcome.part("bandwidth")["data"]["kernels"]
        self.assertGreater(len(lines), 100)
        lines += outcome.part("training")["data"]["times"].values()
        lines += outcome.part("real")["data"]["lines"].values()
        for line in lines:
            for key, figure in line.items():
                if key.endswith(("_us", "_ms", "per_s")):
                    self.assertEqual(figure, "emulated, no figure", line)
        self.assertGreater(len(outcome.part("operators")["data"]["ops"]), 30)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--build"]:
        BUILD = pathlib.Path(sys.argv.pop(2))
        sys.argv[1] = "OnTheEmulatedDevice"
    unittest.main()
