"""What every part of the check is given."""
import dataclasses
import pathlib
import shutil

from gpu_check import process

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@dataclasses.dataclass
class Check:
    """Options of one run, its programs, and what parts tell later ones."""

    runner: process.Runner
    build: pathlib.Path
    scratch: pathlib.Path  # a folder for this run's files
    emulated: bool
    python: str = ""  # one that imports torch; empty: there is none
    torch: str = ""  # its version and device
    gpu: str = ""  # its name
    tests: list = dataclasses.field(default_factory=list)  # gtest's entries, once they have run
    rates: dict = dataclasses.field(default_factory=dict)  # of calibration, and their units
    units: dict = dataclasses.field(default_factory=dict)
    real: dict = dataclasses.field(default_factory=dict)  # lines of the default recipe's steps

    def program(self, name):
        """The program, or the same one on the emulated device."""
        path = self.build / "bin" / (f"emulated_{name}" if self.emulated else name)
        if not path.exists():
            raise process.Failure(f"{path} is missing; build it, or run without --build")
        return path

    def product_tests(self):
        """Those of matrix products: without them nothing else makes sense."""
        if self.emulated:
            return {self.build / "bin/emulation_test_plain": "*Gemm*:*Matmul*"}
        return {self.build / "bin/cuda_test": "*Gemm*:*Matmul*:*Linear*:*Gate*"}

    def test_programs(self):
        """Programs of tests, each with the filter of what is run of it. On the emulated device the
        kernels' own tests are ctest's business; a few show that they would run."""
        names = {"cuda_test": "*"}
        if self.emulated:
            names = {"emulation_test_plain": "LstmCellCuda*:CrossEntropyCuda*",
                     "emulated_engine_test_plain": "All/CudaOp.*:CudaTensor.*"}
        missing = [name for name in names if not (self.build / "bin" / name).exists()]
        if missing:
            raise process.Failure(f"{self.build}/bin lacks {', '.join(missing)}")
        return {self.build / "bin" / name: filters for name, filters in names.items()}

    def find_torch(self, given):
        """Takes the first Python that imports torch and, on a GPU, can use it there."""
        device = "cpu" if self.emulated else "cuda"
        probe = ("import sys, numpy, torch; print(torch.__version__); "
                 f"sys.exit(0 if '{device}' == 'cpu' or torch.cuda.is_available() else 3)")
        candidates = [given] if given else ["python3", "python", "/usr/bin/python3",
                                            "/opt/conda/bin/python3"]
        for name in dict.fromkeys(filter(None, map(shutil.which, candidates))):
            try:
                result = self.runner.run([name, "-W", "ignore", "-c", probe], 60)
            except (process.Failure, process.OutOfTime):
                continue
            if result.returncode == 0:
                self.python, self.torch = name, result.output.strip().splitlines()[-1]
                return
