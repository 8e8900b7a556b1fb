#!/usr/bin/env python3
"""Holds the tree to the rules of docs/architecture.md: floors, names, sizes, what code may contain.

    tree_check.py [ROOT]     prints one line `path:line: rule: text` per violation; exit status 1

Each rule is a function from a Tree to violations, listed in RULES; tree_check_test.py plants one
violation of each and shows that the rule sees it.
"""
import os
import re
import subprocess
import sys

FLOORS = ["kernels", "core", "model", "train", "tools"]  # each includes only itself and those left
ROOMS = FLOORS + ["tests", "bench"]
# Folders of a floor that make a library of their own, and what they may include of the project.
LIBRARIES = {"train/text/": ("core/", "train/text/"),
             "train/metrics/": ("core/", "train/text/", "train/metrics/")}
# Who but `core` and `kernels` includes kernels/: what asks the GPU's driver, and what calls a kernel
# that is no op. A name that ends in / is a folder.
KERNEL_USERS = ("tools/cli/exit_code.cc", "tools/cli/options.cc", "tools/commands/doctor_command.cc",
                "tools/commands/gpu_findings.cc", "tools/commands/machine.cc",
                "train/optimization/", "train/objectives/batch_gradient.cc",
                "model/image/resize.cc")
# What holds flags all the same: the table of search options, and quoted commands.
FLAG_USERS = ("model/search/", "model/encoder/misfit.cc", "core/serialization/torch_state_dict.cc",
              "train/metrics/ngram/frequencies_file.cc",
              "train/metrics/plausibility/statement_file.cc")
CODE = (".cc", ".h", ".cu", ".cuh")
MAX_LINES = 400
MAX_BYTES = 2 << 20
MAX_MODEL_BYTES = 33_000_000  # a shipped model, in models/
MAX_MODELS_BYTES = 60_000_000  # all of models/, which every clone carries


class Tree:
    """The files of a checkout that git tracks or would track; everything but build output."""

    def __init__(self, root):
        self.root = root
        listed = subprocess.run(
            ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            stdout=subprocess.PIPE, check=True).stdout.decode().split("\0")
        # A file may be deleted in the working tree and still be in the index.
        self.paths = sorted({p for p in listed if p and os.path.isfile(os.path.join(root, p))})

    def size(self, path):
        return os.path.getsize(os.path.join(self.root, path))

    def lines(self, path):
        """Numbered lines of a text file; nothing for a binary file."""
        with open(os.path.join(self.root, path), "rb") as file:
            data = file.read()
        if b"\0" in data[:4096]:
            return []
        return list(enumerate(data.decode(errors="replace").splitlines(), 1))

    def code(self):
        return [p for p in self.paths if p.endswith(CODE)]

    def scripts(self):
        """Python and shell; shell scripts have no suffix and begin with #!."""
        return [p for p in self.paths if p.endswith((".py", ".sh")) or
                ("." not in os.path.basename(p) and self.lines(p)[:1] and
                 self.lines(p)[0][1].startswith("#!"))]

    def search(self, paths, pattern):
        expression = re.compile(pattern)
        for path in paths:
            for number, line in self.lines(path):
                if expression.search(line):
                    yield f"{path}:{number}", line.strip()[:100]


def upward_include(tree):
    """A floor includes itself and the floors below; nothing includes tests or bench from a floor."""
    for path in tree.code():
        room = path.split("/")[0]
        allowed = FLOORS[:FLOORS.index(room) + 1] if room in FLOORS else ROOMS
        for number, line in tree.lines(path):
            found = re.match(r'\s*#\s*include\s*[<"]([^>"/]+)/', line)
            if found and found[1] in ROOMS and found[1] not in allowed:
                yield f"{path}:{number}", line.strip()


def include_of_kernels(tree):
    """Only `core` includes kernels/: tensors, streams and precision are its matter."""
    for path in tree.code():
        if path.split("/")[0] not in FLOORS[2:] or path.startswith(KERNEL_USERS):
            continue
        yield from tree.search([path], r'^\s*#\s*include\s*[<"]kernels/')


def include_beside_library(tree):
    """What is a library of its own includes what it is linked with."""
    for path in tree.code():
        allowed = [to for folder, to in LIBRARIES.items() if path.startswith(folder)]
        for number, line in tree.lines(path) if allowed else []:
            found = re.match(r'\s*#\s*include\s*[<"](([^>"/]+)/[^>"]*)', line)
            if found and found[2] in ROOMS and not found[1].startswith(allowed[0]):
                yield f"{path}:{number}", line.strip()


def include_not_from_root(tree):
    """Project headers are included by their path from the root, in quotes."""
    for path in tree.code():
        for number, line in tree.lines(path):
            found = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
            if found and found[1].split("/")[0] not in ROOMS:
                yield f"{path}:{number}", line.strip()


