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
