"""Colour profiles."""
from harness import case


def captions(t, *names):
    return [line["caption"] for line in
            t.ok("storyteller caption --json " + " ".join(f"$IN/{name}" for name in names)).json]


@case("A24", "a profile of RGB primaries is honoured, in JPEG and PNG")
def honoured(t):
    plain, from_png, from_jpeg, wide = captions(
        t, "scene.png", "colour/icc_channels_rotated.png", "colour/icc_channels_rotated.jpg",
        "colour/icc_wide_gamut.png")
    t.equal(from_png, plain)
    t.equal(from_jpeg, plain)
    t.claim("red" in wide, wide)


@case("A24", "a damaged profile changes nothing")
def damaged(t):
    lines = t.ok("storyteller caption --json $IN/scene.jpg $IN/jpeg/icc_broken.jpg "
                 "$IN/scene.png $IN/png/bad_iccp.png").json
    t.equal(lines[1]["log_probability"], lines[0]["log_probability"])
    t.equal(lines[3]["log_probability"], lines[2]["log_probability"])


# Puts the profile of one JPEG into another: FROM TO OUT.
TRANSPLANT = """
import sys
source, picture = (open(name, "rb").read() for name in sys.argv[1:3])
begin = source.index(b"ICC_PROFILE") - 4
length = 2 + int.from_bytes(source[begin + 2:begin + 4], "big")
open(sys.argv[3], "wb").write(picture[:2] + source[begin:begin + length] + picture[2:])
"""


@case("A24", "a profile of RGB in a gray or CMYK picture says nothing")
def profile_of_another_kind(t):
    with open(t.path("transplant.py"), "w", encoding="utf-8") as file:
        file.write(TRANSPLANT)
    for name in ("gray.jpg", "cmyk_adobe.jpg", "cmyk_no_adobe.jpg"):
        lines = t.ok(f"python3 transplant.py $IN/colour/icc_channels_rotated.jpg $IN/colour/{name} x.jpg; "
                     f"storyteller caption --json $IN/colour/{name} x.jpg").json
        t.equal(lines[1]["log_probability"], lines[0]["log_probability"], lines)
