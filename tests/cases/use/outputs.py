"""Files that commands write: never in place of what they read."""
from harness import case

TINY = "--set embedding=4 --set hidden=8 --set attention=4 --set epochs=1 --set batch_size=4"


def refused(t, script, *files):
    """`script` ends with 2, one line, and no output; `files` keep their bytes."""
    before = t.ok(f"cat {' '.join(files)} | md5sum").out
    found = t.exits(script, 2)
    t.equal(len(found.err.splitlines()), 1, found)
    t.equal(found.out, "", found)
    t.equal(t.ok(f"cat {' '.join(files)} | md5sum").out, before, found)
    return found


@case("A2", "a strip never replaces a picture that is read")
def strips_and_pictures(t):
    t.ok("cp -r $IN/folders/overwrite w")
    t.says(refused(t, "cd w && storyteller caption --attention . dog.png", "w/dog.png"), "dog.png")
    t.ok("mkdir pf; cp $IN/scene.jpg pf/x.jpg; cp $IN/scene.png pf/x.png")
    refused(t, "storyteller caption --attention pf pf", "pf/x.png", "pf/x.jpg")
    refused(t, "storyteller caption --attention pf pf/x.jpg pf/x.png", "pf/x.png")
    t.equal(t.ok("ls pf").lines, ["x.jpg", "x.png"])
    t.ok("ls pf/*.jpg pf/*.png | storyteller caption --attention pf -; cmp pf/x.png $IN/scene.png")
    t.ok("storyteller caption --attention pf pf/x.jpg; cmp pf/x.png $IN/scene.png; ls pf/x-2.png")


@case("A2", "strips of equal names, of one run and of several")
def strips_of_equal_names(t):
    t.ok("mkdir a b; cp $IN/scene.jpg a; cp $IN/scene.png b; "
         "storyteller caption --attention at a/scene.jpg; cp at/scene.png first.png; "
         "storyteller caption --attention at b/scene.png; cmp at/scene.png first.png")
    t.equal(t.ok("ls at").lines, ["scene-2.png", "scene.png"])
    # A PNG begins with its size, by which the strips differ; the last bits of a picture's features may
    # depend on what is encoded beside it.
    t.ok("cp at/scene.png 1; storyteller caption --attention at b/scene.png a/scene.jpg; "
         "cmp -n 24 at/scene.png 1; ! cmp -s -n 24 at/scene.png at/scene-2.png")
    t.equal(t.ok("ls at").lines, ["scene-2.png", "scene.png"])
    t.ok("storyteller caption --attention both a/scene.jpg b/scene.png")
    t.equal(t.ok("ls both").lines, ["scene-2.png", "scene.png"])


@case("A2", "a page never replaces a picture, the model or a file of another kind")
def pages(t):
    t.ok("cp $IN/scene.jpg a.jpg; cp a.jpg b.jpg; cp $STORYTELLER_MODEL m.storyteller; ln -s b.jpg l.html; "
         "ln b.jpg hard.html; echo text > notes.txt; ln -s m.storyteller lm")
    for output, picture in [("a.jpg", "b.jpg"), ("b.jpg", "b.jpg"), ("l.html", "b.jpg"), ("hard.html", "b.jpg"),
                            ("notes.txt", "b.jpg"), ("$PWD/../$(basename $PWD)/b.jpg", "b.jpg")]:
        refused(t, f"storyteller caption --report {output} {picture}", "a.jpg", "b.jpg", "notes.txt")
    refused(t, "storyteller caption --model m.storyteller --report m.storyteller b.jpg", "m.storyteller")
    refused(t, "storyteller caption --model lm --report m.storyteller b.jpg", "m.storyteller")
    refused(t, "STORYTELLER_MODEL=m.storyteller storyteller caption --report m.storyteller b.jpg", "m.storyteller")
    t.ok("storyteller caption --report p.html b.jpg; storyteller caption --report p.html a.jpg; : > e.html; "
         "storyteller caption --report e.html b.jpg; test -s e.html")


@case("A2", "other commands: average, weights, score, rate, data, train, evaluate")
def other_commands(t):
    t.ok("cp $STORYTELLER_MODEL m.storyteller; cp m.storyteller n.storyteller; ln m.storyteller l.storyteller; "
         "cp $IN/scene.jpg a.jpg")
    for out in ("m.storyteller", "l.storyteller", "a.jpg"):
        refused(t, f"storyteller average m.storyteller n.storyteller --out {out}", "m.storyteller", "a.jpg")
    refused(t, "storyteller weights import m.storyteller --encoder mobilenet_v2 --out m.storyteller",
            "m.storyteller")
    t.ok("printf '%s' '[{\"image_id\":1,\"caption\":\"a dog\"},{\"image_id\":2,\"caption\":\"a cat\"}]' > h.json; "
         "printf '%s' '{\"images\":[{\"id\":1,\"file_name\":\"1.jpg\"},{\"id\":2,\"file_name\":\"2.jpg\"}],"
         "\"annotations\":[{\"image_id\":1,\"id\":1,\"caption\":\"a dog\"},"
         "{\"image_id\":2,\"id\":2,\"caption\":\"a cat\"}]}' > r.json")
    both = "storyteller score --hypotheses h.json --references r.json --metrics bleu"
    for output in ("--per-image h.json", "--per-image r.json", "--report h.json", "--report r.json",
                   "--report a.jpg", "--save-frequencies r.json", "--save-frequencies m.storyteller/x"):
        code = 5 if "/x" in output else 2
        found = t.exits(f"{both} {output}", code)
        t.equal(found.out, "", found)
    t.ok(f"{both} --per-image each.csv --report p.html; {both} --per-image each.csv --report p.html")
    t.exits(f"cp a.jpg each.json; {both} --per-image each.json", 2, "each.json")
    t.ok("python3 -c \"import json; print(len(json.load(open('h.json'))), len(json.load(open('r.json'))))\"")
    t.ok("mkdir pics; cp a.jpg pics/1.jpg; cp a.jpg pics/2.jpg")
    make = "storyteller rate make --systems s=h.json --references r.json --images pics --out"
    for out in ("h.json", "r.json", "a.jpg"):
        refused(t, f"{make} {out}", "h.json", "r.json", "a.jpg")
    t.ok(f"{make} sheet.html")
    t.ok("printf '{\"image\":\"1.jpg\",\"caption\":\"a dog\"}\\n' > pics/bad.jsonl")
    for command in (f"train --data jsonl:pics --out pics {TINY}", "data import --data jsonl:pics/bad.jsonl --out pics",
                    "data import --data jsonl:pics --out pics", "data verify --data jsonl:pics/bad.jsonl --bad pics/bad.jsonl",
                    "data verify --data jsonl:pics --bad a.jpg"):
        refused(t, f"storyteller {command}", "pics/*", "a.jpg")
    evaluate = "storyteller evaluate --model m.storyteller --data jsonl:pics/bad.jsonl"
    for output in ("--results pics/bad.jsonl", "--report pics/bad.jsonl", "--results m.storyteller", "--report a.jpg"):
        refused(t, f"{evaluate} {output}", "pics/*", "m.storyteller", "a.jpg")


