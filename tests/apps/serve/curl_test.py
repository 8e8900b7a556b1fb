#!/usr/bin/env python3
"""The commands with curl of README and docs/apps/serve.md, as they stand behind `$ `, in the order in
which they stand: each succeeds, and prints the members that the page shows behind it.

    curl_test.py BINARY
"""
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server as serve  # noqa: E402 pylint: disable=wrong-import-position

PAGES = ("README.md", os.path.join("docs", "apps", "serve.md"))
PORT = 8765  # of the pages


def open_ended(command):
    """A shell would ask for more."""
    return subprocess.run(["bash", "-n", "-c", command], stderr=subprocess.DEVNULL, check=False).returncode != 0


def plain_blocks(text):
    """The lines of each block whose fence names no language."""
    blocks, fence = [], None
    for line in text.split("\n"):
        if line.startswith("```"):
            fence = None if fence is not None else line[3:]
            if fence == "":
                blocks.append([])
        elif fence == "":
            blocks[-1].append(line)
    return blocks


def commands(text):
    """[(command, what is shown behind it)] of a page; a command goes on until it is whole."""
    found = []
    for lines in plain_blocks(text):
        of_block = []
        while lines:
            line = lines.pop(0)
            if line.startswith("$ "):
                command = line[2:]
                while lines and open_ended(command):
                    command += "\n" + lines.pop(0)
                of_block.append((command, []))
            elif of_block:
                of_block[-1][1].append(line)
        found += of_block
    return [(command, "\n".join(output)) for command, output in found]


def main():
    binary = os.path.abspath(sys.argv[1])
    if not shutil.which("curl"):
        serve.skip("curl is not installed")
    serve.require_serve(binary)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            serve.skip(f"another program listens at port {PORT}")
    shown = []
    for page in PAGES:
        with open(os.path.join(serve.ROOT, page), encoding="utf-8") as file:
            of_page = [entry for entry in commands(file.read()) if "curl " in entry[0]]
        assert of_page, f"{page} shows no curl"
        shown += of_page
    failed = 0
    with tempfile.TemporaryDirectory() as folder, serve.Server(binary, "--quiet", "--port", str(PORT)):
        for name in ("photo.jpg", "dog.jpg"):
            shutil.copy(serve.SCENE, os.path.join(folder, name))
        for command, output in shown:
            if "| jq" in command and not shutil.which("jq"):
                print(f"skipped {command.splitlines()[0]}: jq is not installed")
                continue
            done = subprocess.run(["bash", "-c", "set -e -o pipefail\n" + command], cwd=folder,
                                  env=dict(os.environ, NO_PROXY="*"), stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, timeout=60, check=False)
            lacking = [key for key in re.findall(r'"\w+":', output) if key not in done.stdout]
            bad = done.returncode or lacking or not done.stdout.strip() or '"error"' in done.stdout
            failed += bool(bad)
            print(f"{'FAILED ' if bad else 'ok     '} {command.splitlines()[0]}")
            if bad:
                print(f"        status {done.returncode}, lacks {lacking}: {done.stdout[:500]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
