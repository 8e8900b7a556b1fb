"""Which mutants a source has that calls NVIDIA's libraries: one small change each, by rule.

As mutation_rules.py does for kernels; the rules are those of code that names operands, sizes,
options and statuses instead of computing.
"""
import os
import random
import re

import mutation_rules
from mutation_rules import Body, Mutant, closing

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
WORDS = {"if", "for", "while", "switch", "catch", "return", "sizeof", "static_cast"}
DEFINITION = re.compile(r"(?:const\s*)?(?:&&?\s*)?(?:->\s*[\w:<>*& ]+)?(?::(?!:)[^;]*?)?\{")


def bodies(text):
    """Each function with a name, and the constants outside of functions as one more."""
    clean = mutation_rules.blanked(text)
    end = 0
    outside = list(clean)
    for name in re.finditer(r"([\w:~]*\w)\s*\(", clean):
        if name.start() < end or name[1] in WORDS:
            continue
        after = closing(clean, name.end() - 1) + 1
        opened = DEFINITION.match(clean, after + len(clean[after:]) - len(clean[after:].lstrip()))
        if opened is None:
            continue
        start, end = opened.end() - 1, closing(clean, opened.end() - 1)
        outside[start:end] = " " * (end - start)
        yield Body(name[1], clean, start, end, text)
    yield Body("constants", "".join(outside), 0, len(clean), text)


def arguments(text, source, opened):
    """(start, end) of each argument of the call whose bracket opens at `opened`."""
    close = closing(text, opened)
    start, depth, found = opened + 1, 0, []
    for i in range(opened + 1, close + 1):
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text[i], 0)
        if (text[i] == "," and depth == 0) or i == close:
            part = source[start:i]
            begin = start + len(part) - len(part.lstrip())
            found.append((begin, start + len(part.rstrip())))
            start = i + 1
    return found


def argument_order(body):
    """Two neighbours of a call or of an initialiser change places."""
    for opened in body.matches(r"(?<=[\w>\])= ])[({](?=[^)}])"):
        found = arguments(body.text, body.source, opened.start())
        for (a, b), (c, d) in zip(found, found[1:]):
            first, second = body.source[a:b], body.source[c:d]
            if first != second and ";" not in first + second:
                yield a, d, f"{second}, {first}"


def statement(body):
    """A call, an assignment or a return that is all of a statement is left out."""
    for found in body.matches(r"(?<=[;{})])\s*((?:[\w.>:()*\[\]-]+(?: = |\())[^;{}]*;|return;)"):
        if not re.match(r"(?:static|const|auto|using|return [^;]|throw)\b", found[1]):
            yield found.start(1), found.end(1), ";"


def number(body):
    for found in body.matches(r"(?<![\w.])(\d+)(?![\w.])"):
        value = int(found[1])
        yield found.start(), found.end(), str(value + 1)
        if value > 1:
            yield found.start(), found.end(), "0"


def names(text):
    """NVIDIA's enumerators, by the longest beginning that they have in common."""
    words = set(re.findall(r"\bCU[A-Z]*_\w+", text))
    for header in ("cublaslt_api.h", "cudnn_api.h"):
        with open(os.path.join(ROOT, "kernels/cuda", header), encoding="utf-8") as file:
            words |= set(re.findall(r"\b(CU[A-Z]*_\w+) = ", file.read()))
    return sorted(words)


def enumerator(body):
    """Another of NVIDIA's names: those that are the most alike."""
    known = names(body.text)
    for found in body.matches(r"\bCU[A-Z]*_\w+"):
        others = sorted((-len(os.path.commonprefix([found[0], other])), other) for other in known
                        if other != found[0])
        best = others[0][0]
        for alike, other in others:
            if alike == best and best <= -8:
                yield found.start(), found.end(), other


def member(body):
    """Another member of the same object, of those that the file names."""
    objects = {}
    for found in re.finditer(r"\b(\w+(?:->|\.))(\w+)\b(?!\()", body.text):
        objects.setdefault(re.sub(r"->|\.", "", found[1]), set()).add(found[2])
    for found in body.matches(r"\b(\w+)(?:->|\.)(\w+)\b(?!\()"):
        for other in sorted(objects.get(found[1], set()) - {found[2]}):
            yield found.start(2), found.end(2), other


def choice(body):
    """c ? a : b, the other way round."""
    for found in body.matches(r"\? ([^?:;,(){}]+(?:\([^()]*\))?) : ([^?:;,(){}]+(?:\([^()]*\))?)"):
        first, second = (body.source[found.start(i):found.end(i)] for i in (1, 2))
        yield found.start(1), found.end(2), f"{second} : {first}"


def truth(body):
    for found in body.matches(r"\b(?:true|false)\b"):
        yield found.start(), found.end(), "false" if found[0] == "true" else "true"
    for found in body.matches(r"(?<=[( ])!(?=[\w(])"):
        yield found.start(), found.end(), ""


RULES = [argument_order, statement, number, enumerator, member, choice, truth,
         mutation_rules.operand, mutation_rules.condition, mutation_rules.loop_bound,
         mutation_rules.index]


def mutants_of(path, text, seed=1):
    """{function: its mutants, in the order in which they are to be tried}."""
    result = {}
    for body in bodies(text):
        kinds = []
        for rule in RULES:
            if body.name == "constants" and rule not in (number, enumerator):
                continue
            found = [Mutant(path, body.name, rule.__name__, text.count("\n", 0, start) + 1, start,
                            end, text[start:end].strip(), after)
                     for start, end, after in rule(body)]
            random.Random(f"{seed} {path} {body.name} {rule.__name__}").shuffle(found)
            if found:
                kinds.append(found)
        order = result.setdefault(body.name, [])
        while kinds:  # in turns
            order += [kind.pop() for kind in kinds]
            kinds = [kind for kind in kinds if kind]
    return {name: order for name, order in result.items() if order}
