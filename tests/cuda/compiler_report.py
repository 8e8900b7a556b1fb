#!/usr/bin/env python3
"""Compiles every kernels/*_cuda.cu and holds the machine code to what the sources promise.

    compiler_report.py BUILD_DIR [--nvcc NVCC] [--jobs N] [--in-full | --record] [NAME...]

Fails when nvcc warns, when a kernel breaks a promise that stands above it (compiler_output.py says
which there are), when a promise cannot be broken because no instantiation is a vector one, or when a
kernel of the hot files does not promise "no stack". Writes BUILD_DIR/compiler_report/report.json and
report.md: registers, shared memory, stack, spills and accesses of the kernels that it compiled. A file is
compiled when it, a project header that it includes, the compiler or this check is not as compiled_kernels
beside this script names it: there stand the files that kept all promises. NAMEs are those of
kernels/NAME_cuda.cu; without them all. Exit status 77 where there is no nvcc.

--in-full  every file, for sm_90 and for sm_80
--record   every file for sm_90; writes compiled_kernels when there is no problem
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import compiler_output  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RECORD = pathlib.Path(__file__).with_name("compiled_kernels")
ARCHITECTURES = ("90",)
ALL_ARCHITECTURES = ("80", "90")
FLAGS = ["-std=c++20", "-O3", "--expt-relaxed-constexpr", "-Werror", "all-warnings", "-Xptxas", "-v"]
# Files of what a training step launches most; every kernel in them promises "no stack".
HOT = ("attention", "attention_keys", "cross_entropy", "gru_cell", "lstm_cell", "optimizer")
SKIPPED = 77
FORMAT = 2  # of the cached rows


def included_files(source):
    """The source and the project's files that it includes, directly or not."""
    found, waiting = set(), [source]
    while waiting:
        path = waiting.pop()
        if path in found or not path.exists():
            continue
        found.add(path)
        text = path.read_text(encoding="utf-8")
        waiting += [ROOT / name for name in re.findall(r'^#include "([^"]+)"', text, re.M)]
    return sorted(found)


def digest(source, version):
    state = hashlib.sha256(json.dumps([FORMAT, version, FLAGS]).encode())
    for path in included_files(source):
        state.update(str(path.relative_to(ROOT)).encode() + b"\0")
        state.update(hashlib.sha256(path.read_bytes()).digest())
    for check in (compiler_output.__file__, __file__):
        state.update(hashlib.sha256(pathlib.Path(check).read_bytes()).digest())
    return state.hexdigest()


def recorded():
    """{name of a kernel file: the digest with which it kept its promises}."""
    lines = RECORD.read_text(encoding="utf-8").splitlines() if RECORD.exists() else []
    return dict(line.split() for line in lines if not line.startswith("#"))


def record(digests):
    lines = ["# Kernels that keep their promises, written by compiler_report.py --record: name, digest."]
    RECORD.write_text("\n".join(lines + [f"{name} {digests[name]}" for name in sorted(digests)]) + "\n",
                      encoding="utf-8")


def short_name_of(source):
    return source.name.removesuffix("_cuda.cu")


def rows_of(text, ptx_of_arch, source_text):
    """One row an instantiation and architecture, from what the compiler said and wrote."""
    kernels = compiler_output.kernels_of(source_text)
    found = compiler_output.resources(text)
    names = compiler_output.demangled({name for name, _ in found})
    accesses = {arch: compiler_output.accesses(ptx) for arch, ptx in ptx_of_arch.items()}
    rows = []
    for (mangled, arch), used in found.items():
        kernel = re.split(r"[<(]", names[mangled], maxsplit=1)[0]
        parameters, promises = kernels.get(kernel, ([], []))
        row = {"kernel": kernel, "instantiation": names[mangled], "arch": arch, **used,
               **accesses[arch][mangled], "promises": promises,
               "vector": compiler_output.is_vector(names[mangled], parameters)}
        row["broken"] = compiler_output.broken_promises(row, promises)
        rows.append(row)
    return sorted(rows, key=lambda row: (row["instantiation"], row["arch"]))


