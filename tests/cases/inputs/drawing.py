"""Where the inputs of data sets go, and the small pictures and captions that all of them share."""
import os
import random
import struct
import sys
import zlib

OUT = sys.argv[1]


def path(*parts):
    p = os.path.join(OUT, *parts)
    os.makedirs(os.path.dirname(p), exist_ok=True)
    return p


def write(name, data, encoding="utf-8"):
    with open(path(name), "wb") as f:
        f.write(data if isinstance(data, bytes) else data.encode(encoding))


def png(seed, side=32):
    r = random.Random(seed)
    back, front = [bytes(r.randrange(256) for _ in range(3)) for _ in range(2)]
    x0, y0, w = r.randrange(side // 2), r.randrange(side // 2), side // 3
    rows = b""
    for y in range(side):
        rows += b"\0" + b"".join(
            front if x0 <= x < x0 + w and y0 <= y < y0 + w else back for x in range(side))

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


CAPTIONS = ["A dog runs across the grass .", "Two children play with a red ball .",
            "A man in a blue shirt climbs a rock .", "A black and white dog jumps over a bar .",
            "A woman rides a bicycle , smiling .", "A boy is sitting on a swing .",
            "Three people stand in front of a building .", "A brown dog carries a stick ."]


def cap(i):
    return CAPTIONS[i % len(CAPTIONS)]


def pictures(folder, names):
    for i, name in enumerate(names):
        write(f"{folder}/{name}", png(f"{i}"))


NAMES = [f"p{i:02d}.jpg" for i in range(40)]
