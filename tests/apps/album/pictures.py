#!/usr/bin/env python3
"""Pictures for tests of the album, with keywords and times in their files.

    pictures.py FOLDER          a.jpg, b.jpg, c.jpg, copy.jpg (a's bytes), small.jpg (a, encoded
                                anew at 60 % of its size), broken.jpg (no picture)
    pictures.py FOLDER COUNT    COUNT small different pictures, 0000.jpg on
"""
import io
import os
import random
import struct
import sys

try:
    from PIL import Image, ImageDraw, ImageFilter
except ImportError:  # a Python of one's own may stand before the system's
    SYSTEM = "/usr/bin/python3"
    if os.path.exists(SYSTEM) and os.path.realpath(sys.executable) != os.path.realpath(SYSTEM):
        os.execv(SYSTEM, [SYSTEM] + sys.argv)
    print("skipped: python3-pil is not installed", file=sys.stderr)
    sys.exit(77)


def scene(seed, width=320, height=240):
    """A picture like no other."""
    draws = random.Random(seed)
    color = lambda: tuple(draws.randrange(256) for _ in range(3))
    image = Image.new("RGB", (width, height), color())
    pen = ImageDraw.Draw(image)
    for _ in range(12):
        x, y = draws.randrange(width), draws.randrange(height)
        w, h = draws.randrange(20, 160), draws.randrange(20, 120)
        draws.choice([pen.ellipse, pen.rectangle])([x - w // 2, y - h // 2, x + w // 2, y + h // 2],
                                                   fill=color())
    return image.filter(ImageFilter.GaussianBlur(1))


def exif(time):
    """An EXIF block that says when a picture was taken."""
    text = time.encode() + b"\0"
    entry = lambda tag, kind, count, value: struct.pack("<HHII", tag, kind, count, value)
    return (b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + entry(0x8769, 4, 1, 26)
            + struct.pack("<I", 0) + struct.pack("<H", 1) + entry(0x9003, 2, len(text), 44)
            + struct.pack("<I", 0) + text)


def xmp(keywords):
    items = "".join(f"<rdf:li>{word}</rdf:li>" for word in keywords)
    return ('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-'
            'rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject></rdf:Description></rdf:RDF>"
            "</x:xmpmeta>").encode()


def jpeg(image, keywords=(), time=None, quality=90):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    segments = b""
    for header, block in [(b"Exif\0\0", time and exif(time)),
                          (b"http://ns.adobe.com/xap/1.0/\0", keywords and xmp(keywords))]:
        if block:
            segments += b"\xff\xe1" + struct.pack(">H", len(header + block) + 2) + header + block
    return out.getvalue()[:2] + segments + out.getvalue()[2:]


def write(folder, name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    if len(sys.argv) > 2:
        for i in range(int(sys.argv[2])):
            write(folder, f"{i:04}.jpg", jpeg(scene(i, 64, 48)))
        return
    a = jpeg(scene(1), ["dog", "beach"], "2019:05:03 10:20:30")
    write(folder, "a.jpg", a)
    write(folder, "copy.jpg", a)
    write(folder, "small.jpg", jpeg(scene(1).resize((192, 144)), quality=60))
    write(folder, "b.jpg", jpeg(scene(2), ["dog", "snow"], "2021:12:24 18:00:00"))
    write(folder, "c.jpg", jpeg(scene(3), ["bicycle"]))
    write(folder, "broken.jpg", b"this is no picture")


if __name__ == "__main__":
    main()
