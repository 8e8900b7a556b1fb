"""Clocks, temperature, power and throttling of the GPU once a second, while the parts run."""
import subprocess
import threading
import time

from gpu_check import report

FIELDS = {"clocks.sm": "MHz", "clocks.mem": "MHz", "temperature.gpu": "C", "power.draw": "W",
          "clocks_throttle_reasons.active": ""}
# Bits of clocks_throttle_reasons.active that slow nothing down: the GPU idles, or its clocks were
# set by hand.
HARMLESS = 0x1 | 0x2
REASONS = {0x4: "power cap", 0x8: "hardware slowdown", 0x10: "sync boost", 0x20: "temperature",
           0x40: "hardware temperature", 0x80: "power brake", 0x100: "display clocks"}


class Sampler:
    """Reads nvidia-smi's lines in the background; without nvidia-smi there are no samples."""

    def __init__(self, command):
        self.samples, self.process = [], None
        if not command:
            return
        try:
            self.process = subprocess.Popen(
                [command, f"--query-gpu={','.join(FIELDS)}", "--format=csv,noheader,nounits",
                 "--id=0", "--loop=1"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        except OSError:
            return
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            sample = parsed(line)
            if sample:
                self.samples.append((time.monotonic(), sample))

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait()

    def between(self, begin, end):
        return [sample for when, sample in list(self.samples) if begin <= when <= end]


def parsed(line):
    """{field: number} of a line; what a GPU does not tell is left out."""
    words = [word.strip() for word in line.split(",")]
    if len(words) != len(FIELDS):
        return {}
    sample = {}
    for field, word in zip(FIELDS, words):
        try:
            sample[field] = int(word, 16) if field.startswith("clocks_throttle") else float(word)
        except ValueError:
            continue
    return sample


def reasons_in(samples):
    """Names of what slowed the GPU down in any of the samples."""
    active = 0
    for sample in samples:
        active |= sample.get("clocks_throttle_reasons.active", 0)
    active &= ~HARMLESS
    names = [name for bit, name in REASONS.items() if active & bit]
    unknown = active & ~sum(REASONS)
    return names + ([hex(unknown)] if unknown else [])


def summarise(sampler, section, sections):
    """The part of the report: least, middle and greatest of each field, and which parts were slowed
    down, whose figures do not count."""
    section.status = report.PASSED
    samples = [sample for _, sample in list(sampler.samples)]
    if not samples:
        section.leave_out("nvidia-smi gave no samples")
        return
    rows = []
    for field, unit in FIELDS.items():
        values = sorted(sample[field] for sample in samples if field in sample)
        if values and unit:
            rows.append([f"{field}, {unit}", values[0], values[len(values) // 2], values[-1]])
    section.table(["once a second", "least", "middle", "greatest"], rows)
    slowed = {}
    for other in sections:
        names = reasons_in(sampler.between(*other.span)) if other.span else []
        if names:
            slowed[other.name] = names
            other.notes.append("The GPU was slowed down meanwhile (" + ", ".join(names) +
                               "): these figures do not count.")
    section.data = {"samples": len(samples), "slowed": slowed}
    section.summary = f"{len(samples)} samples" + (
        ", slowed down in " + ", ".join(slowed) if slowed else ", never slowed down")
