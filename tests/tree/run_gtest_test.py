#!/usr/bin/env python3
"""run_gtest.py and junit_summary.py on programs and files made here: what passes, fails, is skipped, leaks
or ends in the middle is told apart."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).parent

PROGRAM = """#!/usr/bin/env python3
import os, sys
out = next(a for a in sys.argv if a.startswith("--gtest_output=xml:")).split(":", 1)[1]
shard = os.environ["GTEST_SHARD_INDEX"]
print("the end of the log")
if {crash} and shard == "1":
    os.abort()
open(out, "w").write('<testsuites><testsuite>' + '''{cases}'''.replace("SHARD", shard) + '</testsuite></testsuites>')
sys.exit({status})
"""
PASSED = '<testcase classname="A" name="PassesSHARD" status="run" result="completed"/>'
NOT_RUN = '<testcase classname="A" name="OtherSHARD" status="notrun" result="suppressed"/>'
FAILED = ('<testcase classname="A" name="FailsSHARD" status="run" result="completed">'
          '<failure message="m">a.cc:1&#x0A;expected 2</failure></testcase>')
SKIPPED = ('<testcase classname="A" name="SkipsSHARD" status="run" result="skipped">'
           '<skipped message="a.cc:1&#x0A;no data&#x0A;"/></testcase>')
CTEST = """<testsuite>
<testcase name="P" status="run"/>
<testcase name="S" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/><system-out>skipped: no GPU
</system-out></testcase>
<testcase name="N" status="notrun"><skipped message="Unable to find executable"/></testcase>
<testcase name="F" status="fail"><system-out>why</system-out></testcase></testsuite>"""


class RunGtest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)

    def tearDown(self):
        self.folder.cleanup()

    def lines(self, cases, status=0, crash=False):
        program = self.path / "some_test"
        program.write_text(PROGRAM.format(cases=cases, status=status, crash=crash))
        program.chmod(0o755)
        run = subprocess.run([sys.executable, HERE / "run_gtest.py", "--logs", self.path / "logs", "--jobs", "2", program],
                             capture_output=True, text=True)
        return run.returncode, run.stdout.splitlines()

    def test_every_shard_counts(self):
        self.assertEqual(self.lines(PASSED + NOT_RUN + SKIPPED),
                         (0, ["skipped\tA.Skips0: no data", "skipped\tA.Skips1: no data", "passed\t2"]))

    def test_a_failure_is_said_once(self):
        _, lines = self.lines(PASSED + FAILED, status=1)
        self.assertEqual(lines, ["output\ta.cc:1", "output\texpected 2", "failed\tA.Fails0", "output\ta.cc:1",
                                 "output\texpected 2", "failed\tA.Fails1", "passed\t2"])

    def test_a_leak_is_a_failure_though_all_tests_passed(self):
        _, lines = self.lines(PASSED, status=23)
        self.assertEqual(sum(line.startswith("failed\tsome_test ended with status 23") for line in lines), 2)
        self.assertIn("output\tthe end of the log", lines)

    def test_so_is_an_end_in_the_middle(self):
        _, lines = self.lines(PASSED, crash=True)
        self.assertEqual(sum(line.startswith("failed\tsome_test ended with status") for line in lines), 1)
        self.assertEqual(lines[-1], "passed\t1")

    def test_no_tests_are_an_error(self):
        self.assertEqual(self.lines(NOT_RUN), (1, []))

    def test_files_of_ctest(self):
        file = self.path / "junit.xml"
        file.write_text(CTEST)
        run = subprocess.run([sys.executable, HERE / "junit_summary.py", file], capture_output=True, text=True)
        self.assertEqual(run.stdout.splitlines(), ["skipped\tS: no GPU", "failed\tN: Unable to find executable",
                                                   "output\twhy", "failed\tF", "passed\t1"])


if __name__ == "__main__":
    unittest.main()
