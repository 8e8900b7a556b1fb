#!/usr/bin/env python3
"""Draws the pictures that tests/apps/*.sh need and no camera took.

    draw.py FOLDER      page.png (a page of text), blank.png
"""
import functools
import os
import random
import struct
import sys
import zlib


def write_png(path, width, height, pixel):
    """pixel(x, y) -> (r, g, b)"""
    rows = b"".join(b"\0" + b"".join(bytes(pixel(x, y)) for x in range(width)) for y in range(height))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
                   chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


@functools.lru_cache(maxsize=None)
def page(x, y):
    """Lines of words: dark strokes with gaps."""
    line, row = divmod(y - 20, 14)
    stroke = random.Random(line * 1000 + x // 3).random() < 0.7
    word = random.Random(line * 77 + x // 31).random() < 0.85
    inside = 24 < x < 296 and 20 <= y < 220 and 2 <= row < 9
    return (30, 30, 30) if inside and stroke and word and x % 3 else (255, 255, 255)


@functools.lru_cache(maxsize=None)
def hills(x, y):
    """A sky over a green field."""
    edge = 110 + 30 * ((x // 40) % 3) - x % 40 // 2
    grain = random.Random(x * 1009 + y).randrange(24)
    if y < edge:
        return (90 + y // 3 + grain // 4, 140 + y // 4, 220 - y // 8)
    return (40 + grain, 110 + grain * 2 - y // 8, 35 + grain // 2)


def main():
    folder = sys.argv[1]
    for name, pixel in (("page", page), ("blank", lambda x, y: (128, 128, 128))):
        write_png(os.path.join(folder, name + ".png"), 320, 240, pixel)


if __name__ == "__main__":
    main()