def compile_file(source, arch, nvcc):
    """The rows of a file, or the compiler's complaint."""
    command = [nvcc, *FLAGS, f"-I{ROOT}", "-fatbin",
               "-gencode", f"arch=compute_{arch},code=sm_{arch}"]
    with tempfile.TemporaryDirectory(prefix="storyteller-compiler-") as folder:
        command += ["--keep", "--keep-dir", folder, str(source), "-o", f"{folder}/all.fatbin"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        if done.returncode != 0 or re.search(r"\bwarning\b", done.stdout):
            return None, f"nvcc: {done.stdout}"
        ptx = {f"sm_{arch}": pathlib.Path(folder, f"{source.stem}.ptx").read_text()}
    return rows_of(done.stdout, ptx, source.read_text(encoding="utf-8")), ""


def from_json(rows):
    """JSON's keys are text; widths are numbers."""
    for row in rows:
        for kind in ("loads", "stores"):
            row[kind] = {int(width): count for width, count in row[kind].items()}
    return rows


def report_of(source, arch, nvcc, version, cache):
    """The rows of a file, or why there are none; and whether they were known before."""
    name = short_name_of(source)
    kept = cache / f"{name}.{arch}.{digest(source, version)}.json"
    if kept.exists():
        return from_json(json.loads(kept.read_text())), "", True
    rows, complaint = compile_file(source, arch, nvcc)
    if rows is not None:
        for old in cache.glob(f"{name}.{arch}.*.json"):
            old.unlink()
        kept.write_text(json.dumps(rows))
    return rows, complaint, False


def problems_of(name, rows, source_text):
    """What is wrong with a file that compiled; texts."""
    kernels = compiler_output.kernels_of(source_text)
    problems = []
    for kernel, (_, promises) in kernels.items():
        for word in promises:
            if word not in compiler_output.PROMISES:
                problems.append(f"{kernel}: unknown promise '{word}'")
        own = [row for row in rows if row["kernel"] == kernel]
        if not own:
            problems.append(f"{kernel}: not compiled for any type")
        elif any("16-byte" in word for word in promises) and not any(row["vector"] for row in own):
            problems.append(f"{kernel}: promises 16-byte accesses and has no vector instantiation")
        if name in HOT and "no stack" not in promises:
            problems.append(f"{kernel}: a hot kernel without '// compiled: no stack' above it")
    problems += [f"{row['instantiation']} for {row['arch']}: {text}"
                 for row in rows for text in row["broken"]]
    return [f"kernels/{name}_cuda.cu: {text}" for text in problems]


def widths(counts):
    return " ".join(f"{count}x{width}" for width, count in sorted(counts.items(), reverse=True))


def markdown(report):
    lines = ["# What the compiler made of the kernels", "", report["compiler"], "",
             "Loads and stores: instructions on global memory in the PTX, as count x bytes.", ""]
    for name, rows in report["files"].items():
        lines += [f"## {name}", "",
                  "| kernel | arch | registers | shared | stack | spills | loads | stores |",
                  "|---|---|---:|---:|---:|---:|---|---|"]
        lines += [f"| `{row['instantiation']}` | {row['arch']} | {row['registers']} | {row['shared']} "
                  f"| {row['stack']} | {row['spill_stores']}+{row['spill_loads']} "
                  f"| {widths(row['loads'])} | {widths(row['stores'])} |" for row in rows]
        lines.append("")
    return "\n".join(lines)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--nvcc", default="nvcc")
    extent = parser.add_mutually_exclusive_group()
    extent.add_argument("--in-full", action="store_true", help="every file, for sm_80 as well")
    extent.add_argument("--record", action="store_true", help="every file; write compiled_kernels")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    return parser.parse_intermixed_args()


def main():
    options = arguments()
    if not shutil.which(options.nvcc):
        print("skipped, nothing was compiled: nvcc was not found")
        return SKIPPED
    version = subprocess.run([options.nvcc, "--version"], stdout=subprocess.PIPE, check=True,
                             text=True).stdout.strip().splitlines()[-1]
    folder = options.build / "compiler_report"
    cache = folder / "files"
    cache.mkdir(parents=True, exist_ok=True)
    sources = sorted((ROOT / "kernels").glob("*_cuda.cu"))
    if options.names:
        sources = [source for source in sources if short_name_of(source) in options.names]
    digests = {short_name_of(source): digest(source, version) for source in sources}
    kept = {} if options.in_full or options.record or options.names else recorded()
    changed = [source for source in sources
               if kept.get(short_name_of(source)) != digests[short_name_of(source)]]
    architectures = ALL_ARCHITECTURES if options.in_full else ARCHITECTURES
    work = [(source, arch) for source in changed for arch in architectures]
    report, problems, remembered = {"compiler": version, "files": {}}, [], 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        each = pool.map(lambda one: report_of(*one, options.nvcc, version, cache), work)
        for (source, arch), (rows, complaint, known) in zip(work, each):
            remembered += known
            name = short_name_of(source)
            if rows is None:
                problems.append(f"kernels/{name}_cuda.cu for sm_{arch}: {complaint}")
                continue
            report["files"].setdefault(name, []).extend(rows)
            problems += problems_of(name, rows, source.read_text(encoding="utf-8"))
    (folder / "report.json").write_text(json.dumps(report, indent=1))
    (folder / "report.md").write_text(markdown(report))
    print("\n".join(problems))
    count = sum(map(len, report["files"].values()))
    print(f"{len(sources)} files, {len(sources) - len(changed)} as recorded; {len(changed)} for "
          f"{len(architectures)} architectures, {remembered} of them known, {count} kernels: "
          f"{len(problems)} problems; {folder / 'report.md'}")
    if options.record and not options.names and not problems:
        record(digests)
    return 1 if problems or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
