#!/usr/bin/env python3
"""Measures the table of docs/apps/speak.md, on this machine and on what else it is doing.

    figures.py BINARY [PART...]     parts: files stream scenes still not-photographs stop memory

Wants ffmpeg, which makes the streams, and photographs in STORYTELLER_DATA.
"""
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

import speaking
import stop_nightly
import stream_nightly
from speaking import Speaking, feed, percentile

sys.path.insert(0, os.path.join(speaking.HERE, ".."))
import draw  # noqa: E402


def row(name, goal, value):
    print(f"| {name} | {goal} | {value} |", flush=True)


def milliseconds(times):
    return (f"{1000 * percentile(times, .5):.0f} ms median, {1000 * percentile(times, .95):.0f} ms p95 "
            f"of {len(times)}")


def files(binary, folder):
    cold, captions = [], []
    for photo in speaking.photographs(40):
        begun = time.time()
        subprocess.run([binary, "caption", "--model", speaking.MODEL, photo], stdout=subprocess.DEVNULL,
                       env={**os.environ, "OMP_WAIT_POLICY": "passive"}, check=True)
        captions.append(time.time() - begun)
        run = Speaking(binary, folder, [photo])
        cold.append(run.wait_heard(1)[0][1] - run.begun)
        run.finish()
    warm = []
    watched = os.path.join(folder, "watched")
    os.makedirs(watched)
    run = Speaking(binary, folder, ["--watch", watched], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(2)
    for i, photo in enumerate(speaking.photographs(61)):
        with open(photo, "rb") as file:
            data = file.read()
        part = os.path.join(watched, f".part{i}")
        with open(part, "wb") as file:
            file.write(data)
        begun = time.time()
        os.rename(part, os.path.join(watched, f"{i}.jpg"))
        warm.append(run.wait_heard(i + 1)[-1][1] - begun)
        time.sleep(0.05)
    run.process.send_signal(signal.SIGINT)
    run.finish()
    row("file to first byte at the speaker, warm", "p95 <= 0.15 s", milliseconds(warm[1:]))
    row("the same, cold", "p95 <= 0.4 s", milliseconds(cold))
    row("`caption` of the same pictures, in turns with those", "", milliseconds(captions))


def stream(binary, folder):
    """Scenes that change every two seconds: each sentence is told of a frame that was written when?"""
    scenes = speaking.scene_frames(folder, speaking.photographs(20), 20)
    frames = [frame for scene in scenes for frame in scene]
    run = Speaking(binary, folder, ["--stream", "-", "--json", "--every", "0"], stdin=subprocess.PIPE)
    time.sleep(1)
    written = feed(run, frames, 10)
    run.process.stdin.close()
    time.sleep(1)
    heard = run.heard()
    out = run.process.stdout.read().decode()
    run.process.wait(60)
    times = []
    for line in map(json.loads, out.splitlines()):
        told = [t for _, t, text in heard if text == line["text"]]
        since = written[line["frame"] - 1]
        times += [t - since for t in told if 0 < t - since < 2][:1]
    row("frame written to text at the speaker, 640x480, 10 a second", "p95 <= 0.3 s", milliseconds(times))


def scenes(binary, folder):
    clips = speaking.scene_frames(folder, speaking.photographs(10), 60)
    run = Speaking(binary, folder, ["--stream", "-", "--json"], stdin=subprocess.PIPE)
    time.sleep(1)
    feed(run, [frame for clip in clips for frame in clip], 10)
    out, _ = run.process.communicate(timeout=60)
    told = [json.loads(line) for line in out.decode().splitlines()]
    of_scene = [[t for t in told if (t["frame"] - 1) // 60 == i and t["event"] == "scene"] for i in range(len(clips))]
    once = sum(1 for t in of_scene if t)
    again = sum(max(0, len(t) - 1) for t in of_scene)
    row("60 s of 10 scenes with jitter and noise", ">= 9 told, <= 1 repetition",
        f"{once} of {len(clips)} told, {again} repetitions")


def still(binary, folder):
    clip = speaking.scene_frames(folder, speaking.photographs(1), 80)[0]
    run = Speaking(binary, folder, ["--stream", "-", "--no-speech"][0:2], stdin=subprocess.PIPE,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(2)
    feed(run, clip[:8], 4)
    before, begun = run.processor_seconds(), time.time()
    feed(run, clip[8:], 4)
    share = (run.processor_seconds() - before) / (time.time() - begun)
    run.process.stdin.close()
    run.process.wait(60)
    row("a still scene at 4 a second, hand-held and noisy", "<= 60 % of a core", f"{100 * share:.0f} %")


def blurred(pixel, radius):
    def soft(x, y):
        near = [pixel(x + dx, y + dy) for dx in (-radius, 0, radius) for dy in (-radius, 0, radius)]
        return tuple(sum(c) // len(near) for c in zip(*near))
    return soft


def not_photographs(folder):
    """100 files of ten kinds."""
    stream_of = random.Random(5)
    names = []
    for i in range(100):
        shade = [stream_of.randrange(256) for _ in range(6)]
        size = stream_of.randrange(8, 60)
        kinds = (
            lambda x, y: tuple(shade[:3]),
            lambda x, y: tuple((shade[c] * (240 - y) + shade[c + 3] * y) // 240 for c in range(3)),
            lambda x, y: tuple(random.Random(x * 7919 + y * 31 + i).randrange(256) for _ in range(3)),
            lambda x, y: draw.page(x + 3 * i, y),
            lambda x, y: tuple(shade[:3]) if y > 220 - (x // size * 37 + i * 13) % 190 and x % size < size - 4
            else (255, 255, 255),
            lambda x, y: tuple(shade[:3]) if (x - 160) ** 2 + (y - 120) ** 2 < (size + 20) ** 2 else tuple(shade[3:]),
            lambda x, y: tuple(c // 40 for c in draw.hills(x, y)),
            blurred(draw.hills, 12 + size // 4),
            lambda x, y: (200 + x // 20, 120 + shade[0] // 8, 100) if x > 3 * size else (230, 140, 120),
            lambda x, y: (60, 90, 160) if y < 20 else (250, 250, 250) if 20 < x < 300 and 40 < y < 220
            else (200, 200, 205),
        )
        names.append(os.path.join(folder, f"none{i}.png"))
        draw.write_png(names[-1], 320, 240, kinds[i % len(kinds)])
    return names


def none(binary, folder):
    run = Speaking(binary, folder, ["--json", *not_photographs(folder)])
    out, _ = run.process.communicate(timeout=300)
    told = [json.loads(line) for line in out.decode().splitlines()]
    assert len(told) == 100, f"{len(told)} of 100 were told"
    plain = [t["image"] for t in told if not t["text"].startswith(("Could be", "Not sure", "This does not"))]
    refused = sum(t["text"].startswith("This does not") for t in told)
    row("100 drawings, pages, noise: told without a hedge", "<= 5", f"{len(plain)} ({refused} refused)")


def stop(binary, _):
    for name, speaker in (("", speaking.SPEAKER), (", a speaker that ignores SIGTERM", stop_nightly.DEAF)):
        times = stop_nightly.stop_times(binary, 100, speaker)
        row("SIGINT to the death of the speaker" + name, "p99 <= 120 ms",
            f"{1000 * percentile(times, .5):.1f} ms median, {1000 * percentile(times, .99):.1f} ms p99 of {len(times)}")


def memory(binary, _):
    samples, heard, _ = stream_nightly.memory_of(binary, 600)
    warm = [size for at, size in samples if at > 300]
    row("memory in the second half of 10 minutes at 10 a second", "+- 5 MB",
        f"{min(warm) / 1e6:.1f} to {max(warm) / 1e6:.1f} MB, {heard} sentences")


PARTS = {"files": files, "stream": stream, "scenes": scenes, "still": still, "not-photographs": none,
         "stop": stop, "memory": memory}


def main():
    binary = os.path.abspath(sys.argv[1])
    print("| figure | goal | measured |\n|---|---|---|")
    for part in sys.argv[2:] or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            PARTS[part](binary, folder)


if __name__ == "__main__":
    main()
