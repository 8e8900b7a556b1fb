"""What the scripts of this folder share: a speaker that notes what it hears, frames, processes."""
import os
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", ".."))
MODEL = os.path.join(ROOT, "models", "everyday.storyteller")
SPEAKER = """#!/bin/bash
IFS= read -r text
[ "$text" != "One moment." ] || exit 0  # a busy machine
printf '%s\\t%s\\t%s\\n' "$$" "$EPOCHREALTIME" "$text" >>"$HEARD"
[ "$SPEAKS" = 0 ] || exec sleep "$SPEAKS"
"""


def skip(why):
    print("skipped: " + why)
    sys.exit(77)


def data_folder(*inside):
    """A folder of STORYTELLER_DATA, or None."""
    data = os.environ.get("STORYTELLER_DATA", os.path.join(ROOT, "..", "shared", "data"))
    folder = os.path.join(data, *inside)
    return folder if os.path.isdir(folder) else None


def photographs(count):
    """JPEG files: of Flickr8k, else those of the photos folder, else the one of this tree."""
    for inside in (("flickr8k", "images"), ("photos",)):
        folder = data_folder(*inside)
        if folder:
            names = sorted(n for n in os.listdir(folder) if n.endswith(".jpg"))
            step = max(1, len(names) // count)
            return [os.path.join(folder, n) for n in names[::step][:count]]
    return [os.path.join(ROOT, "tests", "goldens", "model_v1_scene.jpg")]


class Speaking:
    """A storyteller that speaks through a script; `heard()` is what it got, and when."""

    def __init__(self, binary, folder, arguments, speaks=0, speaker=SPEAKER, **options):
        self.log = os.path.join(folder, "heard")
        if os.path.exists(self.log):
            os.remove(self.log)
        script = os.path.join(folder, "speaker")
        with open(script, "w", encoding="utf-8") as file:
            file.write(speaker)
        os.chmod(script, 0o755)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("STORYTELLER_")}
        environment.update(STORYTELLER_MODEL=MODEL, OMP_WAIT_POLICY="passive", HEARD=self.log,
                           SPEAKS=str(speaks), XDG_STATE_HOME=os.path.join(folder, "state"))
        note = os.path.join(folder, "state", "storyteller", "speak-notice")
        os.makedirs(os.path.dirname(note), exist_ok=True)
        open(note, "a", encoding="utf-8").close()
        self.begun = time.time()
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        self.process = subprocess.Popen(
            [binary, "speak", "--speaker", script, *arguments], env=environment,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL), **options)

    def heard(self):
        """[(process of the speaker, time, text)]"""
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="utf-8") as file:
            rows = [line.rstrip("\n").split("\t", 2) for line in file if line.endswith("\n")]
        return [(int(row[0]), float(row[1]), row[2]) for row in rows]

    def wait_heard(self, count, seconds=60):
        until = time.time() + seconds
        while time.time() < until:
            heard = self.heard()
            if len(heard) >= count:
                return heard
            time.sleep(0.002)
        raise AssertionError(f"the speaker got {len(self.heard())} texts of {count}; "
                             f"the program: {self.process.poll()}")

    def rss(self):
        """Resident memory, bytes."""
        with open(f"/proc/{self.process.pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def processor_seconds(self):
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def finish(self, seconds=120):
        """(exit status as a shell has it, standard output, standard error)"""
        out, err = self.process.communicate(timeout=seconds)
        code = self.process.returncode
        return code if code >= 0 else 128 - code, (out or b"").decode(), (err or b"").decode()


def alive(process):
    """Whether it runs; a zombie is one too."""
    return os.path.exists(f"/proc/{process}")


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def scene_frames(folder, photos, frames):
    """[scene][frame] JPEG bytes of 640 x 480: each photograph seen by a hand-held, noisy camera."""
    scenes = []
    for number, photo in enumerate(photos):
        pattern = os.path.join(folder, f"scene{number}_%04d.jpg")
        filters = ("scale=720:540,crop=640:480:x='40+20*sin(n/7)':y='30+15*cos(n/5)',"
                   "eq=brightness='0.04*sin(n/9)':eval=frame,noise=alls=10:allf=t")
        subprocess.run(["ffmpeg", "-nostdin", "-loglevel", "error", "-loop", "1", "-i", photo, "-vf", filters,
                        "-frames:v", str(frames), "-q:v", "4", pattern], check=True)
        scene = []
        for frame in range(1, frames + 1):
            with open(pattern % frame, "rb") as file:
                scene.append(file.read())
            os.remove(pattern % frame)
        scenes.append(scene)
    return scenes


def feed(speaking, frames, rate, each=None):
    """Writes frames at a rate to standard input; returns when each was written. each(i) is called."""
    written = []
    begun = time.time()
    for i, frame in enumerate(frames):
        time.sleep(max(0.0, begun + i / rate - time.time()))
        speaking.process.stdin.write(frame)
        speaking.process.stdin.flush()
        written.append(time.time())
        if each:
            each(i)
    return written
