"""The device, what was found on the machine, and the programs that are run."""
import datetime
import os
import platform
import re
import shutil
import subprocess

from gpu_check import process
from gpu_check.check import ROOT

PROGRAMS = ("cuda_test", "cuda_kernels", "training_step", "trainer_step", "decode")
EMULATED_PROGRAMS = ("emulation_test_plain", "emulated_engine_test_plain", "emulated_cuda_kernels",
                     "emulated_training_step", "emulated_trainer_step", "emulated_decode")
BUILD_SECONDS = 330
LIBC = re.compile(r"(libc|libm|libdl|libpthread|librt)\.so")


def has_gpu():
    """Whether there is a sign of an NVIDIA GPU; the programs say more when they start."""
    return (os.path.exists("/dev/nvidia0") or os.path.exists("/dev/dxg") or
            shutil.which("nvidia-smi") is not None)


def toolkit_program(name):
    """Where a program of the CUDA toolkit is; None where it is missing."""
    return shutil.which(name) or shutil.which(f"/usr/local/cuda/bin/{name}")


def asked_of_smi(check, fields):
    """{field: value} from nvidia-smi; empty where it cannot tell."""
    if check.emulated or not shutil.which("nvidia-smi"):
        return {}
    result = check.runner.run(["nvidia-smi", f"--query-gpu={','.join(fields)}",
                               "--format=csv,noheader", "--id=0"], 20)
    values = [value.strip() for value in result.output.split(",")]
    if result.returncode != 0 or len(values) != len(fields):
        return {}
    return dict(zip(fields, values))


def build(check, section):
    """Configures and builds, unless a build folder was given."""
    names = EMULATED_PROGRAMS if check.emulated else PROGRAMS
    if section.data.get("given"):
        missing = [name for name in names if not (check.build / "bin" / name).exists()]
        if missing:
            raise process.Failure(f"{check.build}/bin lacks {', '.join(missing)}")
        section.summary = f"taken as it is: {check.build.name}"
        return
    configure = ["cmake", "-S", ROOT, "-B", check.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                 "-DSTORYTELLER_CUDA=ON"]
    capability = asked_of_smi(check, ["compute_cap"]).get("compute_cap", "")
    if capability.replace(".", "").isdigit():
        configure.append(f"-DCMAKE_CUDA_ARCHITECTURES={capability.replace('.', '')}-real")
    check.runner.demand(configure, 60)
    check.runner.demand(["cmake", "--build", check.build, "--parallel", str(os.cpu_count()),
                         "--target", *names], BUILD_SECONDS)
    section.summary = "built"
    if capability:
        section.summary = (f"built for compute capability {capability} alone; a release holds machine "
                           "code for every architecture (-DCMAKE_CUDA_ARCHITECTURES=shipped)")


def describe(check, section):
    """Fails where there is no device that the programs can use."""
    found = check.runner.demand([check.program("cuda_kernels"), "--machine"], 60).lines()[0]
    smi = asked_of_smi(check, ["driver_version", "power.limit", "clocks.max.sm", "clocks.max.mem"])
    commit = check.runner.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"], 10)
    libraries = found.pop("libraries")
    section.data.update(found, libraries=libraries, **smi, torch=check.torch,
                        commit=commit.output.strip() if commit.returncode == 0 else "unknown",
                        date=datetime.datetime.now(datetime.timezone.utc).isoformat("T", "minutes"))
    rows = [["GPU", f"{found['gpu']}, compute capability {found['compute_capability']}, "
                    f"{found['multiprocessors']} multiprocessors, {found['memory_bytes'] / 2**30:.0f} "
                    f"GiB, L2 {found['l2_bytes'] / 2**20:.0f} MiB"]]
    rows += [[field, value] for field, value in smi.items()]
    rows += [["CUDA", f"driver {found['driver_cuda']}, runtime {found['runtime_cuda']}"]]
    rows += [[name, where or "not found"] for name, where in libraries.items()]
    rows += [["PyTorch", check.torch or "none that can use this device"],
             *([name, "found" if toolkit_program(name) else "not found"]
               for name in ("compute-sanitizer", "ncu")),
             ["host", f"{platform.machine()}, {os.cpu_count()} logical CPUs"],
             ["commit", section.data["commit"]], ["date", section.data["date"]]]
    section.table(["what", "found"], rows)
    section.summary = check.gpu = found["gpu"]
    if not check.emulated and not libraries.get("cuBLASLt"):
        section.notes.append("without cuBLASLt no matrix product can be computed on this machine")


def pack(build, folder):
    """Copies the programs, stripped, and the shared libraries that they need into a folder that
    --build takes on a machine with neither compiler nor packages of ours."""
    for place in ("bin", "lib"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    libraries = {}
    for name in PROGRAMS:
        program = folder / "bin" / name
        shutil.copy2(build / "bin" / name, program)
        subprocess.run(["strip", program], check=True)
        listed = subprocess.run(["ldd", program], stdout=subprocess.PIPE, text=True, check=True)
        libraries.update(re.findall(r"^\s*(\S+) => (/\S+)", listed.stdout, re.M))
    for soname, path in libraries.items():
        if not LIBC.match(soname):  # the machine's own, which belongs to its loader
            shutil.copy2(path, folder / "lib" / soname)
    files = [path for path in folder.glob("*/*") if path.is_file()]
    return f"{len(files)} files, {sum(path.stat().st_size for path in files) >> 20} MiB"


def loader_path(build):
    """Where a carried build folder brings shared libraries of its own, in DIR/lib."""
    folder = build / "lib"
    if not folder.is_dir():
        return {}
    known = os.environ.get("LD_LIBRARY_PATH", "")
    return {"LD_LIBRARY_PATH": f"{folder}:{known}" if known else str(folder)}
