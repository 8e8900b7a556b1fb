"""What a mutation run found, as JSON and as a page."""
import json
import os
import re

# The first that the output of a test holds is what noticed the mutant.
CAUSES = [("stub library", r"stub library: "), ("race", r"_kernel: race|: race:"), ("never written", r"never written"),
          ("out of bounds", r"out of bounds|buffer-overflow|use.after.free"),
          ("wrong pointer", r"null pointer|host's memory|access to .* address"),
          ("divergence", r"divergence|mask|warp operation"),
          ("undefined behaviour", r"runtime error"),
          ("CUDA error", r"cudaError"),
          ("wrong value", r"Failure")]
VARIANTS = ("memcheck", "asan", "plain")


def cause(output):
    """In a few words, how the tests of a mutant failed."""
    return next((name for name, pattern in CAUSES if re.search(pattern, output)), "crash")


def judged(records):
    return [record for record in records if record["verdict"] in ("killed", "survived")]


def share(part, whole):
    return f"{part} of {whole} ({100 * part / whole:.1f} %)" if whole else "none"


def summary(records, variants=VARIANTS):
    real = judged(records)
    first = sum(bool(record.get(variants[0])) for record in real)
    killed = sum(record["verdict"] == "killed" for record in real)
    together = (f", all variants together {share(killed, len(real))}" if len(variants) > 1 else "")
    return f"{len(real)} mutants: {variants[0]} notices {share(first, len(real))}{together}"


def table(heading, groups, variants):
    """One line for each group of records."""
    lines = [f"| {heading} | mutants | {variants[0]} | any variant |", "|---|---:|---:|---:|"]
    for name, records in groups:
        killed = sum(record["verdict"] == "killed" for record in records)
        first = sum(bool(record.get(variants[0])) for record in records)
        lines.append(f"| {name} | {len(records)} | {first} | {killed} |")
    return lines


def grouped(records, key):
    groups = {}
    for record in records:
        groups.setdefault(key(record), []).append(record)
    return sorted(groups.items())


def page(records, variants):
    real = judged(records)
    lines = ["# Mutation run", "", summary(records, variants) + ".", ""]
    lines += table("file", grouped(real, lambda record: f"`{record['path']}`"), variants) + [""]
    lines += table("rule", grouped(real, lambda record: record["rule"].replace("_", " ")),
                   variants) + [""]
    lines += [f"| noticed in {variants[0]} by | mutants |", "|---|---:|"]
    noticed = grouped([r for r in real if r.get(variants[0])], lambda record: record[variants[0]])
    lines += [f"| {how} | {len(group)} |" for how, group in noticed] + [""]
    if len(variants) > 1:
        lines += ["| noticed only by | mutants |", "|---|---:|"]
    for variant in variants[1:]:
        only = [r for r in real if r.get(variant) and
                not any(r.get(other) for other in variants[:variants.index(variant)])]
        lines.append(f"| {variant} | {len(only)} |")
    lines += ["", "## Survivors", ""]
    for record in (r for r in real if r["verdict"] == "survived"):
        lines.append(f"- `{record['path']}:{record['line']}` in `{record['function']}`: "
                     f"{record['rule'].replace('_', ' ')}, `{record['before']}` -> "
                     f"`{record['after'].strip()}`")
    equivalent = [r for r in records if r["verdict"] == "equivalent"]
    if equivalent:
        lines += ["", "## Equivalent to the original", ""]
    lines += [f"- `{r['path']}:{r['line']}`: {r['rule'].replace('_', ' ')}: {r['reason']}"
              for r in equivalent]
    return "\n".join(lines) + "\n"


def write(folder, records, paths, variants):
    records = sorted(records, key=lambda record: (record["path"], record["start"],
                                                  record["after"]))
    with open(os.path.join(folder, "mutation.json"), "w", encoding="utf-8") as file:
        json.dump({"sources": paths, "summary": summary(records, variants), "mutants": records}, file,
                  indent=1)
    with open(os.path.join(folder, "mutation.md"), "w", encoding="utf-8") as file:
        file.write(page(records, variants))
