"""`data import`: what is read back is what was said, whatever the names."""
from harness import case

COMPARE = r"""python3 - <<'END'
import glob, json, os, tarfile
source = {}
for line in open("set/captions.jsonl", encoding="utf-8"):
    record = json.loads(line)
    source[record["image"]] = (record["caption"], open("set/" + record["image"], "rb").read())
found = {}
for path in glob.glob("out/*.tar"):
    with tarfile.open(path) as tar:
        parts = {}
        for member in tar:
            key, kind = member.name.rsplit(".", 1)
            parts.setdefault(key, {})["json" if kind == "json" else "picture"] = tar.extractfile(member).read()
        for key, part in parts.items():
            record = json.loads(part["json"])
            assert record["file_name"] not in found, record
            found[record["file_name"]] = (record["captions"][0], part["picture"])
assert found == source, sorted(set(found) ^ set(source))
END"""


def read_back(t, out):
    ended = t.ok(f"storyteller data stats --data shards:{out} --json")
    return sum(found["pictures"] for found in ended.json), sum(found["captions"] for found in ended.json)


@case("B3", "pictures of one stem, and names with points, all arrive")
def one_stem(t):
    ended = t.ok("storyteller data import --data jsonl:$IN/import_same_stem --out out_b3")
    t.says(ended, "train: 20 pictures in 1 shard")
    t.says(ended, "10 pictures have other names in the archives, such as ")
    t.equal(read_back(t, "out_b3"), (20, 20))
    t.ok("storyteller data import --data jsonl:$IN/import_points --out out_b3p")
    t.equal(read_back(t, "out_b3p"), (20, 20))
    t.ok("ln -s $IN/import_points set && mv out_b3p out && " + COMPARE)


@case("B3", "random names: case, points, slashes, Unicode")
def random_names(t):
    t.ok(r"""python3 - <<'END'
import glob, json, os, random
r = random.Random(3)
pictures = sorted(glob.glob(os.environ["IN"] + "/f8k_plain/images/*.jpg"))
letters = ["a", "A", "b", ".", ".", "_", "-", "/", "\u00e9", "e\u0301", "\u4e2d", " ", "1", "~", "#", "'"]
names = set()
while len(names) < 300:
    name = os.path.normpath("".join(r.choice(letters) for _ in range(r.randrange(1, 8))) + r.choice([".jpg", ".JPG", ".png", ""]))
    if name.startswith(("/", ".")) or name.strip() != name or name.endswith("/"): continue
    if any(name.startswith(other + "/") or other.startswith(name + "/") for other in names): continue
    names.add(name)
lines = ""
for i, name in enumerate(sorted(names)):
    os.makedirs(os.path.dirname("set/" + name), exist_ok=True)
    open("set/" + name, "wb").write(open(pictures[i % 40], "rb").read())
    lines += json.dumps({"image": name, "caption": f"A dog number {i} .", "split": r.choice(["train", "val", "test"])}) + "\n"
open("set/captions.jsonl", "w").write(lines)
END""")
    ended = t.ok("storyteller data import --data jsonl:set --out out --json")
    t.equal(sum(found["pictures"] for found in ended.json), 300, ended)
    t.equal(sum(found["captions"] for found in ended.json), 300, ended)
    t.equal(read_back(t, "out"), (300, 300))
    t.ok(COMPARE)
    # In the C locale too, where names are bytes.
    t.ok("rm -r out; LC_ALL=C storyteller data import --data jsonl:set --out out && " + COMPARE)


@case("B3", "keys differ also where case does not count")
def case_alone(t):
    t.ok(r"""mkdir set && cp $IN/f8k_plain/images/p00.jpg set/a.jpg && cp $IN/f8k_plain/images/p01.jpg set/A.jpg
for n in a A; do printf '{"image": "%s.jpg", "caption": "Of %s .", "split": "train"}\n' $n $n; done > set/captions.jsonl
storyteller data import --data jsonl:set --out out""")
    ended = t.ok("tar tf out/train-000000.tar | tr A-Z a-z | sort | uniq -d")
    t.equal(ended.out, "", ended)
    t.ok(COMPARE)


@case("B12", "an import that cannot be complete leaves nothing behind")
def nothing_half(t):
    t.exits(r"""cp -r $IN/jsonl_split_validation set; for f in set/p0*.jpg set/p1*.jpg; do echo GIF89a > $f; done
storyteller data import --data jsonl:set --out out --max-bad 0""", 3, "too many unusable pictures")
    t.equal(t.sh("ls -A out").out, "")
    t.ok("storyteller data import --data jsonl:set --out out --max-bad 1; ls out")