def private_header(tree):
    """Who uses the installed library includes what cmake/PublicHeaders.cmake names, and that exists."""
    listing = "cmake/PublicHeaders.cmake"
    public = {}
    for number, line in tree.lines(listing) if listing in tree.paths else []:
        found = re.match(r"\s+([\w/]+\.h)\b", line)
        if found:
            public[found[1]] = number
    for header, number in public.items():
        if header not in tree.paths:
            yield f"{listing}:{number}", f"{header} is not there"
    for path in tree.code():
        for number, line in tree.lines(path) if path.startswith("tests/consumer/") else []:
            found = re.match(r'\s*#\s*include\s*[<"](?:storyteller/)?([^>"]+/[^>"]+)[>"]', line)
            if found and (found[1] not in public or "<storyteller/" not in line):
                yield f"{path}:{number}", line.strip()


def flag_in_library(tree):
    """The library names settings (`epochs`); flags are the command line's (tools/cli/flag_names.h)."""
    for path in tree.code():
        if path.split("/")[0] not in FLOORS[:-1] or path.startswith(FLAG_USERS):
            continue
        for number, line in tree.lines(path):
            literals = re.findall(r'"((?:[^"\\]|\\.)*)"', re.sub(r"^\s*//.*", "", line))
            if any(re.search(r"(^|[\s('])--[a-z]", literal) for literal in literals):
                yield f"{path}:{number}", line.strip()


def conditional_cuda(tree):
    """What was built is read by one `if constexpr`, never by the preprocessor."""
    yield from tree.search(tree.code(), r"(?i)^\s*#\s*(el)?ifn?(def)?\b.*(cuda|nvcc)")


def library_header(tree):
    """cuBLASLt and cuDNN are called through headers of our own: a toolkit alone is enough."""
    paths = [p for p in tree.code() if not re.search(r"/host/\w+_header_test\.cc$", p)]
    yield from tree.search(paths, r'^\s*#\s*include\s*[<"](cublas|cudnn|curand|cusparse|cusolver|nccl)')


def raw_launch(tree):
    """Kernels are launched through the one helper that checks the launch."""
    yield from tree.search(tree.code(), "<" * 3)


def vague_name(tree):
    """A name says what is inside; these say nothing."""
    for path in tree.paths:
        for part in path.split("/"):
            if re.match(r"(?i)(.*_)?(util(itie)?s?|helpers?|common|misc|stuff)(\.\w+)?$", part):
                yield path, part


def long_file(tree):
    for path in tree.code() + tree.scripts():
        count = len(tree.lines(path))
        if count > MAX_LINES:
            yield path, f"{count} lines, at most {MAX_LINES}"


def large_file(tree):
    for path in tree.paths:
        limit = MAX_MODEL_BYTES if path.startswith("models/") else MAX_BYTES
        if tree.size(path) > limit:
            yield path, f"{tree.size(path)} bytes, at most {limit}"
    models = sum(tree.size(path) for path in tree.paths if path.startswith("models/"))
    if models > MAX_MODELS_BYTES:
        yield "models", f"{models} bytes together, at most {MAX_MODELS_BYTES}"


def open_end(tree):
    """Work that is left lives in issues."""
    yield from tree.search(tree.code() + tree.scripts(), r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")


def machine_path(tree):
    """No path of anyone's machine, no package registry's host."""
    yield from tree.search(tree.paths, r"(^|[\s\"'(=:`])/(work|farm|home|root|Users)/\w"
                                       r"|(pypi|deb\.debian)\.org|registry\.npmjs")


def silent_test(tree):
    """A disabled test, or a skip without a reason."""
    tests = [p for p in tree.code() if p.startswith("tests/")]
    yield from tree.search(tests, r"DISABLED" + r"_\w|GTEST_SKIP\(\)\s*;")


def test_namespace(tree):
    """Tests of a folder are compiled together: the names of each live in a namespace of its own."""
    for path in tree.paths:
        stem, _, ending = os.path.basename(path).partition(".")
        if path.startswith("tests/") and stem.endswith("_test") and ending == "cc":
            opened = [line for _, line in tree.lines(path) if line.startswith("namespace storyteller")]
            if opened and not re.search(rf"::{stem} {{$", opened[0]):
                yield path, f"{opened[0]} instead of namespace storyteller::{stem} {{"


def header_guard(tree):
    for path in tree.code():
        if path.endswith((".h", ".cuh")) and not any(
                line.strip() == "#pragma once" for _, line in tree.lines(path)):
            yield path, "no #pragma once"


RULES = [upward_include, include_of_kernels, include_beside_library, include_not_from_root,
         private_header, flag_in_library, conditional_cuda, library_header, raw_launch, vague_name,
         long_file, large_file, open_end, machine_path, silent_test, test_namespace,
         header_guard]


def violations(root):
    tree = Tree(root)
    return [f"{place}: {rule.__name__.replace('_', ' ')}: {text}"
            for rule in RULES for place, text in rule(tree)]


def main():
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    found = violations(os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else default))
    print("\n".join(found) if found else f"{len(RULES)} rules hold")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
