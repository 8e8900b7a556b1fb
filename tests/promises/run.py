"""What the scripts of this folder share: starting the program, striking it, reading its checkpoints."""
import json
import os
import random
import signal
import struct
import subprocess
import time


def tiny_training(folder, *more, data="scenes:train=4,val=12"):
    """Arguments of a training that does a step in a few milliseconds and saves after every one."""
    arguments = ["train", "--data", data, "--out", os.path.join(folder, "run"),
                 "--cache", os.path.join(folder, "cache"), "--threads", "1"]
    for setting in ("hidden=8", "embedding=8", "attention=8", "batch_size=10", "captions_per_image=5",
                    "checkpoint_seconds=0", "detector_epochs=0", "patience=0", "beam=1", "epochs=100000"):
        arguments += ["--set", setting]
    return arguments + list(more)


def start(binary, arguments):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STORYTELLER_")}
    return subprocess.Popen([binary, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, env={**environment, "OMP_WAIT_POLICY": "passive"},
                            # A shell starts what is in its background deaf to SIGINT.
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))


def finish(process, seconds=120):
    """(exit status as a shell reports it, standard output, standard error)"""
    out, err = process.communicate(timeout=seconds)
    code = process.returncode
    return code if code >= 0 else 128 - code, out.decode(), err.decode()


def strike(process, after, number):
    """Sends a signal after some seconds, unless the process has ended before."""
    time.sleep(after)
    process.send_signal(number)
    return finish(process)


def step_in(checkpoint):
    """Steps that a checkpoint has behind it; None: there is no such file. Fails where it is torn."""
    try:
        with open(checkpoint, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return None
    size, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + size])
    ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__"]
    assert max(ends) == len(data) - 8 - size, f"{checkpoint} is cut off"
    state = header["__metadata__"].get("storyteller.training")
    return json.loads(state)["step"] if state else 0


def whole(binary, checkpoint):
    """The program itself reads the file and finds its checksum right."""
    code, _, err = finish(start(binary, ["weights", "inspect", checkpoint]))
    assert code == 0, f"{checkpoint} is lost: {err}"


def measured_life(binary, arguments, steps=8):
    """Seconds from the start of the program to the checkpoint of so many steps, saved one by one."""
    begun = time.monotonic()
    process = start(binary, arguments)
    last = os.path.join(arguments[arguments.index("--out") + 1], "last.storyteller")
    while (step_in(last) or 0) < steps and process.poll() is None:
        time.sleep(0.01)
    taken = time.monotonic() - begun
    process.send_signal(signal.SIGKILL)
    code, _, err = finish(process)
    assert code == 137, err
    return taken


def moments(count, seed, longest):
    """Moments to strike at, in seconds; the same for a seed."""
    stream = random.Random(seed)
    return [stream.uniform(0, longest) for _ in range(count)]
