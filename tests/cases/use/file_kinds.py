"""Files of other kinds: what they are, and the command that helps."""
from harness import case

# name in other/: what it is, what helps
KINDS = {
    "heic.jpg": ("HEIC", "heif-convert"), "hevc.heic": ("HEIC", "heif-convert"),
    "msf1.heif": ("HEIC", "heif-convert"), "mif1.jpg": ("HEIC", "heif-convert"),
    "avif.jpg": ("AVIF", "heif-convert"), "avis.avif": ("AVIF", "heif-convert"),
    "canon.cr3": ("raw picture", "darktable-cli"), "canon.cr2": ("raw picture", "darktable-cli"),
    "fuji.raf": ("raw picture", "darktable-cli"), "olympus.orf": ("raw picture", "darktable-cli"),
    "panasonic.rw2": ("raw picture", "darktable-cli"),
    "film.mp4": ("a film", "ffmpeg"), "live_photo.mov": ("a film", "ffmpeg"),
    "film.avi": ("a film", "ffmpeg"), "film.webm": ("a film", "ffmpeg"),
    "sound.wav": ("sound", "give a .jpg or .png"),
    "jxl_code.jxl": ("JPEG XL", "djxl"), "jxl_box.jxl": ("JPEG XL", "djxl"),
    "jp2.jp2": ("JPEG 2000", "magick"), "j2k.j2k": ("JPEG 2000", "magick"),
    "icon.ico": ("icon", "magick"), "photoshop.psd": ("Photoshop", "magick"),
    "gimp.xcf": ("GIMP", "magick"), "bigtiff.tif": ("BigTIFF", "magick"),
    "pixmap.ppm": ("Netpbm", "magick"), "pixmap_text.ppm": ("Netpbm", "magick"),
    "float.exr": ("OpenEXR", "magick"), "radiance.hdr": ("Radiance", "magick"),
    "scan.dcm": ("DICOM", "magick"), "svg_bom.svg": ("SVG", "rsvg-convert"),
    "array.npy": ("NumPy", ""), "archive.zip": ("ZIP", "unzip"), "archive.gz": ("gzip", "gunzip"),
    "program": ("a program", ""), "apple_double.jpg": ("companion file of macOS", "lacks the '._'"),
    "bm_text.jpg": ("but text", ""), "text_utf16.jpg": ("UTF-16", ""), "latin1.jpg": ("but text", ""),
    "page_xhtml.jpg": ("a web page", "download failed"),
    "error_json.jpg": ("server's error message", "download failed"),
    "error_xml.jpg": ("server's error message", "download failed"),
    "lfs_pointer.jpg": ("Git LFS", "git lfs pull"), "annex_pointer.jpg": ("git-annex", "git annex get"),
    "base64.jpg": ("base64", "base64 -d"), "shortcut.jpg": ("shortcut", "curl"),
    "real.gif": ("GIF", "magick"), "real.bmp": ("BMP", "magick"), "real.tiff": ("TIFF", "magick"),
    "real.webp": ("WebP", "dwebp"),
}


@case("A19", "what a file is and what helps, one line each")
def kinds(t):
    found = t.exits("storyteller caption $IN/other/*", 3)
    lines = found.err.splitlines()
    for name, (what, helps) in KINDS.items():
        line = next((line for line in lines if f"/{name}: " in line), "")
        t.claim(what in line and helps in line, f"{name}: {what!r}, {helps!r} are not in {line!r}", found)
    t.does_not_say(found, "unknown content")


@case("A19", "kinds of JPEG and PNG that are not read are no damage")
def unsupported(t):
    t.exits("storyteller caption $IN/jpeg/twelve_bit.jpg", 3, "12 bits.*gdal_translate")
    t.exits("storyteller caption $IN/jpeg/lossless.jpg", 3, "a lossless JPEG.*ffmpeg")
    t.exits("storyteller caption $IN/jpeg/jpeg_ls.jpg", 3, "a JPEG-LS picture.*ffmpeg")
    found = t.exits("storyteller caption $IN/png/cgbi.png", 3, "Apple.*pngcrush")
    t.does_not_say(found, "copy it again")


@case("A19", "a picture behind other bytes, or spoilt by a transfer as text")
def spoilt(t):
    t.exits("storyteller caption $IN/png/crlf_damaged.png", 3, "damaged by a transfer as text")
    for name in ("jpeg/leading_newline.jpg", "jpeg/leading_http_header.jpg", "jpeg/multipart.jpg",
                 "png/leading_newline.png"):
        t.ok(f"cp $IN/{name} .")
        base = name.split("/")[1]
        found = t.exits(f"storyteller caption {base}", 3, "behind other bytes.*tail -c")
        command = found.err.strip().split("cut them off: ")[1]
        t.ok(command)  # it says what it does
        t.ok(f"storyteller caption {command.split('> ')[1]}")


@case("A19", "the command that is named works as it stands")
def commands(t):
    t.ok("mkdir 'my pictures' && cp $IN/other/base64.jpg 'my pictures/a b.jpg'")
    found = t.exits("storyteller caption 'my pictures/a b.jpg'", 3, "base64 -d")
    command = found.err.strip().split("decode it: ")[1]
    t.ok(command + " && test -s 'my pictures/a b-converted.jpg'")
