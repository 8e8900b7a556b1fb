#!/usr/bin/env python3
"""Writes pictures, names, lists and models as people have them: make_use.py FOLDER [--big]

Deterministic, drawn from nothing but arithmetic; needs Pillow. --big also writes the large
photographs (about 40 MB on disk, more memory to make).
"""
import os
import struct
import zlib

from PIL import Image

from formats import *  # noqa: F403  the vocabulary of this page

# --- orientation ---------------------------------------------------------------------------------
INVERSE = {1: None, 2: Image.FLIP_LEFT_RIGHT, 3: Image.ROTATE_180, 4: Image.FLIP_TOP_BOTTOM,
           5: Image.TRANSPOSE, 6: Image.ROTATE_90, 7: Image.TRANSVERSE, 8: Image.ROTATE_270}
turned = {o: BASE if t is None else BASE.transpose(t) for o, t in INVERSE.items()}
for o in range(1, 9):
    write(f"exif/short{o}.jpg", after_soi(jpeg(turned[o]), exif(tiff(o))))
SIDE = jpeg(turned[6])
write("exif/plain_sideways.jpg", SIDE)
write("exif/big_endian6.jpg", after_soi(SIDE, exif(tiff(6, order=">"))))
write("exif/long6.jpg", after_soi(SIDE, exif(tiff(6, 4))))
write("exif/long6_big_endian.jpg", after_soi(SIDE, exif(tiff(6, 4, ">"))))
write("exif/slong6.jpg", after_soi(SIDE, exif(tiff(6, 9))))
write("exif/sshort6.jpg", after_soi(SIDE, exif(tiff(6, 8))))
write("exif/byte6.jpg", after_soi(SIDE, exif(tiff(6, 1))))
write("exif/zero.jpg", after_soi(J, exif(tiff(0))))
write("exif/nine.jpg", after_soi(J, exif(tiff(9))))
write("exif/second_block6.jpg", after_soi(SIDE, exif(b"II*\0\x08\0\0\0\0\0\0\0\0\0"), exif(tiff(6))))
write("exif/broken_first_block6.jpg", after_soi(SIDE, exif(b"garbage here"), exif(tiff(6))))
XMP = (b'http://ns.adobe.com/xap/1.0/\0<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
       b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
       b'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>')
write("exif/xmp6.jpg", after_soi(SIDE, segment(0xE1, XMP)))
SIDEP = png(turned[6])
parts = chunks_of(SIDEP)


def with_chunk(before, kind, data):
    out = SIG
    for k, d in parts:
        if k == before:
            out += chunk(kind, data)
        out += chunk(k, d)
    return out


write("exif/exif_chunk6.png", with_chunk(b"IDAT", b"eXIf", tiff(6)))
write("exif/exif_chunk_after6.png", with_chunk(b"IEND", b"eXIf", tiff(6)))
write("exif/exif_chunk_header6.png", with_chunk(b"IDAT", b"eXIf", b"Exif\0\0" + tiff(6)))
hexed = (b"Exif\0\0" + tiff(6)).hex().encode()
profile = b"\nexif\n%8d\n" % (len(hexed) // 2) + b"\n".join(hexed[i:i + 72] for i in range(0, len(hexed), 72)) + b"\n"
write("exif/raw_profile6.png", with_chunk(b"IDAT", b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(profile)))
write("exif/xmp6.png", with_chunk(b"IDAT", b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP[29:]))

# --- colours -------------------------------------------------------------------------------------
cmyk = BASE.convert("CMYK")
write("colour/cmyk_adobe.jpg", jpeg(cmyk, quality=95))
plain = jpeg(cmyk, quality=95)
i = plain.find(b"\xff\xee")
n = struct.unpack(">H", plain[i + 2:i + 4])[0]
# Without the Adobe segment the inks are as they are: Pillow's writer inverts them, so invert first.
inv = Image.merge("CMYK", [c.point(lambda v: 255 - v) for c in cmyk.split()])
plain = jpeg(inv, quality=95)
i = plain.find(b"\xff\xee")
n = struct.unpack(">H", plain[i + 2:i + 4])[0]
write("colour/cmyk_no_adobe.jpg", plain[:i] + plain[i + 2 + n:])
write("colour/gray.jpg", jpeg(BASE.convert("L")))
for name, sub in (("444", 0), ("422", 1), ("420", 2)):
    write(f"colour/sampling{name}.jpg", jpeg(BASE, subsampling=sub))
write("colour/progressive.jpg", jpeg(BASE, progressive=True))
write("colour/rgb_stored.jpg", jpeg(BASE, keep_rgb=True) if Image.__version__ >= "10" else J)
try:
    from PIL import ImageCms
    import numpy  # noqa: F401
except Exception:
    pass


def icc_matrix(columns, name=b"test"):
    """A small v2 matrix/TRC display profile with gamma 2.2; columns are the XYZ of red, green, blue."""
    def xyz(v):
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(a * 65536)) for a in v)
    desc = b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name + b"\0" + b"\0" * 78
    curv = b"curv\0\0\0\0" + struct.pack(">IH", 1, int(2.2 * 256)) + b"\0\0"
    text = b"text\0\0\0\0public domain\0\0\0"
    tags = [(b"desc", desc), (b"cprt", text), (b"wtpt", xyz((0.9642, 1.0, 0.8249)))]
    tags += [(k, xyz(c)) for k, c in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns)]
    tags += [(k, curv) for k in (b"rTRC", b"gTRC", b"bTRC")]
    head = 128 + 4 + 12 * len(tags)
    table, body = b"", b""
    for k, d in tags:
        d += b"\0" * (-len(d) % 4)
        table += k + struct.pack(">II", head + len(body), len(d))
        body += d
    size = head + len(body)
    header = (struct.pack(">I", size) + b"\0\0\0\0" + b"\x02\x10\0\0" + b"mntrRGB XYZ " + b"\0" * 12 + b"acsp"
              + b"\0" * 28 + struct.pack(">iii", round(.9642 * 65536), 65536, round(.8249 * 65536)) + b"\0" * 48)
    return header[:128] + struct.pack(">I", len(tags)) + table + body


