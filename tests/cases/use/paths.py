"""Names of pictures as people type them."""
from harness import case


@case("A20", "a name that is not there is explained")
def explained(t):
    for typed, pattern in {
            "'*.gif'": r"\*.gif: no file matches this pattern",
            "'~/a.jpg'": r"~/a.jpg: .*outside of quotes",
            "https://example.org/a.jpg": "nothing is downloaded; fetch it first: curl",
            "file://$IN/scene.jpg": "did you mean /.*/scene.jpg",
            "''": "an empty name",
            "$IN/scene.JPG": "did you mean /.*/scene.jpg",
            "$IN/scene.jpeg": "did you mean /.*/scene.jpg",
            "$IN/sceen.jpg": "did you mean /.*/scene.jpg",
            '"$IN/scene.jpg,$IN/scene.png"': "by blanks, not commas",
            '"$IN/scene.jpg "': "did you mean /.*/scene.jpg",
            "$IN/nowhere/scene.jpg": "/nowhere is not there",
    }.items():
        found = t.exits(f"storyteller caption {typed}", 3, pattern)
        t.equal(len(found.err.splitlines()), 1, found)
    t.exits("cd $IN && storyteller caption '*.jpg'", 3, r"write it without quotes: 1 file matches")


@case("A20", "a link without its file is named as that")
def links(t):
    t.ok("ln -s gone.jpg a.jpg; ln -s ../.git/annex/objects/1/2/SHA256E-s9--0.jpg b.jpg; ln -s c.jpg c.jpg")
    t.exits("storyteller caption a.jpg", 3, "a link to gone.jpg, which is not there")
    t.exits("storyteller caption b.jpg", 3, "git annex get b.jpg")
    t.exits("storyteller caption c.jpg", 3, "a link that leads back to itself")
