"""JPEGs that something follows: a film, another picture, garbage; with or without end marker."""
from harness import case


@case("A26", "a trailer without an end marker costs nothing")
def without_end_marker(t):
    for whole, names in {
            "jpeg/trailing_data.jpg": ["trailer_no_end", "trailer_sof_no_end", "trailer_many_scans_no_end"],
            "colour/progressive.jpg": ["progressive_trailer_no_end", "progressive_trailer_sof_no_end"],
    }.items():
        found = t.ok(f"storyteller caption --json $IN/{whole} " +
                     " ".join(f"$IN/jpeg/{name}.jpg" for name in names))
        for name, line in zip([whole] + names, found.json):
            t.equal(line["log_probability"], found.json[0]["log_probability"], name)
        t.equal(found.err, "", found)


@case("A26", "restart markers that are declared and not written")
def declared_restarts(t):
    found = t.ok("storyteller caption --json $IN/jpeg/trailing_data.jpg $IN/jpeg/restart_broken.jpg")
    t.equal(found.json[1]["log_probability"], found.json[0]["log_probability"], found)
