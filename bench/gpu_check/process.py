"""Runs programs within what is left of the time."""
import dataclasses
import json
import os
import signal
import subprocess
import time


class OutOfTime(Exception):
    """Too little of the whole time is left to begin."""


class Failure(Exception):
    """A program could not do what it was asked; the text says which and why."""


@dataclasses.dataclass
class Result:
    returncode: int
    output: str
    timed_out: bool
    seconds: float

    def lines(self):
        """What the program printed as lines of JSON."""
        return [json.loads(line) for line in self.output.splitlines() if line.startswith("{")]

    def tail(self, count=15):
        return "\n".join(self.output.strip().splitlines()[-count:])


class Runner:
    """`seconds` for everything together; `environment` is added to the programs' own."""

    LEAST = 2  # seconds that are worth a start

    def __init__(self, seconds, environment):
        self.deadline = time.monotonic() + seconds
        self.environment = {**os.environ, **environment}

    def left(self):
        return self.deadline - time.monotonic()

    def run(self, command, limit, environment=None, cwd=None):
        """Ends the program, and what it started, after `limit` seconds or when no time is left."""
        limit = min(limit, self.left())
        if limit < self.LEAST:
            raise OutOfTime
        begun = time.monotonic()
        try:
            process = subprocess.Popen([str(word) for word in command], stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=cwd,
                                       env={**self.environment, **(environment or {})},
                                       start_new_session=True)
        except OSError as error:
            raise Failure(f"{command[0]} cannot be started: {error.strerror}") from error
        timed_out = False
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            timed_out = True
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
        return Result(process.returncode, output.decode(errors="replace"), timed_out,
                      time.monotonic() - begun)

    def demand(self, command, limit, **how):
        """run() that raises Failure unless the program ended well and in time."""
        result = self.run(command, limit, **how)
        name = os.path.basename(str(command[0]))
        if result.timed_out:
            raise Failure(f"{name} did not end within {result.seconds:.0f} s\n{result.tail()}")
        if result.returncode != 0:
            raise Failure(f"{name} failed ({result.returncode})\n{result.tail()}")
        return result
