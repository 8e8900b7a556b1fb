"""Output that can be read back."""
import base64

from harness import case


@case("A16", "control characters of names do not reach lines or terminals")
def control_characters(t):
    t.ok("mkdir in; cp $IN/scene.jpg \"$(printf 'in/new\\nline.jpg')\"; cp $IN/scene.jpg \"$(printf 'in/tab\\there.jpg')\"; "
         "cp $IN/scene.jpg \"$(printf 'in/esc\\033[31m.jpg')\"; cp $IN/scene.jpg \"$(printf 'in/c1\\302\\233.jpg')\"; "
         "cp $IN/scene.jpg 'in/gr\u00fc\u00dfe.jpg'")
    found = t.ok("storyteller caption in/*")
    t.equal(len(found.lines), 5, found)
    t.equal([line.count("\t") for line in found.lines], [1] * 5, found)
    names = {line.split("\t")[0] for line in found.lines}
    t.equal(names, {"in/new\\x0aline.jpg", "in/tab\\x09here.jpg", "in/esc\\x1b[31m.jpg", "in/c1\\xc2\\x9b.jpg",
                    "in/gr\u00fc\u00dfe.jpg"})
    found = t.ok("cd $IN/names && storyteller caption ./* | tr -d '\\n\\t[:print:]\\200-\\377' | wc -c")
    t.equal(found.out.strip(), "0", found)


@case("A16", "JSON names every file, also those whose names are not UTF-8")
def names_in_json(t):
    found = t.ok("cd $IN/names && storyteller caption --json ./bad*")
    names = {base64.b64decode(line["image_bytes"]) for line in found.json}
    t.equal(names, {b"./bad\xff\xfeutf8.jpg", b"./bad\xfd\xfcutf8.jpg"}, found)
    t.claim(all(line["image"].startswith("./bad") for line in found.json), "no name to read", found)
    found = t.ok("cd $IN/names && storyteller caption --json --attention $OLDPWD/at ./bad*")
    for line in found.json:
        t.claim(base64.b64decode(line["attention_bytes"]).endswith(b".png"), "no strip", found)
    plain = t.ok("storyteller caption --json $IN/scene.jpg").json[0]
    t.equal("image_bytes" in plain, False)


@case("A16", "what --json prints is a list that caption reads")
def json_comes_back(t):
    once = t.ok("cd $IN/names && storyteller caption --json ./bad* $IN/scene.jpg")
    twice = t.ok("cd $IN/names && storyteller caption --json ./bad* $IN/scene.jpg | storyteller caption --json -")
    t.equal(once.out, twice.out)


@case("A16", "names in other outputs")
def other_outputs(t):
    t.ok("mkdir d; cp $IN/scene.jpg \"$(printf 'd/a\\377.jpg')\"; cp $IN/scene.jpg \"$(printf 'd/b\\033.jpg')\"; "
         "printf 'image,caption\\na\\377.jpg,a dog\\nb\\033.jpg,a cat\\nc\\376.jpg,a cat\\n' > d/val.csv")
    page = t.ok("cd d && storyteller caption --report ../p.html *.jpg; cat ../p.html")
    t.equal("\x1b" in page.out, False)
    found = t.sh("storyteller data verify --data csv:d/val.csv --split val --bad bad.jsonl --json")
    t.equal("\x1b" in found.out + found.err, False, found)
