"""Bytes of JPEG, PNG, EXIF and TIFF, written by hand, and the one scene that they show."""
import io
import os
import struct
import sys
import zlib

from PIL import Image, ImageDraw

OUT = sys.argv[1]
BIG = "--big" in sys.argv[2:]


def path(name):
    full = os.path.join(os.fsencode(OUT), name if isinstance(name, bytes) else os.fsencode(name))
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def write(name, data):
    with open(path(name), "wb") as f:
        f.write(data)
    return data


def scene(w=400, h=300):
    """A lawn, a sky, a brown animal with a red ball: no two edges of it are alike."""
    im = Image.new("RGB", (w, h))
    px = im.load()
    for y in range(h):
        for x in range(w):
            n = (x * 7919 + y * 104729) % 23
            if y < h * 0.4:
                px[x, y] = (110 + n, 160 + n, 235 - y * 60 // h)
            else:
                px[x, y] = (50 + n, 120 + n * 2 + y * 40 // h, 40 + n)
    d = ImageDraw.Draw(im)
    s = w / 400
    d.ellipse([120 * s, 130 * s, 260 * s, 200 * s], fill=(120, 75, 40))
    d.ellipse([235 * s, 95 * s, 295 * s, 150 * s], fill=(130, 82, 45))
    for x in (140, 165, 215, 240):
        d.rectangle([x * s, 190 * s, (x + 12) * s, 245 * s], fill=(110, 68, 36))
    d.ellipse([300 * s, 200 * s, 340 * s, 240 * s], fill=(200, 30, 30))
    d.rectangle([10 * s, 40 * s, 60 * s, 150 * s], fill=(90, 60, 30))
    return im


def jpeg(im, **kw):
    b = io.BytesIO()
    kw.setdefault("quality", 90)
    im.save(b, "JPEG", **kw)
    return b.getvalue()


def png(im, **kw):
    b = io.BytesIO()
    im.save(b, "PNG", **kw)
    return b.getvalue()


def segment(marker, payload):
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(payload) + 2) + payload


def after_soi(data, *segments):
    return data[:2] + b"".join(segments) + data[2:]


def tiff(value, type_=3, order="<", tag=0x0112, count=1, first=()):
    """A TIFF header with IFD0: the entries of `first`, then the orientation."""
    mark = b"II" if order == "<" else b"MM"
    field = {1: "Bxxx", 3: "Hxx", 4: "I", 8: "hxx", 9: "i"}[type_]
    entries = list(first) + [struct.pack(order + "HHI", tag, type_, count) + struct.pack(order + field, value)]
    return (mark + struct.pack(order + "HI", 42, 8) + struct.pack(order + "H", len(entries))
            + b"".join(entries) + struct.pack(order + "I", 0))


def exif(block):
    return segment(0xE1, b"Exif\0\0" + block)


def chunk(kind, data, crc=None):
    c = zlib.crc32(kind + data) & 0xFFFFFFFF if crc is None else crc
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", c)


SIG = b"\x89PNG\r\n\x1a\n"


def raw_png(w, h, depth, color, rows, extra=b"", interlace=0, idat=None):
    ihdr = chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, color, 0, 0, interlace))
    return SIG + ihdr + extra + (idat if idat is not None else chunk(b"IDAT", zlib.compress(rows))) + chunk(b"IEND", b"")


def chunks_of(data):
    i, out = 8, []
    while i < len(data):
        n = struct.unpack(">I", data[i:i + 4])[0]
        out.append((data[i + 4:i + 8], data[i + 8:i + 8 + n]))
        i += 12 + n
    return out


BASE = scene()
J, P = jpeg(BASE), png(BASE)
write("scene.jpg", J)
write("scene.png", P)