SRGB = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))
swapped = icc_matrix((SRGB[2], SRGB[0], SRGB[1]), b"channels rotated")
r, g, b = BASE.split()
# Stored so that the profile (first channel is blue, second red, third green) shows the scene.
write("colour/icc_channels_rotated.jpg", jpeg(Image.merge("RGB", (b, r, g)), icc_profile=swapped, subsampling=0, quality=95))
write("colour/icc_channels_rotated.png", png(Image.merge("RGB", (b, r, g)), icc_profile=swapped))
WIDE = ((0.7977, 0.2880, 0.0), (0.1352, 0.7119, 0.0), (0.0313, 0.0001, 0.8249))
write("colour/icc_wide_gamut.png", png(BASE, icc_profile=icc_matrix(WIDE, b"wide")))

# --- kinds of PNG --------------------------------------------------------------------------------
flat = BASE.tobytes()
W, H = BASE.size
rows8 = b"".join(b"\0" + flat[y * W * 3:(y + 1) * W * 3] for y in range(H))
gray = BASE.convert("L").tobytes()
write("png/sixteen.png", raw_png(W, H, 16, 2, b"".join(b"\0" + bytes(v for p in flat[y * W * 3:(y + 1) * W * 3] for v in (p, p)) for y in range(H))))
write("png/gray16.png", raw_png(W, H, 16, 0, b"".join(b"\0" + bytes(v for p in gray[y * W:(y + 1) * W] for v in (p, 0)) for y in range(H))))
# 12 bits of a scientific camera in 16: almost black to every viewer, the picture is there.
write("png/gray12in16.png", raw_png(W, H, 16, 0, b"".join(b"\0" + b"".join(struct.pack(">H", p * 16) for p in gray[y * W:(y + 1) * W]) for y in range(H))))
write("png/palette_alpha.png", png(BASE.quantize(32), transparency=bytes([0] + [255] * 31)))
write("png/gray_alpha.png", png(BASE.convert("LA")))
write("png/rgba_white_logo.png", png(Image.merge("RGBA", (*Image.new("RGB", (W, H), "white").split(), BASE.convert("L").point(lambda v: 255 if v < 110 else 0)))))
write("png/one_bit.png", png(BASE.convert("1")))
write("png/two_bit.png", png(BASE.convert("L").quantize(4)))
write("png/fully_transparent.png", png(Image.merge("RGBA", (*BASE.split(), Image.new("L", BASE.size, 0)))))


def chunky(extra_before=b"", extra_after=b"", idat=None):
    return raw_png(W, H, 8, 2, rows8, extra_before, 0, idat) if not extra_after else None


