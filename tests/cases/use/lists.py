"""Lists of names on standard input."""
from harness import case

BALL = "ball in the air"


def captions(t, script, count, **options):
    """The names that `script` gives captions of, `count` of them."""
    found = t.ok(script, **options)
    t.equal(len(found.lines), count, found)
    for line in found.lines:
        t.claim(BALL in line, "not what the picture shows", found)
    return [line.split("\t")[0] for line in found.lines]


@case("A3", "names separated by NUL are as many pictures")
def names_separated_by_nul(t):
    captions(t, "find $IN -maxdepth 1 -name 'scene.*' -print0 | storyteller caption -", 2)
    captions(t, "storyteller caption - < $IN/lists/nul.txt", 2)
    captions(t, "printf '%s\\0' $IN/scene.jpg | storyteller caption --null -", 1)
    t.ok('cp $IN/scene.jpg "$(printf \'a\\nb.jpg\')"; mkdir "$(printf \'c\\nd\')"; '
         'cp $IN/scene.png c*/')
    found = t.ok("find . -name '*.jpg' -print0 -o -name '*.png' -print0 | storyteller caption --json -")
    t.equal(sorted(line["image"] for line in found.json), ["./a\nb.jpg", "./c\nd/scene.png"], found)


@case("A3", "a NUL byte inside a line is an error")
def nul_inside_a_line(t):
    found = t.exits("(echo $IN/scene.jpg; sleep 1; printf 'a\\0b\\n'; echo $IN/scene.png) | "
                    "storyteller caption -", 3, "NUL byte.*--null")
    t.equal(len(found.lines), 2, found)


@case("A13", "lists as people's programs write them")
def lists_as_programs_write_them(t):
    for name, count in [("plain", 2), ("bom", 2), ("crlf", 2), ("cr_only", 2), ("utf16", 2),
                        ("quoted", 2), ("spaces", 2), ("url", 1), ("json_lines", 1), ("folder", 3)]:
        names = captions(t, f"storyteller caption - < $IN/lists/{name}.txt", count)
        t.equal(names[-1].startswith(t.inputs), True, names)
    t.equal(t.ok("storyteller caption - < $IN/lists/blank_only.txt").out, "")
    t.equal(t.ok("storyteller caption - < /dev/null").out, "")


@case("A13", "comments are told, missing pictures are errors")
def comments(t):
    t.says(t.ok("storyteller caption - < $IN/lists/comment.txt"), "1 comment: # my pictures")
    t.exits("(echo '#1.jpg'; echo $IN/scene.jpg) | storyteller caption -", 3, "#1.jpg: no such file")


@case("A13", "a name is what it is before it is anything else")
def names_come_first(t):
    t.ok("cp $IN/scene.jpg '\"a\"'; cp $IN/scene.jpg ' b '; cp $IN/scene.jpg '# c'; "
         "cp $IN/scene.jpg 'd e.jpg'; cp $IN/scene.jpg \"$(printf 'Icon\\r')\"")
    names = captions(t, "printf '\"a\"\\n b \\n# c\\nd\\\\ e.jpg\\nIcon\\r\\nfile://%s/d%%20e.jpg\\n' "
                        "$PWD | storyteller caption -", 6)
    t.equal(names[:5], ['"a"', " b ", "# c", "d e.jpg", "Icon\\x0d"])


@case("A13", "what find lists is captioned once, though it names the folder, too")
def lists_of_find(t):
    t.ok("mkdir -p f/g; cp $IN/scene.jpg f/a.jpg; cp $IN/scene.jpg f/g/b.jpg; ln -s a.jpg f/l.jpg")
    every = ["f/a.jpg", "f/g/b.jpg", "f/l.jpg"]
    for script in ("find f | storyteller caption -", "find f/ -print0 | storyteller caption -",
                   "find f | storyteller caption --recursive -", "printf 'f\\nf/g\\n./f//\\n' | storyteller caption -"):
        found = t.ok(script)
        t.equal(sorted(line.split("\t")[0].replace("//", "/").replace("./", "") for line in found.lines),
                every, found)
        t.says(found, "standard input: [234] pictures, such as .*, named again .*captioned once")
    t.equal(len(captions(t, "cd f; find . | storyteller caption -", 3)), 3)
    # What is named twice without a folder, or on the command line, is asked for twice.
    captions(t, "printf 'f/a.jpg\\nf/a.jpg\\n' | storyteller caption -", 2)
    captions(t, "storyteller caption f f/a.jpg", 3)


