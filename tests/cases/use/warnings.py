"""Warnings about pictures: true, and in the JSON as well."""
from harness import case


def caption(t, *names):
    """{name: JSON line} and how it ended; every picture must have a caption."""
    found = t.ok("storyteller caption --json " + " ".join(f"$IN/{name}" for name in names))
    t.equal(len(found.lines), len(names), found)
    return dict(zip(names, found.json)), found


def same(t, lines, whole):
    for name, line in lines.items():
        t.equal(line["log_probability"], lines[whole]["log_probability"], name)


@case("A17", "where nothing but the end marker is missing, nothing is missing")
def end_marker(t):
    for kind, names in {
            "jpeg/trailing_data.jpg": ["jpeg/no_end_marker.jpg"],
            "colour/progressive.jpg": ["jpeg/progressive_no_end_marker.jpg"],
            "scene.png": ["png/no_iend.png"]}.items():
        lines, found = caption(t, kind, *names)
        same(t, lines, kind)
        t.does_not_say(found, "warning")


@case("A17", "what is missing is said as it is: a share that is gray, or detail")
def missing_part(t):
    _, found = caption(t, "jpeg/cut50.jpg")
    t.says(found, r"cut50.jpg: .*its lower [45]\d % is gray")
    _, found = caption(t, "jpeg/progressive_cut60.jpg")
    t.says(found, r"only a coarse version of the picture arrived")
    t.does_not_say(found, "gray")


@case("A17", "a wrong checksum in a PNG costs no pixel")
def checksums(t):
    lines, found = caption(t, "scene.png", "png/bad_crc_idat_only.png", "png/bad_adler.png",
                           "png/bad_crc_idat_first.png", "png/bad_crc_idat_last.png")
    same(t, lines, "scene.png")
    t.equal(found.err.count("a checksum of the PNG is wrong: it was decoded all the same"), 3, found)
    t.does_not_say(found, "gray")
    t.exits("storyteller caption $IN/png/bad_crc_ihdr.png", 3, "IHDR: CRC error")


@case("A17", "zeros at a file's end are not taken for a picture")
def zeros(t):
    _, found = caption(t, "jpeg/zeros_tail.jpg")
    t.says(found, r"its lower \d+ % is gray")


@case("A18", "the JSON tells what was not seen")
def not_seen(t):
    wanted = {
        "jpeg/cut10.jpg": r"lower 9\d % is gray", "jpeg/taller_than_data.jpg": r"lower \d+ % is gray",
        "png/fully_transparent.png": "transparent all over",
        "png/rgba_white_logo.png": "laid over black",
        "sizes/white.png": r"one colour all over \(white\)",
        "sizes/black.png": r"one colour all over \(black\)",
        "sizes/1x1.png": "1x1 pixels are few", "sizes/65535x1.png": "thin as a line",
        "sizes/10x30000.jpg": "thin as a line", "png/gray12in16.png": "one colour all over"}
    lines, found = caption(t, *wanted)
    for name, pattern in wanted.items():
        t.says(found, f"{name}: .*{pattern}")
        warnings = lines[name].get("warnings", [])
        t.claim(warnings, f"{name}: no warnings in the JSON", found)
        t.claim(all(name not in warning for warning in warnings), "the name stands there already", found)
    clean = t.ok("storyteller caption --json $IN/scene.jpg")
    t.claim(not clean.json[0].get("warnings"), "nothing is wrong with it", clean)
    t.equal(clean.err, "", clean)
