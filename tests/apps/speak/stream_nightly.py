#!/usr/bin/env python3
"""Ten minutes of stream: memory stays flat whatever the stream brings.

    stream_nightly.py BINARY [SECONDS]
"""
import os
import random
import subprocess
import sys
import tempfile
import time

import speaking
from speaking import Speaking, feed


def memory_of(binary, seconds, rate=10):
    """[(seconds, bytes)] while scenes change every five seconds and a twentieth of the frames is spoilt."""
    stream = random.Random(3)
    pictures = []
    for photo in speaking.photographs(12):
        with open(photo, "rb") as file:
            pictures.append(file.read())
    frames = []
    for i in range(int(seconds * rate)):
        frame = pictures[i // (5 * rate) % len(pictures)]
        if stream.random() < 0.05:
            frame = stream.choice((frame[:len(frame) // 2], b"noise" * 999, b"\xff\xd8\xff\xe0\xff\xff" + frame))
        frames.append(frame)
    samples = []
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "out"), "wb") as out, open(os.path.join(folder, "err"), "wb") as err:
            run = Speaking(binary, folder, ["--stream", "-", "--every", "1"], speaks=1, stdin=subprocess.PIPE,
                           stdout=out, stderr=err)
            begun = time.time()
            feed(run, frames, rate,
                 lambda i: i % (2 * rate) == 0 and samples.append((time.time() - begun, run.rss())))
            run.process.stdin.close()
            code = run.process.wait(120)
        with open(os.path.join(folder, "err"), encoding="utf-8") as file:
            text = file.read()
        assert code == 0, text
        return samples, len(run.heard()), text.strip().splitlines()[-1]


def main():
    binary = os.path.abspath(sys.argv[1])
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 540
    if not os.path.exists(speaking.MODEL):
        speaking.skip("models/everyday.storyteller is not in this tree")
    if len(speaking.photographs(12)) < 12:
        speaking.skip("no photographs; set STORYTELLER_DATA")
    samples, heard, last = memory_of(binary, seconds)
    # Until every picture was looked at buffers grow: on a busy machine that takes more than a round.
    warm = [size for at, size in samples if at > seconds / 2]
    print(f"  {seconds:.0f} s: {samples[len(samples) // 10][1] / 1e6:.1f} MB after a tenth, {min(warm) / 1e6:.1f} to "
          f"{max(warm) / 1e6:.1f} MB in the second half, {heard} sentences; {last}")
    assert max(warm) - min(warm) < 10e6 and abs(warm[-1] - warm[0]) < 5e6, warm


if __name__ == "__main__":
    main()