@case("A13", "other forms of names")
def other_forms(t):
    t.ok("mkdir f g; cp $IN/scene.jpg f; cp $IN/scene.jpg g; cp $IN/scene.jpg '\u00fc b.jpg'")
    captions(t, "printf 'f/\\r\\ng\\n%s  \\n%s\\t\\r\\n' $IN/scene.jpg $IN/scene.png | storyteller caption -", 4)
    captions(t, "printf 'file://%s/%%C3%%BC%%20b.jpg\\nfile:%s/f/scene.jpg\\nfile://localhost%s/g\\n' "
                "$PWD $PWD $PWD | storyteller caption -", 3)
    t.exits("gzip -c $IN/lists/plain.txt | storyteller caption -", 3, "a gzip file, neither a list")
    t.exits("cp f/scene.jpg x.jpg; echo '~/x.jpg' | HOME=$PWD storyteller caption -", 3, "did you mean .*/x.jpg")


@case("A13", "a folder in a list, a link in a list, an endless line")
def odd_lines(t):
    t.exits("(echo $IN/folders/empty; echo $IN/scene.jpg) | storyteller caption -", 3,
            "no JPEG or PNG files there")
    t.exits("head -c 300000 /dev/zero | tr '\\0' x | storyteller caption -", 3, "a line of more than")


@case("A14", "standard input that is a picture, or no list at all")
def no_list(t):
    for picture in ("scene.jpg", "scene.png"):
        captions(t, f"storyteller caption - < $IN/{picture}", 1)
        captions(t, f"cat $IN/{picture} | storyteller caption - ", 1)
    one = t.ok("storyteller caption --json - < $IN/scene.jpg").json
    t.equal(one[0]["image"], "stdin")
    t.near(one[0]["log_probability"],
           t.ok("storyteller caption --json $IN/scene.jpg").json[0]["log_probability"], 1e-6)
    found = t.exits("storyteller caption - < $IN/folders", 5, "is a folder")
    t.equal(found.out, "")
    t.exits("storyteller caption - <&-", 5, "standard input: .*closed")
    t.exits("storyteller caption - < $IN/other/heic.jpg", 3, "standard input: a HEIC picture")
    found = t.exits("head -c 100000 $STORYTELLER_MODEL | tail -c 50000 | storyteller caption -", 3)
    t.equal(len(found.err.splitlines()), 1, found)
    t.exits("cat $IN/lists/plain.txt | storyteller caption", 2, "- for a list of names")
    t.exits("storyteller caption - - < $IN/lists/plain.txt", 2, "once")


@case("A14", "a closed stream is not taken for the next file that is opened")
def closed_streams(t):
    t.exits("storyteller caption --report p.html $IN/scene.jpg >&-", 5, "standard output")
    t.claim(not t.sh("grep -q 'playing' p.html && ! grep -q DOCTYPE p.html").code == 0, "no page")


@case("A14", "on a terminal one line says what is awaited")
def terminal(t):
    found = t.ok("printf '%s\\n\\004' $IN/scene.jpg | script -qec 'storyteller caption -' /dev/null")
    t.claim("Ctrl-D" in found.out and BALL in found.out, "nothing said", found)


@case("A15", "a name is captioned as soon as it is read")
def as_it_comes(t):
    found = t.ok("(echo $IN/scene.jpg; sleep 3; echo $IN/scene.png) | storyteller caption - | "
                 "while read -r line; do date +%s%N; done")
    first, second = (int(line) / 1e9 for line in found.lines)
    t.claim(second - first > 1.5, "both came at once", found)


@case("A15", "half a line waits for its other half, and a closed reader ends the list")
def slow_writers(t):
    captions(t, "(printf '%s' $IN/sce; sleep 1; echo ne.jpg; sleep 1; printf '%s' $IN/scene.png) | "
                "storyteller caption -", 2)
    found = t.ok("for i in $(seq 400); do echo $IN/scene.jpg; done | "
                 "(storyteller caption -; echo $? > code) | head -1; cat code", seconds=40)
    t.equal(found.lines[1:], ["141"], found)
