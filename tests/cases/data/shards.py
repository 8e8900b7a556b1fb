"""Tar shards: keys, members, archives, folders of them."""
from harness import case

# make(NAME, [(member, bytes or text), ...]) writes an archive; png(i) is a picture of its own.
MAKE = r"""python3 - <<'END'
import glob, io, json, os, tarfile
pictures = sorted(glob.glob(os.environ["IN"] + "/f8k_plain/images/*.jpg"))
def png(i): return open(pictures[i], "rb").read()
def make(name, members, mode="w"):
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with tarfile.open(name, mode) as tar:
        for member, data in members:
            data = data if isinstance(data, bytes) else data.encode()
            info = tarfile.TarInfo(member)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
%s
END"""


def make(t, script):
    return t.ok(MAKE % script)


def verified(t, data, more=""):
    """{split: object} and the run itself."""
    ended = t.ok(f"storyteller data verify --data shards:{data} --json {more}")
    return {found["split"]: found for found in ended.json}, ended


def counts(t, data):
    """Pictures and captions of all splits."""
    ended = t.ok(f"storyteller data stats --data shards:{data} --json")
    return (sum(found["pictures"] for found in ended.json), sum(found["captions"] for found in ended.json), ended)


@case("B2", "the same keys in two archives are two pictures")
def same_keys(t):
    found, ended = verified(t, "$IN/shards_same_keys")
    t.equal(sum(one["pictures"] for one in found.values()), 40, ended)
    t.says(ended, "20 keys are in more than one archive")
    pictures, captions, ended = counts(t, "$IN/shards_same_keys")
    t.equal((pictures, captions), (40, 40), ended)
    # Each caption stays with the picture of its archive.
    ended = t.ok("storyteller data import --data shards:$IN/shards_same_keys --out out && cat out/*.tar | strings | "
                 "grep -c 'A second one'")
    t.equal(ended.lines[-1], "20", ended)


@case("B2", "a member that comes twice, one key in two splits, ./ in front, captions in archives of their own")
def keys_kin(t):
    make(t, """
make("twice.tar", [("0.jpg", png(0)), ("0.txt", "Old ."), ("1.jpg", png(1)), ("1.txt", "One .")])
make("twice.tar", [("0.jpg", png(2)), ("0.txt", "New .")], "a")
make("splits/train-0.tar", [("0.jpg", png(0)), ("0.txt", "A .")])
make("splits/val-0.tar", [("0.jpg", png(1)), ("0.txt", "B .")])
make("leak/train-0.tar", [("0.jpg", png(0)), ("0.txt", "A .")])
make("leak/val-0.tar", [("7.jpg", png(0)), ("7.txt", "B .")])
make("dots.tar", [("./0.jpg", png(0)), ("0.txt", "A .")])
make("apart/captions.tar", [("0.txt", "A ."), ("1.txt", "B .")])
make("apart/pictures.tar", [("0.jpg", png(0)), ("1.jpg", png(1))])
make("parted/a.tar", [("0.jpg", png(0)), ("1.jpg", png(1))])
make("parted/b.tar", [("0.json", json.dumps({"caption": "A ."})), ("1.txt", "B .")])
""")
    pictures, captions, ended = counts(t, "twice.tar")
    t.equal((pictures, captions), (2, 2), ended)
    t.says(ended, "2 members come twice in their archive")
    pictures, _, ended = counts(t, "splits")
    t.equal(pictures, 2, ended)
    t.does_not_say(t.ok("storyteller data verify --data shards:splits"), "too, such as")
    t.says(t.ok("storyteller data verify --data shards:leak"), "1 picture of val is in train too, such as 7")
    for name, expected in (("dots.tar", 1), ("apart", 2), ("parted", 2)):
        pictures, captions, ended = counts(t, name)
        t.equal((pictures, captions), (expected, expected), ended)


@case("B4", "names with points, compressed archives, an archive without its end: said")
def passed_over(t):
    found, ended = verified(t, "$IN/shards_points_some")
    t.equal(sum(one["pictures"] for one in found.values()), 40, ended)
    found, ended = verified(t, "$IN/shards_tgz_among")
    t.says(ended, r"1 compressed archive.*gunzip .*00001.tar.gz")
    t.claim(any("compressed" in note for one in found.values() for note in one["notes"]), "not in JSON", ended)
    for size in (40960, 41472, 40961):
        t.ok(f"head -c {size} $IN/shards_dot_slash/00000.tar > cut.tar")
        t.says(t.sh("storyteller data verify --data shards:cut.tar"), "cut off|are they cut off|read up to there")


@case("B4", "kinds of members: roles, masks, other pictures, other endings, what macOS adds")
def kinds(t):
    for name in ("shards_points", "shards_named_images", "shards_cls_txt", "shards_apple", "shards_folder_point",
                 "shards_img2dataset", "shards_dot_slash"):
        pictures, captions, ended = counts(t, "$IN/" + name)
        t.equal((pictures, captions), (40, 40), ended)
    t.does_not_say(t.ok("storyteller data stats --data shards:$IN/shards_apple"), "members")
    make(t, """
make("masks.tar", [m for i in range(9) for m in ((f"{i}.jpg", png(i)), (f"{i}.seg.png", png(i + 9)), (f"{i}.cls", "3"),
                                                 (f"{i}.txt", "A dog ."))])
make("upper.tar", [m for i in range(9) for m in ((f"{i}.JPG", png(i)), (f"{i}.TXT", "A dog ."))])
make("several.tar", [m for i in range(9) for m in ((f"{i}.jpg", png(i)), (f"{i}.png", png(i + 9)), (f"{i}.txt", "A dog ."))])
""")
    found, ended = verified(t, "masks.tar")
    t.equal(sum(one["pictures"] for one in found.values()), 9, ended)
    t.says(ended, r"9 members of the kind \.cls are not used")
    t.says(ended, r"9 members of the kind \.png are not used .* such as 0.seg.png")
    for name in ("upper.tar", "several.tar"):
        t.equal(counts(t, name)[0], 9)
    t.says(t.ok("storyteller data stats --data shards:several.tar"), "9 members of the kind .png are not used")


