"""One failure does not cost the other pictures; memory stays that of one."""
from harness import case

# A black PNG that is large once decoded, and not interlaced: PATH SIDE.
LARGE_PNG = """
import struct, sys, zlib
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
side = int(sys.argv[2])
pack = zlib.compressobj(1)
rows = b"".join(pack.compress(bytes(1 + 3 * side)) for _ in range(side)) + pack.flush()
with open(sys.argv[1], "wb") as file:
    file.write(b"\\x89PNG\\r\\n\\x1a\\n")
    file.write(chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)))
    file.write(chunk(b"IDAT", rows) + chunk(b"IEND", b""))
"""

# Prints the greatest resident memory of a command in MiB.
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def script(t, name, text):
    with open(t.path(name), "w", encoding="utf-8") as file:
        file.write(text)


@case("A11", "a bad argument among good ones")
def bad_argument(t):
    for bad in ("$IN/folders/empty", "missing.jpg", "$IN/folders/only_heic"):
        found = t.exits(f"storyteller caption $IN/scene.jpg {bad} $IN/scene.png", 3)
        t.equal(len(found.lines), 2, found)
        t.equal(len(found.err.splitlines()), 1, found)


@case("A11", "JSON has a line for each picture, also for one that failed")
def json_lines(t):
    found = t.exits("storyteller caption --json $IN/scene.jpg missing.jpg $IN/scene.png", 3)
    t.equal(["caption" in line for line in found.json], [True, False, True], found)
    t.equal(found.json[1]["image"], "missing.jpg")
    t.claim("no such file" in found.json[1]["error"], "the cause is missing", found)


@case("A18", "JSON carries the warnings")
def warnings(t):
    found = t.ok("storyteller caption --json $IN/jpeg/cut10.jpg $IN/scene.jpg")
    t.equal(len(found.json[0]["warnings"]), 1, found)
    t.claim("cut10.jpg" not in found.json[0]["warnings"][0], "the name is there twice", found)
    t.equal("warnings" in found.json[1], False, found)


@case("A10", "memory does not grow with the pictures of a batch")
def memory_of_a_batch(t):
    script(t, "large.py", LARGE_PNG)
    script(t, "peak.py", PEAK)
    t.ok("python3 large.py 1.png 5000; for i in $(seq 2 16); do ln 1.png $i.png; done")
    small = t.ok("python3 peak.py storyteller caption --threads 1 $IN/folders/forty")
    all_of_them = t.ok("python3 peak.py storyteller caption --threads 1 *.png", seconds=120)
    t.claim(int(all_of_them.out) < int(small.out) + 150, f"{small.out} -> {all_of_them.out} MiB")


@case("A10", "sixteen pictures of 63 megapixels in 700 MB of addresses", slow=True)
def sixteen_pictures(t):
    found = t.ok("ulimit -v 700000; storyteller caption --threads 1 $IN/big/sixteen_png", seconds=300)
    t.equal(len(found.lines), 16, found)


@case("A10", "memory does not grow with the page")
def memory_of_a_page(t):
    script(t, "peak.py", PEAK)
    few = t.ok("python3 peak.py storyteller caption --beam 1 --report p.html $IN/folders/forty")
    many = t.ok("mkdir in; for i in $(seq 4); do for f in $IN/folders/forty/*; do "
                "ln -s $f in/$i$(basename $f); done; done; "
                "python3 peak.py storyteller caption --beam 1 --report p.html in", seconds=120)
    t.claim(int(many.out) < int(few.out) + 40, f"{few.out} -> {many.out} MiB", many)


@case("A10", "a picture that memory does not suffice for is named, the others are captioned")
def memory_of_one_picture(t):
    script(t, "large.py", LARGE_PNG.replace("0, 0, 0)))", "0, 0, 1)))"))  # said to be interlaced
    t.ok("python3 large.py large.png 7900")
    for limit in ("700000", "600000"):
        found = t.sh(f"ulimit -v {limit}; storyteller caption --threads 1 $IN/scene.jpg large.png $IN/scene.png")
        t.equal(len([line for line in found.lines if "scene" in line]), 2, found)
