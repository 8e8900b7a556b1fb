#!/usr/bin/env python3
"""What tools/quickstart configures, with stand-ins for cmake, nvidia-smi, tools/setup and the binary."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Notes what it is told; configuring leaves a cache, as the real one does.
CMAKE = """#!/bin/sh
echo "$@" >>cmake.log
case "$*" in --preset*)
  mkdir -p build/release/bin
  case "$*" in *CUDA=OFF*) echo STORYTELLER_CUDA:BOOL=OFF ;; *) echo STORYTELLER_CUDA:BOOL=ON ;;
  esac >build/release/CMakeCache.txt ;;
esac
"""


class Quickstart(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "tools").mkdir()
        (self.root / "models").mkdir()
        shutil.copy2(ROOT / "tools/quickstart", self.root / "tools")
        for name in ("models/everyday.storyteller", "photo.jpg"):
            (self.root / name).touch()
        self.stand_in("tools/setup", "#!/bin/sh\n")
        self.stand_in("bin/cmake", CMAKE)
        self.stand_in("build/release/bin/storyteller", "#!/bin/sh\necho a photo\n")
        self.gpu(False)

    def stand_in(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)

    def gpu(self, there):
        self.stand_in("bin/nvidia-smi", f"#!/bin/sh\nexit {0 if there else 9}\n")

    def configured(self, *arguments):
        """The options of the configuration, and what is said."""
        log = self.root / "cmake.log"
        log.unlink(missing_ok=True)
        done = subprocess.run(
            [self.root / "tools/quickstart", *arguments, self.root / "photo.jpg"],
            env=dict(os.environ, PATH=f"{self.root / 'bin'}:{os.environ['PATH']}",
                     STORYTELLER_RUNS=str(self.root / "runs")),
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        return log.read_text().splitlines()[0], done.stdout

    def test_without_a_gpu_no_kernels_are_compiled(self):
        options, said = self.configured()
        self.assertIn("-DSTORYTELLER_CUDA=OFF", options)
        self.assertIn("tools/quickstart --cuda builds it", said)

    def test_unless_they_are_asked_for(self):
        options, said = self.configured("--cuda")
        self.assertIn("-DSTORYTELLER_CUDA=ON", options)
        self.assertNotIn("Without the CUDA backend", said)
        self.configured()
        options, _ = self.configured("--cuda")
        self.assertIn("-DSTORYTELLER_CUDA=ON", options)

    def test_with_a_gpu_the_default_holds(self):
        self.gpu(True)
        options, said = self.configured()
        self.assertNotIn("STORYTELLER_CUDA", options)
        self.assertNotIn("Without the CUDA backend", said)

    def test_a_configured_folder_stays_as_it_is(self):
        self.configured("--cuda")
        options, said = self.configured()
        self.assertEqual(options, "--preset release")
        self.assertNotIn("Without the CUDA backend", said)

    def test_a_gpu_that_came_later_is_told_of(self):
        self.configured()
        self.gpu(True)
        options, said = self.configured()
        self.assertEqual(options, "--preset release")
        self.assertIn("although there is a GPU", said)


if __name__ == "__main__":
    unittest.main()
