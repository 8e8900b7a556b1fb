"""Names of pictures as lists have them, and files as disks have them."""
from harness import case

# set_of(RULE): 40 pictures in set/, named in set/captions.jsonl by the Python expression RULE of n.
SET = r"""rm -rf set && mkdir set && cp FROM/*.jpg set && python3 - <<'END'
import glob, json, os, unicodedata
with open("set/captions.jsonl", "w") as out:
    for path in sorted(glob.glob("set/*.jpg")):
        n = os.path.basename(path)
        out.write(json.dumps({"image": RULE, "caption": "A dog ."}) + "\n")
END"""


def set_of(t, rule, source="$IN/f8k_plain/images"):
    t.ok(SET.replace("RULE", rule).replace("FROM", source))


def all_found(t, data, way=None, pictures=40):
    ended = t.ok(f"storyteller data verify --data {data} --json")
    t.equal(sum(found["pictures"] for found in ended.json), pictures, ended)
    t.equal(sum(found["unusable"] for found in ended.json), 0, ended)
    if way:
        t.claim(way in ended.err, f"stderr does not say '{way}'", ended)
        t.claim(any(way in note for found in ended.json for note in found["notes"]), "not in JSON", ended)
    return ended


@case("B20", "./, absolute, backslash, no ending, another case")
def tables(t):
    all_found(t, "csv:$IN/csv_dot_slash")
    all_found(t, "csv:$IN/csv_absolute", "inside of the folder")
    all_found(t, "csv:$IN/csv_backslash", "with / for \\")
    all_found(t, "csv:$IN/csv_no_extension", "with .jpg")
    all_found(t, "csv:$IN/csv_other_case", "in another case")
    ended = t.exits("storyteller data verify --data csv:$IN/csv_parent", 3, "lies outside of .*copy or link the pictures there")
    t.claim("p00.jpg" in ended.err, "no example", ended)


@case("B20", "NFC against NFD, folders in front, folders that are not there")
def formats(t):
    all_found(t, "jsonl:$IN/unicode_names", "in the other Unicode form", 20)
    all_found(t, "coco2017:$IN/coco_prefix --split train", "without the folders in front")
    all_found(t, "karpathy:$IN/karpathy_flat", "without the folders in front")


@case("B20", "blanks, %20, +, links, drive letters, .. inside")
def kin(t):
    for rule, way in (("n + ' '", "without the blanks around it"), ("n.replace('p', '%70')", "with %.. decoded"),
                      ("'https://host/images/' + n + '?size=2#x'", "by the end of its link"),
                      (r"'C:\\data\\images\\' + n", "without the folders in front"),
                      ("'/content/drive/images/' + n", "without the folders in front"),
                      ("n[:-4].upper() + '.JPG'", "in another case"), ("'x/../' + n", None), ("'.//' + n", None)):
        set_of(t, rule)
        all_found(t, "jsonl:set", way)
    t.ok("rm -rf set && mkdir set && for i in $(seq 10 49); do cp $IN/f8k_plain/images/p00.jpg \"set/a $i.jpg\"; done")
    t.ok(r"""for i in $(seq 10 49); do echo "{\"image\": \"a+$i.jpg\", \"caption\": \"A .\"}"; done > set/captions.jsonl""")
    all_found(t, "jsonl:set", "with blanks for +")


@case("B20", "links to pictures elsewhere are followed, a link to nothing is no picture")
def links(t):
    t.ok("""mkdir set && for i in 0 1 2 3; do ln -s $IN/f8k_plain/images/p0$i.jpg set/p0$i.jpg; done && ln -s /nowhere set/p04.jpg
for i in 0 1 2 3 4; do echo "{\\"image\\": \\"p0$i.jpg\\", \\"caption\\": \\"A .\\", \\"split\\": \\"train\\"}"; done > set/captions.jsonl""")
    ended = t.ok("storyteller data verify --data jsonl:set --json")
    t.equal((ended.json[0]["pictures"], ended.json[0]["unusable"]), (4, 1), ended)


@case("B20", "a name that may be two files, or two names of one file: not guessed")
def ambiguous(t):
    t.ok(r"""mkdir -p set/images && cp $IN/f8k_plain/images/p0[0-3].jpg set/images && cp set/images/p00.jpg set/images/P00.JPG
for n in p01 p02 p03; do echo "{\"image\": \"$n.jpg\", \"caption\": \"A .\", \"split\": \"train\"}"; done > set/captions.jsonl
for n in P00.jpg one/p01.jpg two/p02.jpg; do echo "{\"image\": \"$n\", \"caption\": \"A .\", \"split\": \"train\"}"; done >> set/captions.jsonl""")
    ended = t.ok("storyteller data verify --data jsonl:set --json --bad bad.jsonl; cat bad.jsonl >&2")
    t.equal((ended.json[0]["pictures"], ended.json[0]["unusable"]), (3, 3), ended)
    t.says(ended, "p01.jpg is that of 'p01.jpg'")


@case("B20", "what is nowhere: the message proposes the file of that name, and asks for the folder")
def nowhere(t):
    t.ok("mkdir -p set/deeper/still && cp $IN/f8k_plain/images/*.jpg set/deeper/still")
    t.ok(r"""for i in $(seq 10 39); do echo "{\"image\": \"p$i.jpg\", \"caption\": \"A .\", \"split\": \"train\"}"; done > set/captions.jsonl""")
    t.exits("storyteller data verify --data jsonl:set", 3, "set/deeper/still/p10.jpg is there")
    t.exits("storyteller train --data jsonl:set --out out", 3,
            "none of the first 11 pictures is in set: p10.jpg .*is this the folder of the pictures")
    t.exits("storyteller data verify --data jsonl:set", 3, "30 pictures skipped")


@case("B37", "--max-bad: of a set of which nothing is there, the first are named and the folder is asked for")
def wrong_folder(t):
    t.ok("mkdir set && cp $IN/jsonl_split_validation/captions.jsonl set")
    t.exits("storyteller train --data jsonl:set --out out", 3, "none of the first 11 pictures .*p00.jpg.*is this the folder")
    ended = t.exits("storyteller data verify --data jsonl:set --json --bad bad.jsonl", 3)
    t.claim("is this the folder" in ended.err or "p00.jpg" in ended.err, "says nothing", ended)
    t.ok("mkdir all && cp $IN/jsonl_split_validation/* all && rm all/p1*.jpg all/p2*.jpg")
    t.exits("storyteller data verify --data jsonl:all --bad bad.jsonl", 3, "20 pictures skipped")
    t.equal(t.ok("wc -l < bad.jsonl").out.strip(), "20")


@case("B37", "no rate of pictures a second for what took no second")
def rate(t):
    t.does_not_say(t.ok("storyteller data verify --data jsonl:$IN/jsonl_plain"), r"\d{4,} pictures/s")
