"""Runs programs within what is left of the time."""
import dataclasses
import json
import os
import select
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


class Conversation:
    """A program that answers every line it is sent with a line of JSON."""

    def __init__(self, process, name, runner):
        self.process, self.name, self.runner, self.pending = process, name, runner, b""

    def answer(self, limit):
        """The next line of JSON; Failure when the program ended or is silent."""
        limit = min(limit, self.runner.left())
        if limit < Runner.LEAST:
            raise OutOfTime
        deadline = time.monotonic() + limit
        output = b""
        while True:
            line, newline, rest = self.pending.partition(b"\n")
            if newline:
                self.pending = rest
                output += line + newline
                if line.startswith(b"{"):
                    return json.loads(line)
                continue
            ready, _, _ = select.select([self.process.stdout], [], [], deadline - time.monotonic())
            more = os.read(self.process.stdout.fileno(), 1 << 16) if ready else b""
            if not more:
                said = "\n".join((output + self.pending).decode(errors="replace").splitlines()[-8:])
                raise Failure(f"{self.name} {'ended' if ready else 'is silent'}\n{said}")
            self.pending += more

    def turn(self, limit):
        try:
            self.process.stdin.write(b"turn\n")
            self.process.stdin.flush()
        except OSError as error:
            raise Failure(f"{self.name} ended") from error
        return self.answer(limit)

    def end(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.communicate()


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

    def converse(self, command, limit):
        """Starts a program that measures when it is told to, and waits until it is ready."""
        try:
            process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                       env=self.environment, start_new_session=True)
        except OSError as error:
            raise Failure(f"{command[0]} cannot be started: {error.strerror}") from error
        conversation = Conversation(process, os.path.basename(str(command[0])), self)
        try:
            conversation.answer(limit)
        except (Failure, OutOfTime):
            conversation.end()
            raise
        return conversation

    def demand(self, command, limit, **how):
        """run() that raises Failure unless the program ended well and in time."""
        result = self.run(command, limit, **how)
        name = os.path.basename(str(command[0]))
        if result.timed_out:
            raise Failure(f"{name} did not end within {result.seconds:.0f} s\n{result.tail()}")
        if result.returncode != 0:
            raise Failure(f"{name} failed ({result.returncode})\n{result.tail()}")
        return result
