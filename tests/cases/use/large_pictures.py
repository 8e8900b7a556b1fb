"""Large photographs, many at once, and small files that claim to be large."""
import struct
import zlib

from harness import case

HERE = "/usr/bin/time -f '%M KB' "


def peak_kilobytes(found):
    return int(found.err.strip().splitlines()[-1].split()[0])


@case("A9", "photographs of 64, 108 and 200 megapixels", slow=True)
def photographs(t):
    found = t.ok("storyteller caption --json $IN/big/under64mp.jpg $IN/big/phone108mp.jpg "
                 "$IN/big/phone200mp.jpg $IN/big/panorama.jpg", seconds=120)
    t.equal(len(found.lines), 4, found)
    t.equal(len({line["caption"] for line in found.json}), 1, found)  # one scene in four sizes


@case("A9", "a PNG of 100 megapixels is reduced while it is decoded", slow=True)
def large_png(t):
    write_png(t.path("large.png"), 12500, 8000)
    found = t.ok(HERE + "storyteller caption large.png", seconds=120)
    t.claim(peak_kilobytes(found) < 600_000, "memory", found)


@case("A10", "sixteen PNGs of 63 megapixels take the memory of one", slow=True)
def sixteen(t):
    found = t.ok(HERE + "storyteller caption $IN/big/sixteen_png", seconds=300)
    t.equal(len(found.lines), 16, found)
    t.claim(peak_kilobytes(found) < 700_000, "memory", found)


@case("A9", "a small file that claims a huge picture is refused at once")
def bombs(t):
    scene = open(f"{t.inputs}/scene.jpg", "rb").read()
    i = scene.find(b"\xff\xc0")
    huge = scene[:i + 5] + struct.pack(">HH", 65500, 65500) + scene[i + 9:]
    for name, data in {
            "bomb.jpg": huge, "progressive.jpg": huge.replace(b"\xff\xc0", b"\xff\xc2", 1),
            "bomb.png": png(65535, 65535, b""), "many.png": png(16000, 16000, bytes(1000)),
            "empty.png": png(7999, 7999, b""), "empty_interlaced.png": png(7999, 7999, b"", interlaced=1),
            "interlaced.png": png(12000, 9000, b"", interlaced=1)}.items():
        with open(t.path(name), "wb") as file:
            file.write(data)
        found = t.exits(HERE + f"storyteller caption --threads 1 {name}", 3, "pixels|cannot hold|undecodable")
        plain = t.ok(HERE + "storyteller caption --threads 1 $IN/scene.jpg")
        t.claim(peak_kilobytes(found) < peak_kilobytes(plain) + 65_536, "memory", found)
        t.claim(found.seconds < plain.seconds + 0.3, "time", found)


@case("A9", "the message for what is too large names a command")
def too_large(t):
    t.exits("storyteller caption $IN/sizes/70000x1.png", 3, "70000x1 pixels.*magick .*-resize")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, data, interlaced=0):
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, interlaced))
            + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))


def write_png(path, width, height):
    """Left half red, right half blue."""
    row = b"\0" + b"\xff\0\0" * (width // 2) + b"\0\0\xff" * (width - width // 2)
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
                   + chunk(b"IDAT", data) + chunk(b"IEND", b""))
