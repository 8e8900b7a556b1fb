#!/usr/bin/env python3
"""Runs the commands that DOCUMENTS show, with small settings, in the order in which they stand.

    readme_commands.py BINARY [SCRATCH_DIR]

COMMANDS says for every command line of their `sh` blocks how it is run here: PATH and photo.jpg
are replaced by something small, options that make it short are added. A command that is not in the
table is an error, so is one that is no longer shown, and so is an option that the command's
--help does not know.
"""
import json
import os
import re
import shlex
import struct
import subprocess
import sys
import tempfile
import zlib

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
SMALL_TRAINING = "--set epochs=1"
SMALL_DATA = "scenes:train=640,val=50"

DOCUMENTS = ["README.md", "docs/data.md", "docs/search.md"]
SUBCOMMANDS = ("data", "rate", "weights")  # that have commands of their own

# command -> options that make it short; None: the place where it runs already is said beside it.
COMMANDS = {
    "tools/quickstart": "",
    "tools/quickstart photo.jpg": "",
    "tools/test": None,  # this check is a part of it
    "cmake --preset release && cmake --build --preset release": None,  # tools/test has just done it
    "export PATH=$PWD/build/release/bin:$PATH": None,  # done below
    "storyteller caption photo.jpg": "",
    "storyteller caption --json --attention maps --report page.html photo.jpg": "",
    "storyteller train --data flickr8k:PATH --out runs/flickr8k": SMALL_TRAINING,
    "storyteller evaluate --model runs/flickr8k/best.storyteller --data flickr8k:PATH --split val "
    "--beam 3": "",
    "storyteller caption --model runs/flickr8k/best.storyteller photo.jpg": "",
    "storyteller score --hypotheses results.json --references captions.json": "",
    "storyteller doctor": "",
    "storyteller data verify --data flickr8k:PATH --split val": "",
    "storyteller data stats --data flickr8k:PATH": "",
    "storyteller data import --data flickr8k:PATH --split val --out shards": "",
    "storyteller data verify --data shards:shards --split val --json": "",
    "storyteller caption --beam 5 photo.jpg": "",
    "storyteller caption --beam 5 --n-best 3 photo.jpg": "",
    "storyteller caption --diverse 4 --lambda 0.5 photo.jpg": "",
    "storyteller caption --sample 5 --temperature 0.7 --top-p 0.9 --seed 3 photo.jpg": "",
    'storyteller caption --must "dog|dogs, red ball" photo.jpg': "",
    "storyteller caption --model a.storyteller --model b.storyteller photo.jpg": "",
    "storyteller caption --choose mbr photo.jpg": "",
    "storyteller evaluate --data flickr8k:PATH --sample 5 --temperature 0.5": "",
    "storyteller evaluate --data flickr8k:PATH --sample 5": "",
    "storyteller evaluate --data flickr8k:PATH --diverse 5": "",
    "storyteller evaluate --data flickr8k:PATH --beam 5 --n-best 5": "",
    "tools/gpu_check": None,  # wants a GPU; the test GpuCheck.OnTheEmulatedDevice runs it without
}
# The scenes are built in, so they stand in for a folder of photographs.
# Captioning without --model takes the model that comes with the project.
SHIPPED_MODEL = "models/everyday.storyteller"
TRAINED = "runs/flickr8k/best.storyteller"  # by a command that stands before
STAND_INS = {"flickr8k:PATH": SMALL_DATA, "photo.jpg": "photo.png",
             "a.storyteller": TRAINED, "b.storyteller": TRAINED}


def commands(text):
    """The command lines of all ```sh blocks; comments gone, continued lines joined."""
    lines = "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.S | re.M))
    lines = re.sub(r"\\\n\s*", "", lines)
    bare = [re.sub(r"(^|\s)#.*", "", line).strip() for line in lines.split("\n")]
    return [line for line in bare if line]


def wants_shipped_model(command):
    return ("photo.jpg" in command or "evaluate" in command) and "--model" not in command


def unknown(shown):
    return [command for command in shown if command not in COMMANDS]


def write_picture(path):
    """A small PNG: colour runs along both axes."""
    width, height = 96, 64
    rows = b"".join(b"\0" + b"".join(bytes((x * 2, y * 3, 128)) for x in range(width))
                    for y in range(height))

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" +
                   chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
                   chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def write_captions(folder):
    """COCO results and annotations of two images."""
    results = [{"image_id": i, "caption": f"a {what} runs"} for i, what in enumerate(("dog", "cat"))]
    for name, content in (("results.json", results), ("captions.json", {"annotations": results})):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            json.dump(content, file)


def undocumented_options(binary, words):
    """Options of a storyteller command that its --help does not name."""
    name = words[1:3] if words[1] in SUBCOMMANDS else words[1:2]
    text = subprocess.run([binary, *name, "--help"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False).stdout
    options = [word for word in words[2:] if word.startswith("--")]
    return [option for option in options if not re.search(re.escape(option) + r"\b", text)]


def run(command, binary, scratch):
    """Runs one command of the table in `scratch`; returns what went wrong, or nothing."""
    words = shlex.split(command)
    if words[0] == "storyteller":
        missing = undocumented_options(binary, words)
        if missing:
            return f"its --help does not know {' '.join(missing)}"
    words = [STAND_INS.get(word, word) for word in words] + shlex.split(COMMANDS[command])
    environment = dict(os.environ, PATH=os.path.dirname(binary) + os.pathsep + os.environ["PATH"],
                       STORYTELLER_MODEL="", STORYTELLER_RUNS=os.path.join(scratch, "runs"),
                       STORYTELLER_QUICKSTART_DATA=SMALL_DATA,
                       STORYTELLER_QUICKSTART_TRAIN=SMALL_TRAINING)
    words[0] = os.path.join(ROOT, words[0]) if words[0].startswith("tools/") else words[0]
    done = subprocess.run(words, cwd=scratch, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return f"exit status {done.returncode}:\n{done.stdout[-3000:]}" if done.returncode else None


def main():
    binary = os.path.abspath(sys.argv[1])
    shown, problems = [], []
    for document in DOCUMENTS:
        with open(os.path.join(ROOT, document), encoding="utf-8") as file:
            of_document = commands(file.read())
        problems += [f"{command}\n  is shown in {document}, and nothing runs it" for command in
                     unknown(of_document)]
        shown += of_document
    problems += [f"{command}\n  is run here, and no document shows it" for command in
                 COMMANDS if command not in shown]
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as scratch:
        write_picture(os.path.join(scratch, "photo.png"))
        write_captions(scratch)
        for command in shown:
            if COMMANDS.get(command) is None:
                continue
            if wants_shipped_model(command) and not os.path.exists(
                    os.path.join(ROOT, SHIPPED_MODEL)):
                print(f"skipped {command}: {SHIPPED_MODEL} is not in this tree", flush=True)
                continue
            problem = run(command, binary, scratch)
            print(f"{'FAILED' if problem else 'ok':7} {command}", flush=True)
            if problem:
                problems.append(f"{command}\n  {problem}")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
