"""Reads what nvcc says of a file of kernels: the lines of `ptxas -v`, the accesses in the PTX, and
the promises that stand above the kernels in the source.

A promise is a comment before the template line of a kernel, words separated by commas:

    // compiled: no stack, 16-byte loads, 16-byte stores

    no stack                no spills, no local arrays, in every instantiation
    16-byte loads, stores   in every vector instantiation (template parameter W > 1, or kVector)
    only 16-byte accesses   every access of a vector instantiation to global memory moves 16 bytes
"""
import re
import subprocess

PROMISES = ("no stack", "16-byte loads", "16-byte stores", "only 16-byte accesses")

KERNEL = re.compile(r"__global__\s+void\s+(?:__launch_bounds__\((?:[^()]|\([^()]*\))*\)\s*)?(\w+)\s*\(")
COMPILING = re.compile(r"Compiling entry function '(\S+)' for '(sm_\w+)'")
PROPERTIES = re.compile(r"Function properties for (\S+)")
STACK = re.compile(r"(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads")
USED = re.compile(r"Used (\d+) registers(?:.*?, (\d+) bytes smem)?")
ENTRY = re.compile(r"\.entry\s+(\w+)\s*\(")
ACCESS = re.compile(r"^\s*(?:@!?%p\d+\s+)?(ld|st)((?:\.[\w:]+)+)\s", re.M)
COPY = re.compile(r"\bcp\.async\.c[ag]\.shared\.global\S*\s+\[[^\]]*\],\s*\[[^\]]*\],\s*(\d+)")


def kernels_of(source):
    """{kernel: (template parameters, promises)} of the text of a source."""
    found = {}
    for match in KERNEL.finditer(source):
        parameters, promises = "", []
        for line in reversed(source[:match.start()].rstrip("\n").split("\n")):
            if line.startswith("template <"):
                parameters = line[len("template <"):].rstrip(">")
            elif line.startswith("// compiled:"):
                promises = [word.strip() for word in line.split(":", 1)[1].split(",")]
            elif not line.startswith("//"):
                break
        names = [part.split()[-1] for part in parameters.split(",") if part.strip()]
        found[match[1]] = (names, promises)
    return found


def resources(text):
    """What ptxas says: {(mangled name, arch): {registers, shared, stack, spill_stores, spill_loads}}.

    Functions that are not kernels have properties of their own; only kernels are `entry` functions.
    """
    found, arch, kernel, function = {}, None, None, None
    for line in text.splitlines():
        if match := COMPILING.search(line):
            kernel, arch = match.groups()
            found[kernel, arch] = {}
        elif match := PROPERTIES.search(line):
            function = match[1]
        elif match := STACK.search(line):
            if function == kernel:
                names = ("stack", "spill_stores", "spill_loads")
                found[kernel, arch].update(zip(names, map(int, match.groups())))
        elif (match := USED.search(line)) and kernel is not None:
            found[kernel, arch].update(registers=int(match[1]), shared=int(match[2] or 0))
    return found


def access_bytes(qualifiers):
    """How many bytes `.global.nc.v4.f32` moves; None where it is no access to global memory."""
    words = qualifiers.strip(".").split(".")
    if "global" not in words:
        return None
    lanes = next((int(word[1:]) for word in words if re.fullmatch(r"v[248]", word)), 1)
    return lanes * int(re.search(r"\d+$", words[-1])[0]) // 8


def accesses(ptx):
    """{mangled name: {"loads": {bytes: count}, "stores": {bytes: count}}} of the kernels of a PTX."""
    found = {}
    parts = ENTRY.split(ptx)
    for name, body in zip(parts[1::2], parts[2::2]):
        counts = {"loads": {}, "stores": {}}
        for kind, qualifiers in ACCESS.findall(body):
            width = access_bytes(qualifiers)
            if width:
                of_kind = counts["loads" if kind == "ld" else "stores"]
                of_kind[width] = of_kind.get(width, 0) + 1
        for width in map(int, COPY.findall(body)):
            counts["loads"][width] = counts["loads"].get(width, 0) + 1
        found[name] = counts
    return found


def demangled(names):
    """{mangled: storyteller's own name with template arguments, "lstm_cell_forward_kernel<float, 4>"}."""
    names = sorted(names)
    if not names:
        return {}
    text = subprocess.run(["c++filt"], input="\n".join(names), stdout=subprocess.PIPE, check=True,
                          text=True).stdout
    return dict(zip(names, map(short_name, text.splitlines())))


def short_name(name):
    name = name.replace("(anonymous namespace)::", "").replace("storyteller::", "")
    name = re.sub(r"^void ", "", name)
    if name.endswith(")"):  # the arguments: back to the bracket that opens the last one
        depth = 0
        for position in range(len(name) - 1, -1, -1):
            depth += {")": 1, "(": -1}.get(name[position], 0)
            if depth == 0:
                return name[:position]
    return name


def template_arguments(name):
    """Those of "x_kernel<float, (Score)1, 4>" as text, in order."""
    if "<" not in name:
        return []
    parts, depth = [""], 0
    for letter in name[name.index("<") + 1:name.rindex(">")]:
        depth += {"<": 1, ">": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def is_vector(name, parameters):
    """Whether this instantiation is the one with 16-byte accesses."""
    values = dict(zip(parameters, template_arguments(name)))
    return int(values.get("W", 1)) > 1 or values.get("kVector") == "true"


def broken_promises(row, promises):
    """Why a row of the report breaks what its kernel promises; texts."""
    problems = []
    local = {name: row[name] for name in ("stack", "spill_stores", "spill_loads") if row[name]}
    if "no stack" in promises and local:
        problems.append(", ".join(f"{count} bytes {name.replace('_', ' ')}"
                                  for name, count in local.items()))
    if row["vector"]:
        for kind in ("loads", "stores"):
            if f"16-byte {kind}" in promises and not row[kind].get(16):
                problems.append(f"no 16-byte {kind}")
        narrow = sorted({*row["loads"], *row["stores"]} - {16})
        if "only 16-byte accesses" in promises and narrow:
            problems.append(f"accesses of {', '.join(map(str, narrow))} bytes")
    return problems
