"""Which mutants a kernel source has: one small change each, by rule, in code of the device.

Rules are functions from a Body to (start, end, replacement) over the text of the file, listed in
RULES. Nothing is chosen by hand: mutants_of() mixes the rules by a seeded shuffle, so that the
first few of a function are of different kinds.
"""
import random
import re
from typing import NamedTuple


class Mutant(NamedTuple):
    path: str
    function: str
    rule: str
    line: int
    start: int
    end: int
    before: str
    after: str

    def apply(self, text):
        return text[:self.start] + self.after + text[self.end:]


class Body(NamedTuple):
    """A function: `text` is the whole file with comments and the like blanked, `source` as it is."""
    name: str
    text: str
    start: int
    end: int
    source: str

    def matches(self, pattern):
        return re.compile(pattern).finditer(self.text, self.start, self.end)


def blanked(text):
    """The text with comments, strings, directives and template heads as spaces, of equal length."""
    def spaces(match):
        return re.sub(r"[^\n]", " ", match[0])
    text = re.sub(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"", spaces, text, flags=re.S)
    text = re.sub(r"^[ \t]*#[^\n]*", spaces, text, flags=re.M)
    return re.sub(r"\btemplate <[^{};()]*?>(?=\s)|\bstatic_assert\([^;]*;", spaces, text)


def closing(text, at):
    """Position of the bracket that closes the one at `at`."""
    pairs = {"(": ")", "{": "}", "[": "]"}
    depth = 0
    for i in range(at, len(text)):
        if text[i] == text[at]:
            depth += 1
        elif text[i] == pairs[text[at]]:
            depth -= 1
            if depth == 0:
                return i
    return len(text)


def bodies(text):
    """The __global__ and __device__ functions of a source."""
    clean = blanked(text)
    for mark in re.finditer(r"__(?:global|device)__\b", clean):
        at = mark.end()
        name = None
        while True:  # the parameter list is the first bracket after a name that is no attribute
            found = re.compile(r"([\w:~]+)\s*\(").search(clean, at)
            if found is None:
                break
            close = closing(clean, found.end() - 1)
            if found[1] in ("__launch_bounds__", "alignas", "__align__"):
                at = close
                continue
            name, after = found[1], close
            break
        if name is None:
            continue
        opened = re.compile(r"[{;]").search(clean, after)
        if opened is None or opened[0] == ";":
            continue
        yield Body(name, clean, opened.start(), closing(clean, opened.start()), text)


def clauses(body):
    """(start, end) of the condition and of the step of each for loop."""
    for head in body.matches(r"\bfor \("):
        close = closing(body.text, head.end() - 1)
        semicolons = []
        depth = 0
        for i in range(head.end(), close):
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(body.text[i], 0)
            if body.text[i] == ";" and depth == 0:
                semicolons.append(i)
        if len(semicolons) == 2:
            yield (semicolons[0] + 1, semicolons[1]), (semicolons[1] + 1, close)


def in_loop_head(body, position):
    return any(low <= position < high for pair in clauses(body) for low, high in pair)


def barrier(body):
    for found in body.matches(r"__sync(?:threads|warp)\([^;]*\);"):
        yield found.start(), found.end(), ";"


def accumulation(body):
    for found in body.matches(r" [-+*|]= "):
        if not in_loop_head(body, found.start()):
            yield found.start(), found.end(), " = "


def loop_bound(body):
    for (low, high), _ in clauses(body):
        for found in re.finditer(r" (?:<=?|>=?) ([^&|]+)", body.text[low:high]):
            start, end = low + found.start(1), low + found.end(1)
            for change in ("+ 1", "- 1"):
                yield start, end, f"({body.text[start:end].strip()}) {change}"


def loop_step(body):
    for _, (low, high) in clauses(body):
        for found in re.finditer(r"[-+]= ([^,]+)", body.text[low:high]):
            start, end = low + found.start(1), low + found.end(1)
            yield start, end, f"({body.text[start:end].strip()}) + 1"
        for found in re.finditer(r"\+\+(\w+)", body.text[low:high]):
            yield low + found.start(), low + found.end(), f"{found[1]} += 2"


def sync_arguments(body):
    """The mask, the lane or distance, and the width of warp operations."""
    for found in body.matches(r"\b__\w+_sync\("):
        close = closing(body.text, found.end() - 1)
        start, depth, position = found.end(), 0, 0
        for i in range(found.end(), close + 1):
            depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(body.text[i], 0)
            if (body.text[i] == "," and depth == 0) or i == close:
                argument = body.text[start:i].strip()
                begin = start + len(body.text[start:i]) - len(body.text[start:i].lstrip())
                if position == 0:
                    yield begin, i, f"({argument}) >> 1"
                    yield begin, i, f"({argument}) & 0xFFFFU"
                elif position == 2:
                    yield begin, i, f"({argument}) + 1"
                elif position == 3:
                    yield begin, i, f"({argument}) / 2"
                position, start = position + 1, i + 1


SWAPS = {" + ": " - ", " - ": " + ", " * ": " / ", " / ": " * ", " % ": " / ",
         " < ": " <= ", " <= ": " < ", " > ": " >= ", " >= ": " > ", " == ": " != ",
         " != ": " == ", " && ": " || ", " || ": " && ", "fmaxf(": "fminf(", "fminf(": "fmaxf(",
         " min(": " max(", " max(": " min(", " & ": " | ", " >> ": " << "}


def operand(body):
    pattern = "|".join(re.escape(text) for text in SWAPS)
    for found in body.matches(pattern):
        if not in_loop_head(body, found.start()):
            yield found.start(), found.end(), SWAPS[found[0]]


DECLARATION = re.compile(
    r"\b(?:float|double|int|unsigned|bool|auto|T|U|u?int\d+_t|bfloat16|size_t)\s+"
    r"(?:\w+(?:\[[^\]]*\])*(?: = [^,;]+)?,\s*)*\w+(?:\[[^\]]*\])*$")


def index(body):
    for found in body.matches(r"(?<=[\w\]])\["):
        close = closing(body.text, found.start())
        line = body.text[body.text.rfind("\n", 0, found.start()) + 1:found.start()]
        if DECLARATION.search(line) or close == found.start() + 1:
            continue
        yield found.start() + 1, close, f"({body.text[found.start() + 1:close]}) + 1"


def condition(body):
    for found in body.matches(r"\bif \("):
        close = closing(body.text, found.end() - 1)
        yield found.end(), close, f"!({body.text[found.end():close]})"


RULES = [barrier, accumulation, loop_bound, loop_step, sync_arguments, operand, index, condition]


def mutants_of(path, text, seed=1):
    """{function: its mutants, in the order in which they are to be tried}."""
    result = {}
    for body in bodies(text):
        kinds = []
        for rule in RULES:
            found = [Mutant(path, body.name, rule.__name__, text.count("\n", 0, start) + 1, start,
                            end, text[start:end].strip(), after)
                     for start, end, after in rule(body)]
            random.Random(f"{seed} {path} {body.name} {rule.__name__}").shuffle(found)
            if found:
                kinds.append(found)
        order = result.setdefault(body.name, [])
        while kinds:  # in turns, a barrier first if there is one
            order += [kind.pop() for kind in kinds]
            kinds = [kind for kind in kinds if kind]
    return {name: order for name, order in result.items() if order}