write("png/bad_iccp.png", chunky(chunk(b"iCCP", b"x\0\0" + zlib.compress(b"no profile"))))
write("png/bad_crc_text.png", chunky(chunk(b"tEXt", b"Comment\0hi", crc=1)))
z = zlib.compress(rows8)
write("png/bad_crc_idat_last.png", chunky(idat=chunk(b"IDAT", z[:20000]) + chunk(b"IDAT", z[20000:], crc=7)))
write("png/bad_crc_idat_first.png", chunky(idat=chunk(b"IDAT", z[:2000], crc=7) + chunk(b"IDAT", z[2000:])))
write("png/bad_crc_idat_only.png", chunky(idat=chunk(b"IDAT", z, crc=7)))
write("png/bad_adler.png", chunky(idat=chunk(b"IDAT", z[:-4] + b"\0\0\0\1")))
write("png/bad_crc_ihdr.png", P[:29] + b"\0\0\0\0" + P[33:])
write("png/no_iend.png", P[:-12])
write("png/trailing_garbage.png", P + b"some bytes after the end" * 10)
write("png/gama_1.png", chunky(chunk(b"gAMA", struct.pack(">I", 100000))))
frames = [BASE, BASE.transpose(Image.FLIP_LEFT_RIGHT)]
write("png/animated.png", png(frames[0], save_all=True, append_images=frames[1:]))
# Apple's iOS build step: a CgBI chunk first, raw deflate, BGR.
raw = zlib.compressobj(9, zlib.DEFLATED, -15)
bgr = b"".join(b"\0" + b"".join(bytes((flat[(y * W + x) * 3 + 2], flat[(y * W + x) * 3 + 1], flat[(y * W + x) * 3])) for x in range(W)) for y in range(H))
write("png/cgbi.png", SIG + chunk(b"CgBI", b"\x50\0\x20\x02") + chunk(b"IHDR", struct.pack(">IIBBBBB", W, H, 8, 2, 0, 0, 0))
      + chunk(b"IDAT", raw.compress(bgr) + raw.flush()) + chunk(b"IEND", b""))
write("png/crlf_damaged.png", P.replace(b"\r\n", b"\n"))
write("png/leading_newline.png", b"\n" + P)
write("png/zero_width.png", SIG + chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 10, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b""))
write("png/huge_text.png", chunky(chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"x" * (40 << 20)))))

