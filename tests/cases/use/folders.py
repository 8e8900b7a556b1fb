"""Folders of pictures."""
from harness import case


def names(t, script, code=0):
    return [line.split("\t")[0].split("/folders/")[-1] for line in t.exits(script, code).lines]


@case("A4", "a folder, or a call, of which nothing could be read")
def nothing_could_be_read(t):
    found = t.exits("storyteller caption $IN/folders/all_bad", 3, "none of its 8 pictures")
    t.equal(found.out, "", found)
    t.exits("storyteller caption --report page.html $IN/folders/all_bad", 3)
    t.exits("ls page.html", 2)
    found = t.exits("storyteller caption --max-bad 1 $IN/folders/all_bad $IN/scene.jpg", 3)
    t.equal(len(found.lines), 1, found)
    t.exits("storyteller caption $IN/folders/numbers $IN/folders/all_bad", 3, "all_bad: none of")
    t.exits("echo $IN/folders/all_bad | storyteller caption -", 3)
    t.exits("mkdir one; cp $IN/other/heic.jpg one/a.jpg; storyteller caption one", 3)


@case("A4", "a split of which no picture can be read")
def split_without_pictures(t):
    t.ok("mkdir d; for i in 1 2 3 4; do echo junk > d/$i.jpg; done; "
         "printf '{\"image\":\"%s.jpg\",\"caption\":\"a\",\"split\":\"%s\"}\\n' 1 train 2 val 3 val 4 test > d/all.jsonl")
    for options in ("", "--max-bad 1"):
        found = t.exits(f"storyteller evaluate --data jsonl:d --metrics bleu --cache c {options}", 3,
                        "not one of the 2 pictures")
        t.equal(found.out, "", found)
        found = t.exits(f"storyteller data verify --json --data jsonl:d {options}", 3, "not one of its pictures")
        t.equal([line["unusable"] for line in found.json], [1, 2, 1], found)
    t.ok("cp $IN/scene.jpg d/2.jpg; storyteller evaluate --data jsonl:d --metrics bleu --cache c")


@case("A4", "a few bad pictures among good ones are forgiven, as before")
def a_few_bad_ones(t):
    t.ok("storyteller caption $IN/folders/one_dangling")
    t.ok("cp -r $IN/folders/all_bad mixed; cp $IN/scene.jpg mixed/good.jpg; storyteller caption mixed")


@case("A5", "all endings of JPEG and PNG, and pictures by their content")
def endings(t):
    t.equal(len(names(t, "storyteller caption $IN/folders/endings")), 10)
    t.ok("mkdir in; cp $IN/scene.jpg in/IMG_0001; cp $IN/scene.png in/b.webp; cp $IN/scene.jpg in/c.tmp; "
         "echo text > in/d; echo BMW > in/e.dat; cp $IN/scene.jpg in/.hidden; cp $IN/scene.jpg in/F.JFIF")
    found = t.ok("storyteller caption in")
    t.equal([line.split("\t")[0] for line in found.lines],
            ["in/F.JFIF", "in/IMG_0001", "in/b.webp", "in/c.tmp"], found)
    t.equal(found.err, "", found)


@case("A5", "what is left out is counted and named")
def left_out(t):
    found = t.ok("storyteller caption $IN/folders/phone")
    t.says(found, r"3 \.heic, 3 \.webp")
    t.equal(len(found.err.splitlines()), 1, found)
    t.says(t.ok("storyteller caption $IN/folders/nested"), "2 subfolders.*--recursive")
    t.exits("storyteller caption $IN/folders/only_nested", 3, "no JPEG or PNG.*1 subfolder.*--recursive")
    t.exits("storyteller caption $IN/folders/only_heic", 3, r"no JPEG or PNG.*1 \.heic.*convert")
    t.exits("storyteller caption $IN/folders/empty", 3, "no JPEG or PNG")


@case("A5", "--recursive looks into subfolders and does not go round in circles")
def recursive(t):
    t.equal(names(t, "storyteller caption --recursive $IN/folders/nested"),
            ["nested/top.jpg", "nested/a/deep.jpg", "nested/b/c/deep.jpg"])
    t.ok("storyteller caption --recursive $IN/folders/only_nested")
    t.ok("cp -r $IN/folders/nested n; ln -s .. n/a/up; ln -s . n/self; mkdir n/.git n/@eaDir n/empty; "
         "cp $IN/scene.jpg n/.git/x.jpg; cp $IN/scene.jpg n/@eaDir/x.jpg")
    found = t.ok("storyteller caption --recursive n")
    t.equal(len(found.lines), 3, found)
    t.says(found, "2 links to folders")
    t.exits("mkdir -p e/f; storyteller caption --recursive e", 3, "no JPEG or PNG")


@case("A5", "what systems put beside pictures is passed over")
def clutter(t):
    found = t.ok("storyteller caption $IN/folders/apple")
    t.claim(not any("._" in line for line in found.lines), "AppleDouble files", found)
    t.equal(found.err, "", found)
    t.exits("storyteller caption $IN/folders/apple/._pic.jpg", 3, "_pic.jpg")
    t.ok("mkdir mac; cp $IN/scene.jpg mac/a.jpg; for i in $(seq 12); do "
         "cp $IN/other/apple_double.jpg mac/._$i.jpg; done; storyteller caption mac")


@case("A8", "a pipe in a folder is left out, with a word")
def pipe_in_a_folder(t):
    found = t.ok("storyteller caption $IN/folders/pipe", seconds=20)
    t.equal(len(found.lines), 1, found)
    t.says(found, "1 pipe or device, such as a.jpg")


@case("A5", "the program's own strips are no pictures of a folder")
def own_strips(t):
    t.ok("mkdir p; cp $IN/scene.jpg p/x.jpg; storyteller caption --attention p p")
    found = t.ok("storyteller caption p")
    t.equal(len(found.lines), 1, found)
    t.says(found, "1 strip that --attention drew")
    t.equal(len(t.ok("storyteller caption p/x.png").lines), 1)