@case("A2", "captions of a data set in its folder, and two outputs of one name")
def data_sets_and_two_outputs(t):
    t.ok("mkdir js tab; cp $IN/scene.jpg js/1.jpg; cp $IN/scene.jpg js/2.jpg; cp js/*.jpg tab; printf "
         "'[{\"image\":\"1.jpg\",\"caption\":\"a dog\"},{\"image\":\"2.jpg\",\"caption\":\"a cat\"}]' > js/val.json; "
         "printf '{\"name\":\"1.jpg\",\"caption\":\"a dog\"}\\n' > lines.jsonl; "
         "printf 'image_id,caption\\n1.jpg,a dog\\n2.jpg,a cat\\n' > tab/val.csv; "
         "ln -s js/val.json link.json; ln js/val.json hard.json")
    evaluate = "storyteller evaluate --metrics bleu --cache c --data"
    for out in ("js/val.json", "link.json", "hard.json", "lines.jsonl"):
        refused(t, f"{evaluate} json:js --results {out}", "js/*", "lines.jsonl")
    refused(t, "storyteller data verify --data json:js --bad lines.jsonl", "lines.jsonl")
    refused(t, "storyteller data verify --data json:js --bad js/val.json", "js/*")
    t.says(refused(t, f"{evaluate} json:js --results p --report ./p"), "what --results writes, too")
    score = "storyteller score --hypotheses tab/val.csv --references tab/val.csv --metrics bleu"
    refused(t, f"{score} --report r.json --per-image r.json")
    t.ok("cp tab/val.csv mine.csv")
    refused(t, f"{score} --per-image mine.csv", "mine.csv")
    t.ok(f"{score} --per-image each.csv; {score} --per-image each.csv; {score} --per-image each.json && "
         f"{score} --per-image each.json")
    t.ok(f"{evaluate} json:js --results r.json && {evaluate} json:js --results r.json --report p.html")


@case("A22", "- is no name of an output")
def dash(t):
    for words in ("caption --report - $IN/scene.jpg", "evaluate --data scenes:val=4 --report -",
                  "evaluate --data scenes:val=4 --results -", "average --out - $STORYTELLER_MODEL"):
        t.says(refused(t, f"storyteller {words}"), "standard output; name a file, or ./-")
    t.ok("storyteller caption --report ./- $IN/scene.jpg; test -s ./-")


@case("A2", "training from a model does not write over it")
def training_from_a_model(t):
    t.ok(f"storyteller train --data scenes:train=8,val=4 --out run {TINY}; rm run/last.storyteller")
    refused(t, f"storyteller train --data scenes:train=8,val=4 --init run/best.storyteller --out run {TINY}",
            "run/best.storyteller")


@case("A11", "what cannot be written is said before the work, and costs no other picture")
def cannot_be_written(t):
    t.ok("mkdir -p at/scene.png; storyteller caption --attention at $IN/scene.jpg")
    t.equal(t.ok("ls at").lines, ["scene-2.png", "scene.png"])
    t.exits("storyteller caption --report none/p.html $IN/scene.jpg", 5, "create it first")
    t.exits("mkdir d; storyteller caption --report d $IN/scene.jpg", 5, "folder")
    t.exits("touch file; storyteller caption --attention file $IN/scene.jpg", 5, "--attention file")
    found = t.exits("storyteller caption --report /proc/p.html $IN/scene.jpg $IN/scene.png", 5, "/proc/p.html")
    t.equal(found.out, "", found)
    t.does_not_say(found, "bytes needed")


@case("A11", "names of any length have strips")
def long_names(t):
    t.ok("cp -r $IN/names names; cp names/l*.jpg \"names/$(printf 'l%.0s' $(seq 250))x.jpg\"")
    found = t.ok("cd names && storyteller caption --json --attention ../at ./*", seconds=120)
    strips = [line.get("attention_bytes", line["attention"]) for line in found.json]
    t.equal(len(set(strips)), len(strips), found)
    count = t.ok("find at -type f -print0 | tr -cd '\\0' | wc -c")
    t.equal(int(count.out), len(strips), count)
