#!/usr/bin/env python3
"""Runs clang-tidy over every host source of the floors, remembering what was clean.

    clang_tidy.py BUILD_DIR [--jobs N] [--changed | --record] [PATH...]

--changed  only sources that changed since the commit named in clang_tidy_baseline, where every
           source was clean, and for a changed header the source of its name, else the first that
           includes it; all sources where that commit is not at hand (a shallow clone)
--record   all sources; names the commit at hand in clang_tidy_baseline when every one is clean

A source is checked again when its text, a project header that it includes, its flags, .clang-tidy
or clang-tidy itself has changed. Clean results are kept, by content, in the user's cache folder
(like ccache's), so that a fresh clone does not pay again; nothing is kept about a source with
findings. BUILD_DIR is a configured folder; its options hold, but each source is looked at by itself,
where the build compiles those of a folder together (cmake/Unity.cmake): what a source forgot to
include is seen here.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BASELINE = os.path.join(ROOT, "tests", "tree", "clang_tidy_baseline")
FLOORS = ("kernels", "core", "model", "train", "tools", "bench")


INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)
KEPT = ("CMAKE_BUILD_TYPE", "CMAKE_CUDA_ARCHITECTURES", "STORYTELLER_CUDA", "STORYTELLER_BENCH")


def configured(build):
    """The folder below `build` where each source has a command of its own."""
    with open(os.path.join(build, "CMakeCache.txt"), encoding="utf-8") as file:
        cache = dict(re.findall(r"^(\w+):\w+=(.*)$", file.read(), re.M))
    folder = os.path.join(build, "clang_tidy")
    done = subprocess.run(
        ["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DSTORYTELLER_UNITY=OFF",
         "-DSTORYTELLER_TESTS=OFF"] + [f"-D{name}={cache[name]}" for name in KEPT if name in cache],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True)
    if done.returncode != 0:
        sys.exit(done.stdout)
    return folder


def project_dependencies(sources):
    """source path -> itself and the project's headers that it includes, directly or not."""
    included = {}

    def headers(path):
        if path not in included:
            with open(path, encoding="utf-8", errors="replace") as file:
                names = INCLUDE.findall(file.read())
            included[path] = [full for full in (os.path.join(ROOT, name) for name in names)
                              if os.path.isfile(full)]
        return included[path]

    result = {}
    for source in sources:
        seen, waiting = [], [source]
        while waiting:
            path = waiting.pop()
            if path not in seen:
                seen.append(path)
                waiting += headers(path)
        result[source] = seen
    return result


def digest(salt, command, files):
    state = hashlib.sha256((salt + command.replace(ROOT, "")).encode())
    for path in sorted(files):
        state.update(os.path.relpath(path, ROOT).encode() + b"\0")
        with open(path, "rb") as file:
            state.update(hashlib.sha256(file.read()).digest())
    return state.hexdigest()


def git(*arguments):
    done = subprocess.run(["git", "-C", ROOT, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=False, text=True)
    return done.stdout if done.returncode == 0 else None


def changed_files():
    """Project files that differ from the baseline's, or None where that cannot be known."""
    try:
        with open(BASELINE, encoding="utf-8") as file:
            baseline = file.read().strip()
    except FileNotFoundError:
        return None
    listed = git("diff", "--name-only", baseline, "--")
    if listed is None:
        return None
    listed += git("ls-files", "--others", "--exclude-standard") or ""
    return {os.path.join(ROOT, line) for line in listed.splitlines()}


def touched(sources, dependencies, changed):
    """The sources by which every finding in a changed file is seen at least once."""
    if os.path.join(ROOT, ".clang-tidy") in changed:
        return sources
    chosen = {source for source in sources if source in changed}
    for header in sorted(path for path in changed if path.endswith(".h")):
        including = [s for s in sources if header in dependencies[s]]
        own = os.path.splitext(header)[0] + ".cc"
        if including and not chosen.intersection(including):
            chosen.add(own if own in including else including[0])
    return sorted(chosen)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("build")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--changed", action="store_true")
    which.add_argument("--record", action="store_true")
    parser.add_argument("paths", nargs="*", help="only sources whose path begins so")
    options = parser.parse_intermixed_args()
    build = os.path.abspath(options.build)

    database = configured(build)
    with open(os.path.join(database, "compile_commands.json"), encoding="utf-8") as file:
        commands = {entry["file"]: entry["command"] for entry in json.load(file)}
    with open(os.path.join(ROOT, ".clang-tidy"), encoding="utf-8") as file:
        salt = file.read()
    salt += subprocess.run(["clang-tidy", "--version"], stdout=subprocess.PIPE, check=True,
                           text=True).stdout
    prefixes = tuple(options.paths) or tuple(floor + os.sep for floor in FLOORS)
    sources = sorted(path for path in commands
                     if os.path.relpath(path, ROOT).startswith(prefixes) and os.path.exists(path)
                     and not path.endswith(".cu"))  # nvcc's flags and built-ins are not clang's
    if not sources:
        sys.exit(f"{build}/compile_commands.json names no source of the floors")
    dependencies = project_dependencies(sources)
    changed = changed_files() if options.changed else None
    if changed is not None:
        sources = touched(sources, dependencies, changed)
    cache = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"),
                         "storyteller", "clang-tidy")
    os.makedirs(cache, exist_ok=True)

    def check(source):
        mark = os.path.join(cache, digest(salt, commands[source], dependencies[source]))
        if os.path.exists(mark):
            return source, True, ""
        # The flags are GCC's: options that clang lacks are no finding, compiler warnings are GCC's job.
        done = subprocess.run(["clang-tidy", "--quiet", "-p", database, source,
                               "--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-error"],
                              text=True, check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
        if done.returncode == 0:
            with open(mark, "w", encoding="utf-8"):
                pass
            return source, False, ""
        return source, False, done.stdout + done.stderr

    bad = remembered = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for source, known, findings in pool.map(check, sources):
            remembered += known
            if findings:
                bad += 1
                print(f"{os.path.relpath(source, ROOT)}:\n{findings}", flush=True)
    print(f"{len(sources)} sources, {remembered} unchanged, {bad} with findings")
    if options.record and not bad and not options.paths:
        with open(BASELINE, "w", encoding="utf-8") as file:
            file.write(git("rev-parse", "HEAD"))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