@case("B4", "archives one after the other in one file, by cat")
def concatenated(t):
    make(t, """
make("a.tar", [("0.jpg", png(0)), ("0.txt", "A .")])
make("b.tar", [("1.jpg", png(1)), ("1.txt", "B .")])
open("both.tar", "wb").write(open("a.tar", "rb").read() + open("b.tar", "rb").read())
""")
    t.equal(counts(t, "both.tar")[0], 2)


@case("B11", "a caption in .txt and .json counts once")
def text_and_json(t):
    ended = t.ok("storyteller data stats --data shards:$IN/shards_txt_and_json --json")
    t.equal(sum(one["captions"] for one in ended.json), 20, ended)
    t.equal(sum(one["pictures"] for one in ended.json), 20, ended)
    t.says(ended, "captions stand in a text and in the JSON beside it and count once")


@case("B19", "null, nothing, another type: one picture without captions, not the end of the set")
def captions_missing(t):
    found, ended = verified(t, "$IN/shards_json_without")
    t.equal(sum(one["pictures"] for one in found.values()), 40, ended)
    found, ended = verified(t, "$IN/shards_null")  # the texts beside have them
    t.equal(sum(one["pictures"] for one in found.values()), 40, ended)
    for name, usable in (("shards_json_list", 40), ("shards_bad_json", 36), ("shards_empty_caption", 36)):
        found, ended = verified(t, "$IN/" + name)
        t.equal(sum(one["pictures"] for one in found.values()), usable, ended)
    make(t, """
odd = [None, 3, False, [], {}, [1], ""]
make("odd.tar", [m for i in range(20) for m in ((f"{i}.jpg", png(i)), (f"{i}.json",
     json.dumps({"caption": odd[i]} if i < len(odd) else {"caption": "A dog ."})))])
""")
    found, ended = verified(t, "odd.tar")
    t.equal(sum(one["pictures"] for one in found.values()), 13, ended)
    t.equal(sum(one["unusable"] for one in found.values()), 7, ended)


@case("B37", "errors of shards name the member once")
def named_once(t):
    ended = t.ok("storyteller data verify --data shards:$IN/shards_bad_json")
    t.says(ended, r"000000005 \(its \.json: not valid JSON\)")
    t.does_not_say(ended, r"\.json.*\.json:1:")


@case("B22", "folders of splits, patterns, and what to do about other kinds")
def folders(t):
    found, ended = verified(t, "$IN/shards_sub")
    t.equal((found["train"]["pictures"], found["val"]["pictures"]), (30, 5), ended)
    t.exits("storyteller data verify --data shards:$IN/shards_gz", 3, r"compressed.*gunzip .*00000\.tar\.gz")
    t.exits("storyteller data verify --data shards:$IN/img2dataset_files", 3, r"loose pictures.*tar -cf")
    t.exits("storyteller data verify --data shards:$IN/shards_parquet", 3, "Parquet")
    t.exits("storyteller data verify --data shards:$IN/shards_gz_named_tar", 3, "gzip")
    found, ended = verified(t, "$IN/shards_split")
    t.equal((found["train"]["pictures"], found["val"]["pictures"]), (30, 5), ended)
    t.ok("mkdir many && for i in 0 1 2; do cp $IN/shards_sub/val/00000.tar many/val-0$i.tar; done; cp $IN/shards_sub/train/00000.tar many/train-00.tar")
    ended = t.ok("storyteller data stats --data 'shards:many/val-{00..01}.tar' --split val --json")
    t.equal(ended.json[0]["pictures"], 10, ended)
    ended = t.ok("storyteller data stats --data 'shards:many/{train,val}-*.tar' --split val --json")
    t.equal(ended.json[0]["pictures"], 15, ended)
    t.exits("storyteller data stats --data 'shards:many/val-{00..09}.tar' --split val", 3, "7 of 10 files are not there.*val-03.tar")
    t.ok("mkdir -p a/b/validation && cp $IN/shards_sub/val/00000.tar a/b/validation/x.tar && cp $IN/shards_sub/train/00000.tar a/b/coco-train-0.tar")
    found, ended = verified(t, "a")
    t.equal((found["train"]["pictures"], found["val"]["pictures"]), (30, 5), ended)


@case("B22", "the command that the message gives makes shards of loose pictures")
def packed(t):
    ended = t.exits("cp -r $IN/img2dataset_files set; storyteller data verify --data shards:set", 3)
    command = ended.err[ended.err.index("tar -cf"):].strip()
    t.ok(command)
    pictures, captions, ended = counts(t, "set")
    t.equal((pictures, captions), (40, 40), ended)


@case("B14", "texts of an archive that are not UTF-8 are counted and said")
def not_utf8(t):
    make(t, r"""
make("latin.tar", [m for i in range(9) for m in ((f"{i}.jpg", png(i)), (f"{i}.txt", b"A caf\xe9 ." if i < 2 else b"A dog ."))])
""")
    _, ended = verified(t, "latin.tar")
    t.says(ended, r"2 texts hold bytes that are not UTF-8 .*iconv -f cp1252 -t utf-8.* such as 0.txt")
