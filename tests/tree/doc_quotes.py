#!/usr/bin/env python3
"""Holds the code shown in the documentation equal to the code.

    doc_quotes.py            prints what has drifted; exit status 1
    doc_quotes.py --update   writes the code's present lines into the documents

A comment before a fenced block says what the block shows, e.g.

    <!-- quote kernels/gemm.h | /// c = op(a) | }; -->

the lines from the first that begins with the first text (indentation aside) to the next that begins
with the second; further texts go on from there in the same way. `}` and `};` stand for a whole line
that is not indented; a last text that ends in `},` is the end of a row of a table.
"""
import glob
import os
import re
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
BLOCK = re.compile(r"<!-- quote (?P<path>\S+) \| (?P<marks>.+?) -->\n```cpp\n(?P<code>.*?)```\n", re.S)


def matches(line, mark):
    return line.rstrip() == mark if mark in ("}", "};") else line.strip().startswith(mark)


def quoted(root, path, marks):
    """The lines of `path` from the first mark to the last; raises ValueError when one is missing."""
    with open(os.path.join(root, path), encoding="utf-8") as file:
        lines = file.read().splitlines(keepends=True)
    begin = position = None
    for mark in marks:
        start = 0 if position is None else position + 1
        position = next((i for i in range(start, len(lines)) if matches(lines[i], mark)), None)
        if position is None:
            raise ValueError(f"{path} has no line that begins with '{mark}'")
        begin = position if begin is None else begin
    # A mark at the start of a statement takes the rest of it along; a row of a table ends where it
    # says that it does.
    ends = (";", "}", "*/") if not marks[-1].endswith("},") else (";", "}", "*/", "},")
    while not lines[position].rstrip().endswith(ends):
        position += 1
    # A function template begins with its template line.
    if begin > 0 and lines[begin - 1].startswith("template <"):
        begin -= 1
    return "".join(lines[begin:position + 1])


def refreshed(root, text, problems, document):
    def replace(found):
        try:
            code = quoted(root, found["path"], [m.strip() for m in found["marks"].split(" | ")])
        except (OSError, ValueError) as error:
            problems.append(f"{document}: {error}")
            return found[0]
        if code != found["code"]:
            problems.append(f"{document}: the lines of {found['path']} have changed")
        return found[0].replace("```cpp\n" + found["code"] + "```", "```cpp\n" + code + "```")
    return BLOCK.sub(replace, text)


def main():
    update = sys.argv[1:] == ["--update"]
    problems = []
    documents = glob.glob(os.path.join(ROOT, "*.md")) + glob.glob(
        os.path.join(ROOT, "docs", "**", "*.md"), recursive=True)
    for document in sorted(documents):
        with open(document, encoding="utf-8") as file:
            text = file.read()
        new = refreshed(ROOT, text, problems, os.path.relpath(document, ROOT))
        if update and new != text:
            with open(document, "w", encoding="utf-8") as file:
                file.write(new)
    if update:
        return 0
    print("\n".join(problems + ["Refresh with: tests/tree/doc_quotes.py --update"])
          if problems else "every quoted line is the code's own")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
