"""Pictures stored lying on their side: captioned upright, however the file says so."""
from harness import case

JPEGS = ("long6 long6_big_endian byte6 slong6 sshort6 second_block6 broken_first_block6 xmp6 "
         "big_endian6").split()
PNGS = "exif_chunk_header6 exif_chunk_after6 raw_profile6 xmp6".split()


def all_as_the_first(t, names):
    """Captions are the same to the last digit; returns the first."""
    found = t.ok("storyteller caption --json " + " ".join(f"$IN/exif/{name}" for name in names))
    first = found.json[0]
    for name, line in zip(names, found.json):
        t.equal((line["caption"], line["log_probability"]),
                (first["caption"], first["log_probability"]), name)
    return first


@case("A6", "a JPEG's orientation of any type, in any block, or in XMP")
def of_a_jpeg(t):
    upright = all_as_the_first(t, ["short6.jpg"] + [f"{name}.jpg" for name in JPEGS])
    lying = t.ok("storyteller caption --json $IN/exif/plain_sideways.jpg").json[0]
    t.claim(lying["log_probability"] != upright["log_probability"], "the test must be able to fail")


@case("A6", "a PNG's orientation in every place where programs write it")
def of_a_png(t):
    all_as_the_first(t, ["exif_chunk6.png"] + [f"{name}.png" for name in PNGS])


@case("A6", "an orientation that is none is upright")
def that_is_none(t):
    all_as_the_first(t, ["short1.jpg", "zero.jpg", "nine.jpg"])
