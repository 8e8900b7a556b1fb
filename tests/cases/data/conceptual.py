"""Conceptual Captions as downloaders leave them: titles, other columns, numbers from 1."""
from harness import case

PICTURES = 40


def captions_of(t, name, **options):
    """[(number of the picture in cc_plain, its captions)], read out of an import."""
    script = f"""storyteller data import --data conceptual:{name} --split train --out out >&2 && python3 - <<'END'
import glob, json, os, tarfile
plain = {{open(f, "rb").read(): int(os.path.basename(f)[:-4])
         for f in glob.glob(os.environ["IN"] + "/cc_plain/images/train/*.jpg")}}
found = {{}}
for path in glob.glob("out/*.tar"):
    with tarfile.open(path) as tar:
        for member in tar:
            key, kind = member.name.rsplit(".", 1)
            data = tar.extractfile(member).read()
            found.setdefault(key, {{}})["json" if kind == "json" else "picture"] = data
print(json.dumps(sorted((plain[f["picture"]], json.loads(f["json"])["captions"]) for f in found.values())))
END"""
    return t.ok(script, **options)


def expected(numbers=range(PICTURES)):
    from_file = ["A dog runs across the grass .", "Two children play with a red ball .",
                 "A man in a blue shirt climbs a rock .", "A black and white dog jumps over a bar .",
                 "A woman rides a bicycle , smiling .", "A boy is sitting on a swing .",
                 "Three people stand in front of a building .", "A brown dog carries a stick ."]
    return [[i, [from_file[i % 8]]] for i in numbers]


def all_on_their_pictures(t, name):
    ended = captions_of(t, name)
    t.equal(ended.json[0], expected(), ended)
    return ended


@case("B1", "a line of titles is no picture: img2dataset's table")
def titles(t):
    for name in ("cc_plain", "cc_header", "cc_img2dataset"):
        all_on_their_pictures(t, "$IN/" + name)
        t.ok("rm -r out")
    found = t.ok("storyteller data stats --data conceptual:$IN/cc_header --split train --json").json[0]
    t.equal((found["pictures"], found["captions"]), (40, 40), found)
    ended = t.ok("storyteller data verify --data conceptual:$IN/cc_img2dataset")
    t.does_not_say(ended, "are not in")


@case("B1", "pictures numbered from 1 are shifted, and that is said")
def from_one(t):
    t.says(all_on_their_pictures(t, "$IN/cc_from_one"), "numbered from 1")
    ended = t.ok("storyteller data verify --data conceptual:$IN/cc_from_one --json")
    t.equal(ended.json[0]["pictures"], 40, ended)
    t.claim(any("numbered from 1" in note for note in ended.json[0]["notes"]), "no note", ended)


@case("B1", "the link first, a third column, CSV, a byte order mark")
def columns(t):
    for name in ("cc_swapped", "cc12m", "cc_three_columns"):
        all_on_their_pictures(t, "$IN/" + name)
        t.ok("rm -r out")
    make = """mkdir -p set && cp -r $IN/cc_plain/images set && python3 - <<'END'
rows = [line.rstrip("\\n").split("\\t") for line in open("INPUT")]
text = RULE
open("set/NAME", "w", encoding="utf-8").write(text)
END
"""
    kin = {
        ("train.tsv", r'"\ufeffcaption\turl\n" + "".join(f"{c}\t{u}\n" for c, u in rows)'),
        ("train.tsv", r'"URL\tCaption\n" + "".join(f"{u}\t{c}\n" for c, u in rows)'),
        ("train.tsv", r'"alt words\tweb place\n" + "".join(f"{c}\t{u}\n" for c, u in rows)'),
        ("train.tsv", r'"key\turl\tscore\tcaption\n" + "".join(f"k\t{u}\t0.3\t{c}\n" for c, u in rows)'),
        ("train.csv", r'"caption,url\n" + "".join(f"\"{c}\",{u}\n" for c, u in rows)'),
        ("train.csv", r'",url,caption\n" + "".join(f"{i},{u},\"{c}\"\n" for i, (c, u) in enumerate(rows))'),
        ("train.csv", r'"caption,url\n" + "".join(f"{c},{u}\n" for c, u in rows)'),
        ("train.tsv", r'"caption\turl\r\n" + "".join(f"{c}\t{u}\r\n" for c, u in rows)'),
        ("train.tsv", r'"caption\turl\n" + "".join(f"{c}\t{u}\n\n" for c, u in rows) + "\n"'),
    }
    for name, rule in sorted(kin):
        script = make.replace("INPUT", t.inputs + "/cc_plain/Train_GCC-training.tsv")
        t.ok(script.replace("RULE", rule).replace("NAME", name))
        all_on_their_pictures(t, "set")
        t.ok("rm -r set out")


@case("B1", "img2dataset's numbered folders, and val.tsv alike")
def folders(t):
    t.ok("""mkdir -p set/images/train/00000 set/images/val
for i in $(seq 0 39); do cp $IN/cc_plain/images/train/$i.jpg set/images/train/00000/$(printf %09d $i).jpg; done
cp $IN/cc_plain/images/train/[0-4].jpg set/images/val
(printf 'caption\\turl\\n'; cat $IN/cc_plain/Train_GCC-training.tsv) > set/train.tsv; head -6 set/train.tsv > set/val.tsv""")
    all_on_their_pictures(t, "set")
    ended = t.ok("storyteller data stats --data conceptual:set --split val --json")
    t.equal(ended.json[0]["pictures"], 5, ended)


@case("B1", "where no number tells from which one was counted, that is said")
def unknown_first(t):
    t.ok("mkdir set && cp -r $IN/cc_plain/* set && rm set/images/train/0.jpg")
    t.says(t.ok("storyteller data stats --data conceptual:set"), "numbered from 0 all the same")


@case("B1", "endings in capitals; numbered folders that are not full are refused")
def endings(t):
    t.ok("""mkdir -p set/images/train && cp $IN/cc_plain/*.tsv set
for i in $(seq 0 39); do cp $IN/cc_plain/images/train/$i.jpg set/images/train/$i.JPEG; done""")
    all_on_their_pictures(t, "set")
    t.ok("""rm -r set/images/train/* && for i in $(seq 0 39); do
n=$(printf %05d%04d $((i / 10)) $((i % 10))) && mkdir -p set/images/train/${n:0:5} &&
cp $IN/cc_plain/images/train/$i.jpg set/images/train/${n:0:5}/$n.jpg; done""")
    for command in ("stats", "verify"):
        t.exits(f"storyteller data {command} --data conceptual:set --split train", 3,
                "00000: its numbers end at 9 and .* begin at 10000", "tar -cf")


@case("B14", "captions that are not UTF-8 are counted and said")
def not_utf8(t):
    t.ok("""cp -r $IN/cc_plain set && LC_ALL=C sed -i 's/dog/d\\xf6g/' set/Train_GCC-training.tsv""")
    said = r"15 lines hold bytes that are not UTF-8, first line 1: .*iconv"
    t.says(t.ok("storyteller data stats --data conceptual:set --split train"), said)
    t.ok("(echo caption,url; tr '\\t' , < set/Train_GCC-training.tsv) > set/train.csv; rm set/Train_GCC-training.tsv")
    t.says(t.ok("storyteller data stats --data conceptual:set --split train"), "15 lines hold bytes that are not UTF-8")