# --- kinds of JPEG, broken and odd ---------------------------------------------------------------
for share in (1, 10, 30, 50, 90, 99):
    write(f"jpeg/cut{share:02}.jpg", J[:len(J) * share // 100])
PR = jpeg(BASE, progressive=True)
for share in (10, 30, 60, 90):
    write(f"jpeg/progressive_cut{share}.jpg", PR[:len(PR) * share // 100])
write("jpeg/no_end_marker.jpg", J[:-2])
write("jpeg/progressive_no_end_marker.jpg", PR[:-2])
write("jpeg/garbage_before_end.jpg", J[:-2] + b"\0" * 16 + J[-2:])
write("jpeg/trailing_data.jpg", J + b"SEFT" * 100)
write("jpeg/two_pictures_mpo.jpg", after_soi(J, segment(0xE2, b"MPF\0" + b"II*\0\x08\0\0\0\0\0" + b"\0" * 20)) + SIDE)
write("jpeg/leading_newline.jpg", b"\n" + J)
write("jpeg/leading_http_header.jpg", b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n" + J)
write("jpeg/multipart.jpg", b"--frame\r\nContent-Type: image/jpeg\r\n\r\n" + J)
i = J.find(b"\xff\xc0")
write("jpeg/twelve_bit.jpg", J[:i] + b"\xff\xc1" + J[i + 2:i + 4] + b"\x0c" + J[i + 5:])
write("jpeg/lossless.jpg", J[:i] + b"\xff\xc3" + J[i + 2:])
write("jpeg/jpeg_ls.jpg", J[:i] + b"\xff\xf7" + J[i + 2:])
write("jpeg/zero_height.jpg", J[:i + 5] + b"\0\0" + J[i + 7:])
write("jpeg/taller_than_data.jpg", J[:i + 5] + struct.pack(">H", 3000) + J[i + 7:])
write("jpeg/padded_markers.jpg", J[:2] + b"\xff\xff\xff" + J[2:])
write("jpeg/zeros_tail.jpg", J[:len(J) // 2] + b"\0" * (len(J) - len(J) // 2))
write("jpeg/all_zeros.jpg", b"\0" * 5000)
write("jpeg/soi_only.jpg", b"\xff\xd8\xff")
write("jpeg/tables_only.jpg", J[:i] + b"\xff\xd9")
write("jpeg/empty.jpg", b"")
two = jpeg(BASE.convert("L"))
write("jpeg/big_comment.jpg", after_soi(J, *[segment(0xFE, b"c" * 65000) for _ in range(40)]))
damaged = bytearray(J)
for k in range(len(J) // 2, len(J) // 2 + 40):
    damaged[k] ^= 0x55
write("jpeg/bits_flipped.jpg", bytes(damaged).replace(b"\xff\xd9\xff", b"\xff\x00\xff"))

# --- other kinds under a picture's name ----------------------------------------------------------
ftyp = lambda brand, more=b"": struct.pack(">I", 16 + len(more)) + b"ftyp" + brand + b"\0\0\0\0" + more + b"\0" * 400
other = {
    "heic.jpg": ftyp(b"heic", b"mif1heic"), "hevc.heic": ftyp(b"hevc"), "msf1.heif": ftyp(b"msf1"),
    "mif1.jpg": ftyp(b"mif1"), "avif.jpg": ftyp(b"avif"), "avis.avif": ftyp(b"avis"),
    "canon.cr3": ftyp(b"crx "), "film.mp4": ftyp(b"isom"), "live_photo.mov": ftyp(b"qt  "),
    "jxl_code.jxl": b"\xff\x0a" + b"\x10" * 300, "jxl_box.jxl": b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0" * 300,
    "jp2.jp2": b"\0\0\0\x0cjP  \r\n\x87\n" + b"\0" * 300, "j2k.j2k": b"\xff\x4f\xff\x51" + b"\0" * 300,
    "icon.ico": b"\0\0\1\0\1\0\x10\x10" + b"\0" * 300, "photoshop.psd": b"8BPS\0\1" + b"\0" * 300,
    "gimp.xcf": b"gimp xcf v011\0" + b"\0" * 300, "canon.cr2": b"II*\0\x10\0\0\0CR\2\0" + b"\0" * 300,
    "bigtiff.tif": b"II+\0\x08\0\0\0" + b"\0" * 300, "fuji.raf": b"FUJIFILMCCD-RAW " + b"\0" * 300,
    "olympus.orf": b"IIRO\x08\0\0\0" + b"\0" * 300, "panasonic.rw2": b"IIU\0\x18\0\0\0" + b"\0" * 300,
    "pixmap.ppm": b"P6\n2 2\n255\n" + b"\x80\x90\xa0" * 4, "pixmap_text.ppm": b"P3\n1 1\n255\n1 2 3\n",
    "float.exr": b"\x76\x2f\x31\x01" + b"\0" * 300, "radiance.hdr": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n\x80\x80\x80\x80",
    "array.npy": b"\x93NUMPY\1\0v\0" + b"{'descr': '|u1'}" + b"\0" * 300, "archive.zip": b"PK\3\4" + b"\0" * 300,
    "archive.gz": b"\x1f\x8b\x08\0" + b"\0" * 300, "scan.dcm": b"\0" * 128 + b"DICM" + b"\0" * 300,
    "film.avi": b"RIFF\0\1\0\0AVI LIST" + b"\0" * 300, "sound.wav": b"RIFF\0\1\0\0WAVEfmt " + b"\0" * 300,
    "film.webm": b"\x1a\x45\xdf\xa3" + b"\0" * 300, "program": b"\x7fELF" + b"\0" * 300,
    "bm_text.jpg": b"BMI tables, a text that begins like a bitmap\n", "svg_bom.svg": b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg'/>",
    "text_utf16.jpg": "Zugriff verweigert\r\n".encode("utf-16"), "latin1.jpg": "Datei gel\u00f6scht, bitte zur\u00fcck\n".encode("latin-1"),
    "page_xhtml.jpg": b"<?xml version='1.0'?>\n<!DOCTYPE html><html><body>Not found</body></html>",
    "error_json.jpg": b'{"error": "Forbidden", "code": 403}\n',
    "error_xml.jpg": b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>\n",
    "lfs_pointer.jpg": b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 123456\n",
    "annex_pointer.jpg": b"/annex/objects/SHA256E-s123--" + b"0" * 64 + b".jpg\n",
    "base64.jpg": b"data:image/jpeg;base64,/9j/4AAQSkZJRg==\n", "shortcut.jpg": b"[InternetShortcut]\r\nURL=http://example.org/a.jpg\r\n",
    "apple_double.jpg": b"\0\5\x16\7\0\2\0\0Mac OS X        " + b"\0" * 300,
}
for name, data in other.items():
    write("other/" + name, data)
for fmt in ("GIF", "BMP", "TIFF", "WEBP"):
    b_ = io.BytesIO()
    try:
        BASE.save(b_, fmt)
        write("other/real." + fmt.lower(), b_.getvalue())
    except Exception:
        pass

# --- names ---------------------------------------------------------------------------------------
for name in ("two words.jpg", "[2019] beach.jpg", "[a,b].jpg", "[brackets]", "-dash.jpg", "--json", "~tilde.jpg", "#hash.jpg", "a=b.jpg",
             "\u00fcml\u00e4ut.jpg", "u\u0308.jpg", "\U0001F436.jpg", "\u202eevil.jpg", "quote\"s'.jpg", "back\\slash.jpg", "tab\there.jpg",
             "new\nline.jpg", "return\r.jpg", "esc\x1b[31mred.jpg", " lead.jpg", "trail.jpg ", "%s%n.jpg", "$HOME.jpg", "*.jpg", "semi;colon.jpg",
             "no_ending", "UPPER.JPG", "comma,name.jpg"):
    write(b"names/" + os.fsencode(name), J)
write(b"names/bad\xff\xfeutf8.jpg", J)
write(b"names/bad\xfd\xfcutf8.jpg", SIDE)
write(b"names/" + b"l" * 251 + b".jpg", J)
write(b"names/" + b"m" * 240 + b".jpg", J)
write(b"names_bracket/[holiday]/a.jpg", J)

# --- folders -------------------------------------------------------------------------------------
write("folders/nested/top.jpg", J)
for d in ("a", "b/c"):
    write(f"folders/nested/{d}/deep.jpg", J)
write("folders/only_nested/2019/a.jpg", J)
write("folders/endings/a.jpg", J)
for e in ("jfif", "JPG", "jpe", "jfi", "jif", "pjpeg", "apng", "mpo", "pjp"):
    write(f"folders/endings/x_{e}.{e}", P if e == "apng" else J)
write("folders/phone/IMG_1.jpg", J)
for k in range(3):
    write(f"folders/phone/IMG_{k + 2}.HEIC", other["heic.jpg"])
    write(f"folders/phone/IMG_{k + 5}.webp", b"RIFF\0\1\0\0WEBPVP8 " + b"\0" * 300)
write("folders/only_heic/IMG_1.HEIC", other["heic.jpg"])
write("folders/apple/pic.jpg", J)
write("folders/apple/._pic.jpg", other["apple_double.jpg"])
write("folders/apple/.hidden.jpg", J)
write("folders/apple/__MACOSX/._pic.jpg", other["apple_double.jpg"])
for k in range(8):
    write(f"folders/all_bad/{k}.jpg", other["heic.jpg"])
os.makedirs(path("folders/empty/x")[:-1], exist_ok=True)
for name, to in (("dangling.jpg", b"nowhere.jpg"), ("loop.jpg", b"loop.jpg")):
    write("folders/links/good.jpg", J)
    if not os.path.lexists(path("folders/links/" + name)):
        os.symlink(to, path("folders/links/" + name))
write("folders/one_dangling/good.jpg", J)
if not os.path.lexists(path("folders/one_dangling/z.jpg")):
    os.symlink(b"gone.jpg", path("folders/one_dangling/z.jpg"))
write("folders/pipe/good.jpg", J)
if not os.path.lexists(path("folders/pipe/a.jpg")):
    os.mkfifo(path("folders/pipe/a.jpg"))
for k in range(40):
    write(f"folders/forty/{k:02}.jpg", J)
write("folders/numbers/2.jpg", J)
write("folders/numbers/10.jpg", J)
write("folders/same_stem/dog.jpg", J)
write("folders/same_stem/dog.png", SIDEP)
write("folders/overwrite/dog.png", P)

# --- lists on standard input ---------------------------------------------------------------------
a, b2 = os.fsencode(os.path.join(OUT, "scene.jpg")), os.fsencode(os.path.join(OUT, "scene.png"))
write("lists/plain.txt", a + b"\n" + b2 + b"\n")
write("lists/bom.txt", b"\xef\xbb\xbf" + a + b"\n" + b2 + b"\n")
write("lists/utf16.txt", (a + b"\r\n" + b2 + b"\r\n").decode().encode("utf-16"))
write("lists/nul.txt", a + b"\0" + b2 + b"\0")
write("lists/crlf.txt", a + b"\r\n" + b2 + b"\r\n")
write("lists/quoted.txt", b'"' + a + b'"\n' + b"'" + b2 + b"'\n")
write("lists/spaces.txt", a + b" \n\t" + b2 + b"\n")
write("lists/comment.txt", b"# my pictures\n" + a + b"\n")
write("lists/url.txt", b"file://" + a + b"\n")
write("lists/folder.txt", os.fsencode(os.path.join(OUT, "folders", "numbers")) + b"\n" + a + b"\n")
write("lists/cr_only.txt", a + b"\r" + b2 + b"\r")
write("lists/json_lines.txt", b'{"image": "' + a + b'"}\n')
write("lists/blank_only.txt", b"\n\n   \n")

# --- sizes ---------------------------------------------------------------------------------------
for w, h in ((1, 1), (1, 600), (600, 1), (2, 2), (30000, 10), (10, 30000)):
    write(f"sizes/{w}x{h}.png", png(scene(64, 48).resize((w, h))))
    write(f"sizes/{w}x{h}.jpg", jpeg(scene(64, 48).resize((w, h))))
write("sizes/65535x1.png", png(Image.new("RGB", (65535, 1), (9, 99, 200))))
write("sizes/65500x1.jpg", jpeg(Image.new("RGB", (65500, 1), (9, 99, 200))))
write("sizes/70000x1.png", png(Image.new("RGB", (70000, 1), (9, 99, 200))))
for colour in ("black", "white", "gray"):
    write(f"sizes/{colour}.png", png(Image.new("RGB", (320, 240), colour)))
if BIG:
    Image.MAX_IMAGE_PIXELS = None
    for name, (w, h) in {"phone108mp": (12000, 9000), "phone200mp": (16320, 12240), "panorama": (16384, 8192), "under64mp": (9238, 6928)}.items():
        write(f"big/{name}.jpg", jpeg(BASE.resize((w, h), Image.NEAREST), quality=60))
    one = png(Image.new("RGB", (9000, 7000), (30, 120, 60)))
    for k in range(16):
        write(f"big/sixteen_png/{k:02}.png", one)

# --- models --------------------------------------------------------------------------------------
write("models/text.storyteller", b"this is not a model\n")
write("models/empty.storyteller", b"")
write("models/lfs_pointer.storyteller", other["lfs_pointer.jpg"])
write("models/page.storyteller", b"<!DOCTYPE html><html><body>Sign in</body></html>")
write("models/zip.storyteller", other["archive.zip"])
write("models/gz.storyteller", other["archive.gz"])
write("models/picture.storyteller", J)
write("models/config.json", b'{"model_type": "blip"}\n')
write("models/huge_header.storyteller", struct.pack("<Q", 1 << 62) + b"{}" + b"\0" * 100)
write("models/header_nested.storyteller", struct.pack("<Q", 200000) + b"[" * 200000)
write("models/folder/best.storyteller", b"placeholder, replace by a model\n")

# --- trailers after a missing end marker (Samsung's panoramas), stray markers ----------------------
film = b"\0\0\0\x18ftypmp42\0\0\0\0" + bytes((i * 73 + 11) % 256 for i in range(20000))
write("jpeg/trailer_no_end.jpg", J[:-2] + film)
write("jpeg/progressive_trailer_no_end.jpg", PR[:-2] + film)
write("jpeg/trailer_sof_no_end.jpg", J[:-2] + b"\xff\xcf\x00\x20" + b"x" * 60)
write("jpeg/progressive_trailer_sof_no_end.jpg", PR[:-2] + b"\xff\xcf\x00\x20" + b"x" * 60)
write("jpeg/trailer_many_scans_no_end.jpg", J[:-2] + b"\xff\xda\x00\x03z" * 150)
write("jpeg/app_length_wrong.jpg", J[:4] + struct.pack(">H", 14) + J[6:])
write("jpeg/truncated_exif.jpg", after_soi(SIDE, exif(tiff(6))[:20] + b"\0" * 16))
write("jpeg/exif_count_many.jpg", after_soi(SIDE, exif(tiff(6, 3, count=1, first=[struct.pack("<HHI", 0x010F, 2, 4) + b"ACM\0"] * 40))))
write("jpeg/icc_broken.jpg", after_soi(J, segment(0xE2, b"ICC_PROFILE\0\x02\x05" + b"junk" * 9)))
write("jpeg/adobe_transform_zero.jpg", after_soi(J, segment(0xEE, b"Adobe\0\x64\0\0\0\0\0")))
write("jpeg/restart_broken.jpg", J.replace(b"\xff\xda", b"\xff\xdd\x00\x04\x00\x05\xff\xda", 1))
