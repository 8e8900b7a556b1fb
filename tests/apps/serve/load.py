#!/usr/bin/env python3
"""How fast `storyteller serve` answers, beside the same pictures captioned without it, in turns.

    load.py BINARY [--clients 16] [--seconds 60] [--model FILE] PICTURE...

Prints the figures of docs/apps/serve.md: one client, request by request in turns with `storyteller
caption` that gets a name on its standard input and prints a line; then many clients at once, in turns
with `storyteller caption FOLDER`. Standard library only.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import server as serve  # noqa: E402 pylint: disable=wrong-import-position

ROUNDS = 3


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def processor_seconds(process):
    """Of all its threads so far: what a busy machine does not stretch, as it does the time that passes."""
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def stage_seconds(server):
    """What the server spent in the library so far: decoding, encoding, searching."""
    text = server.ask("GET", "/metrics")[2].decode()
    return sum(float(line.split()[1]) for line in text.split("\n")
               if line.startswith("storyteller_stage_duration_seconds_sum"))


class Client:
    """A connection that stays open."""

    def __init__(self, server, number=0):
        # More than eight of one address would be turned away.
        self.connection = server.connect(f"127.0.0.{10 + number // 4}")
        self.port = server.port

    def caption(self, picture):
        begun = time.monotonic()
        self.connection.sendall(
            f"POST /v1/caption HTTP/1.1\r\nHost: localhost:{self.port}\r\n"
            f"Content-Length: {len(picture)}\r\n\r\n".encode() + picture)
        status, _, body = serve.answer_of(self.connection)
        seconds = time.monotonic() - begun
        return seconds, status, (json.loads(body) if status == 200 else {})


class Library:
    """`storyteller caption`, warm: a name goes in, a line comes out."""

    def __init__(self, binary, model):
        self.process = subprocess.Popen([binary, "caption", "--json", *model, "-"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)

    def caption(self, path):
        begun = time.monotonic()
        self.process.stdin.write(path + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()
        return time.monotonic() - begun

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def one_client(server, binary, model, files, count):
    library, client = Library(binary, model), Client(server)
    pictures = [open(path, "rb").read() for path in files]
    for path, picture in zip(files[:5], pictures[:5]):
        library.caption(path)
        client.caption(picture)
    waited, alone, inside = [], [], []
    in_stages = stage_seconds(server)
    begun = [processor_seconds(server.process), processor_seconds(library.process)]
    for number in range(count):
        place = number % len(files)
        alone.append(library.caption(files[place]))
        seconds, status, answer = client.caption(pictures[place])
        if status != 200:
            raise SystemExit(f"status {status}")
        waited.append(seconds)
        inside.append(answer["milliseconds"] / 1e3)
    spent = [processor_seconds(server.process), processor_seconds(library.process)]
    of_server, of_library = ((after - before) / count * 1e3 for before, after in zip(begun, spent))
    library.close()
    beside = statistics.mean(waited) - (stage_seconds(server) - in_stages) / count
    difference = statistics.median(a - b for a, b in zip(waited, alone))
    print(f"one client, {count} requests: p50 {percentile(waited, .5) * 1e3:.1f} ms, "
          f"p99 {percentile(waited, .99) * 1e3:.1f} ms; storyteller caption, in turns: "
          f"p50 {percentile(alone, .5) * 1e3:.1f} ms, p99 {percentile(alone, .99) * 1e3:.1f} ms; "
          f"median of the differences {difference * 1e3:+.1f} ms; "
          f"HTTP alone {statistics.median(a - b for a, b in zip(waited, inside)) * 1e3:.1f} ms; "
          f"mean beside decoding, encoding and searching {beside * 1e3:.1f} ms; "
          f"processor time of one {of_server:.1f} ms, of caption's {of_library:.1f} ms")


def batch_rate(binary, model, files):
    """Pictures a second without the server, start left out."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = []
        for rounds in (1, 4):
            inside = os.path.join(folder, str(rounds))
            os.mkdir(inside)
            count = rounds * 64
            for number in range(count):
                source = os.path.abspath(files[number % len(files)])
                os.symlink(source, os.path.join(inside, f"{number:05d}.jpg"))
            names = [os.path.join(inside, name) for name in sorted(os.listdir(inside))]
            begun = time.monotonic()
            subprocess.run([binary, "caption", "--json", *model, *names], stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, check=True)
            seconds.append((count, time.monotonic() - begun))
    (few, short), (many, long) = seconds
    return (many - few) / (long - short)


def many_clients(server, files, clients, seconds):
    pictures = [open(path, "rb").read() for path in files]
    ending = time.monotonic() + seconds
    waited, failed, lock = [], [], threading.Lock()

    def run(number):
        client, place = Client(server, number), number
        while time.monotonic() < ending:
            took, status, _ = client.caption(pictures[place % len(pictures)])
            place += 1
            with lock:
                (waited if status == 200 else failed).append(took)
    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(waited) / (time.monotonic() - begun), waited, failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("binary")
    parser.add_argument("pictures", nargs="*", default=[serve.SCENE])
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--model")
    options = parser.parse_intermixed_args()
    model = ["--model", options.model] if options.model else []
    with serve.Server(options.binary, "--quiet", model=options.model) as server:
        print(f"start to /health 200: {server.ready:.2f} s")
        one_client(server, options.binary, model, options.pictures, options.requests)
        waited, failed, shares = [], [], []
        many_clients(server, options.pictures, options.clients, 3)
        for _ in range(ROUNDS):
            library = batch_rate(options.binary, model, options.pictures)
            rate, took, lost = many_clients(server, options.pictures, options.clients,
                                            options.seconds / ROUNDS)
            shares.append(rate / library)
            waited += took
            failed += lost
            print(f"  {options.clients} clients {rate:.1f} a second, storyteller caption "
                  f"{library:.1f}: {rate / library:.0%}", flush=True)
        print(f"{options.clients} clients, {options.seconds:.0f} s: {len(waited)} answers, "
              f"{len(failed)} errors; p50 {percentile(waited, .5) * 1e3:.0f} ms, "
              f"p99 {percentile(waited, .99) * 1e3:.0f} ms; median share of the library "
              f"{statistics.median(shares):.0%}; {server.memory() >> 20} MiB")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
