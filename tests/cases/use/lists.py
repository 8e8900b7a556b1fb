"""Lists of names on standard input."""
from harness import case


@case("A3", "names separated by NUL are as many pictures")
def names_separated_by_nul(t):
    found = t.ok("find $IN -maxdepth 1 -name 'scene.*' -print0 | storyteller caption -")
    t.equal(len(found.lines), 2, found)
