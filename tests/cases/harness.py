"""What a case is made of: shell commands as people type them, and claims about what comes out."""
import dataclasses
import json
import os
import re
import shutil
import subprocess
import tempfile
import time

CASES = []  # in the order of their files


class Failed(Exception):
    """A claim does not hold."""


class Skipped(Exception):
    """The case cannot be tried here; the text says why."""


def case(number, title, **options):
    """Makes a function a case: `number` is that of docs/reliability.md, several may share it.
    Options: slow=True, only with --slow."""
    def register(function):
        CASES.append(Case(number, title, function, **options))
        return function
    return register


@dataclasses.dataclass
class Case:
    number: str
    title: str
    function: object
    slow: bool = False

    @property
    def topic(self):
        return self.function.__module__

    def run(self, inputs, binary):
        """Returns (`passed`, `FAILED` or `skipped`, text, seconds)."""
        begun = time.monotonic()
        folder = tempfile.mkdtemp(prefix=f"case-{self.number}-")
        try:
            self.function(Trial(folder, inputs, binary))
            outcome, text = "passed", ""
        except Failed as failure:
            outcome, text = "FAILED", str(failure)
        except Skipped as reason:
            outcome, text = "skipped", str(reason)
        finally:
            subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)
            shutil.rmtree(folder, ignore_errors=True)
        return outcome, text, time.monotonic() - begun


@dataclasses.dataclass
class Ended:
    """How a script ended; `code` as a shell reports it."""
    script: str
    code: int
    out: str
    err: str
    seconds: float

    @property
    def lines(self):
        return self.out.splitlines()

    @property
    def json(self):
        """One object a line of standard output."""
        return [json.loads(line) for line in self.lines]

    def __str__(self):
        return (f"$ {self.script}\nexit status {self.code} after {self.seconds:.1f} s\n"
                f"stdout: {self.out[:3000]}\nstderr: {self.err[:3000]}")


class Trial:
    """One case being tried, in an empty folder of its own. In scripts `storyteller` is the program
    under test, $IN the inputs of inputs/, $DATA real data, $S and $C settings of tiny networks."""

    def __init__(self, folder, inputs, binary):
        self.folder, self.inputs = folder, inputs
        here = os.path.dirname(os.path.abspath(__file__))
        self.root = os.path.dirname(os.path.dirname(here))
        tiny = "--set hidden=32 --set attention=32"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("STORYTELLER_", "OMP_"))},
            "PATH": os.path.dirname(os.path.abspath(binary)) + os.pathsep + os.environ["PATH"],
            "IN": inputs, "OMP_WAIT_POLICY": "passive", "LC_ALL": "C.UTF-8",
            "XDG_CACHE_HOME": os.path.join(folder, ".cache"),
            "STORYTELLER_MODEL": os.path.join(self.root, "models", "flickr8k.storyteller"),
            "S": f"{tiny} --set embedding=32 --cache cache",
            "C": f"--set epochs=2 --set detector_epochs=0 {tiny.replace('attention=32', 'attention=16')}"
                 " --set embedding=16",
        }
        data = os.environ.get("STORYTELLER_DATA") or os.path.join(self.root, "..", "shared", "data")
        self.data = os.path.abspath(data) if os.path.isdir(data) else None
        if self.data:
            self.environment.update(DATA=self.data, STORYTELLER_DATA=self.data)

    def need_data(self):
        """Leaves the case where real data is absent: the weights of a pretrained encoder, mostly."""
        if not self.data:
            raise Skipped("needs real data: STORYTELLER_DATA names no folder")

    def sh(self, script, seconds=60, **environment):
        """Runs `script` in bash; one that takes longer than `seconds` fails the case."""
        begun = time.monotonic()
        process = subprocess.Popen(
            ["bash", "-c", script], cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            env={**self.environment, **environment})
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as late:
            os.killpg(process.pid, 9)
            process.communicate()
            raise Failed(f"$ {script}\nstill running after {seconds} s") from late
        code = process.returncode
        return Ended(script, code if code >= 0 else 128 - code, out.decode(errors="surrogateescape"),
                     err.decode(errors="surrogateescape"), time.monotonic() - begun)

    def ok(self, script, **options):
        """Runs `script`, which must exit with 0."""
        return self.exits(script, 0, **options)

    def exits(self, script, code, *patterns, **options):
        """Runs `script`, which must exit with `code` and say each of `patterns` on stderr."""
        ended = self.sh(script, **options)
        if ended.code != code:
            raise Failed(f"exit status {ended.code} instead of {code}\n{ended}")
        for pattern in patterns:
            self.says(ended, pattern)
        return ended

    def says(self, ended, pattern):
        """stderr holds the regular expression `pattern`."""
        if not re.search(pattern, ended.err):
            raise Failed(f"stderr does not say /{pattern}/\n{ended}")

    def does_not_say(self, ended, pattern):
        if re.search(pattern, ended.err):
            raise Failed(f"stderr says /{pattern}/\n{ended}")

    def equal(self, found, expected, ended=""):
        if found != expected:
            raise Failed(f"found {found!r} instead of {expected!r}\n{ended}")

    def near(self, found, expected, within, ended=""):
        if not abs(found - expected) <= within:
            raise Failed(f"found {found!r} instead of {expected!r} (+-{within})\n{ended}")

    def claim(self, holds, text, ended=""):
        if not holds:
            raise Failed(f"{text}\n{ended}")

    def path(self, *parts):
        return os.path.join(self.folder, *parts)
