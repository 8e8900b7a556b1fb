"""What a caption has to say, and captions chosen by what they have in common."""
from harness import case
from use.waiting import stopped

# Longer than a caption of two words can be.
TOO_MUCH = "--must 'dog, frisbee, snowy field' --max-words 2"


@case("A28", "what must be said is said")
def said(t):
    t.claim("dog" in t.ok("storyteller caption --must dog $IN/scene.jpg").out.split(), "no dog")
    words = t.ok("storyteller caption --must 'dogs|cats|horse' --must red $IN/scene.jpg").out.split()
    t.claim("red" in words and {"dogs", "cats", "horse"} & set(words), f"found {words}")
    t.claim("dog" not in t.ok("storyteller caption --must-not dog,dogs $IN/scene.jpg").out.split(), "a dog")


@case("A28", "what cannot be said is named, in all forms of output")
def not_said(t):
    found = t.exits(f"storyteller caption {TOO_MUCH} $IN/scene.jpg", 0, "--must snowy field: the caption does not say it")
    t.equal(len(found.lines), 1, found)
    found = t.ok(f"storyteller caption --json {TOO_MUCH} $IN/scene.jpg $IN/scene.png")
    t.says(found, "of 2 captions do not say it, that of .*scene.jpg first")
    t.claim(all("snowy field" in line["missing"] for line in found.json), "not under `missing`", found)
    t.ok(f"storyteller evaluate --data scenes:val=4 --json {TOO_MUCH} > scores")
    t.ok("grep -q 'of 4 captions do not say it' scores")


@case("A28", "what was not said is said at a signal, too")
def not_said_when_stopped(t):
    folders = " ".join(["$IN/folders/forty"] * 8)
    ended, found = stopped(t, "SIGINT", f"storyteller caption {TOO_MUCH} {folders}", after=1.5, within=200)
    t.equal(ended, 130, found)
    t.says(found, r"--must snowy field: \d+ of \d+ captions do not say it")


@case("A28", "demands that nobody can meet")
def impossible(t):
    for words, why in (("--must xyzzy", "the model does not know the word 'xyzzy'"),
                       ("--must 'dog,,cat'", "a word or a phrase is missing"),
                       ("--must 'dog|'", "a word or a phrase is missing"),
                       ("--must dog --must-not dog", "--must-not bars it"),
                       ("--must man,dog,red --must ball,grass", "at most 4 words or phrases"),
                       ("--must dog --sample 3", "--must needs a plain beam search; leave --sample out"),
                       ("--must dog --diverse 3", "leave --diverse out")):
        found = t.exits(f"storyteller caption {words} $IN/scene.jpg", 2, why)
        t.equal(found.out, "", found)
    t.exits("storyteller caption --must-not xyzzy $IN/scene.jpg", 0, "--must-not xyzzy: the model does not know it")


@case("A28", "a choice by consensus")
def consensus(t):
    first = t.ok("storyteller caption --json --choose mbr $IN/scene.jpg")
    t.equal(t.ok("storyteller caption --json --choose mbr --threads 1 $IN/scene.jpg").out, first.out)
    t.claim(0 < first.json[0]["agreement"] <= 10, "no agreement", first)
    found = t.ok("storyteller caption --json --choose mbr --beam 5 --n-best 5 $IN/scene.jpg").json[0]["captions"]
    agreement = [caption["agreement"] for caption in found]
    t.equal(agreement, sorted(agreement, reverse=True), found)
    t.ok("storyteller caption --choose mbr --must dog $IN/scene.jpg")
    for words, why in (("--choose mbr --beam 1", "among at least two captions"),
                       ("--choose mrb", "did you mean 'mbr'"), ("--similarity spice", "without --choose mbr")):
        t.exits(f"storyteller caption {words} $IN/scene.jpg", 2, why)


@case("A28", "frequencies from a file of another kind")
def frequencies(t):
    t.ok("printf 'a dog runs\\na red ball\\n' > people.txt && "
         "storyteller score --references people.txt --save-frequencies good")
    t.ok("storyteller caption --choose mbr --frequencies good $IN/scene.jpg")
    t.ok("head -c 100 good > cut; mkdir folder")
    fix = "document frequencies are what 'storyteller score --references FILE --save-frequencies FILE' writes"
    for file in ("people.txt", "cut", "folder", "$IN/scene.jpg", "$STORYTELLER_MODEL"):
        for command in ("caption --choose mbr $IN/scene.jpg", "evaluate --data scenes:val=2 --choose mbr",
                        "score --hypotheses people.txt --references people.txt --metrics cider"):
            found = t.exits(f"storyteller {command} --frequencies {file}", 4, fix)
            t.equal(len(found.err.splitlines()), 1, found)
    t.exits("storyteller caption --choose mbr --frequencies nowhere $IN/scene.jpg", 4, "nowhere: no such file; check the path")
