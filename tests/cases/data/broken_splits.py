"""A split that is there and broken is an error; one that is not there is none."""
from harness import case


@case("B12", "a broken train split ends verify, stats and import with 3")
def broken_train(t):
    t.ok(r"""cp -r $IN/coco_plain set
python3 - <<'END'
path = "set/annotations/captions_train2017.json"
text = open(path).read()
open(path, "w").write(text[:len(text) // 2])
END""")
    for command in ("verify", "stats", "import --out out_b12"):
        ended = t.exits(f"storyteller data {command} --data coco2017:set", 3, "captions_train2017.json")
        t.does_not_say(ended, "train: cannot be opened")
    t.equal(t.sh("ls -A out_b12").out, "")
    t.ok("cp -r $IN/f8k_plain other && : > other/Flickr_8k.trainImages.txt")
    for command in ("verify", "stats"):
        ended = t.exits(f"storyteller data {command} --data flickr8k:other --json", 3, "train cannot be used: .*trainImages.txt")
        t.equal([found["split"] for found in ended.json], ["val", "test"], ended)


@case("B12", "null captions and lists of stems: an error or read, never passed over")
def as_reported(t):
    ended = t.sh("storyteller data verify --data coco2017:$IN/coco_null_caption --json")
    t.claim(ended.code == 3 or ended.json[0]["pictures"] == 39, "neither read nor an error", ended)
    ended = t.sh("storyteller data import --data coco2017:$IN/coco_null_caption --out out_b12")
    t.claim(ended.code == 3 or "train: 39 pictures" in ended.err, "neither copied nor an error", ended)
    ended = t.sh("storyteller data verify --data flickr8k:$IN/f8k_stems --json")
    t.claim(ended.code == 3 or ended.json[0]["pictures"] == 30, "neither read nor an error", ended)


@case("B12", "an empty list, a list of nothing that exists, too much that is bad")
def kin(t):
    t.exits("storyteller data verify --data flickr8k:$IN/f8k_empty_dev", 3, "val cannot be used: .*devImages.txt: no usable picture")
    t.exits("storyteller data stats --data flickr8k:$IN/f8k_empty_dev", 3, "val cannot be used")
    t.ok("cp -r $IN/f8k_plain set && for i in $(seq 30); do echo gone$i.jpg; done > set/Flickr_8k.trainImages.txt")
    for command in ("verify", "import --out out"):
        t.exits(f"storyteller data {command} --data flickr8k:set", 3, "train cannot be used")
    t.ok("rm set/Flickr_8k.testImages.txt set/Flickr_8k.trainImages.txt")
    t.says(t.ok("storyteller data verify --data flickr8k:set"), "train: cannot be opened")


@case("B13", "a picture in two splits is said")
def two_splits(t):
    for command in ("stats", "verify"):
        ended = t.ok(f"storyteller data {command} --data flickr8k:$IN/f8k_overlap --json")
        t.says(ended, "3 pictures of val are in train too, such as p3[0-2].jpg")
        notes = [found["notes"] for found in ended.json if found["split"] == "val"][0]
        t.claim(any("3 pictures of val" in note for note in notes), "not in JSON", ended)
    ended = t.ok("storyteller data stats --data csv:$IN/csv_split_conflict --json")
    t.says(ended, r"5 times a picture is named in a second split too, such as p00.jpg \(train and val\)")
    t.equal({found["split"]: found["pictures"] for found in ended.json}, {"train": 35, "val": 5}, ended)


@case("B13", "the same bytes under two names")
def two_names(t):
    t.ok(r"""mkdir set && cp $IN/f8k_plain/images/p*.jpg set && cp set/p00.jpg set/q.jpg
(for i in 00 01 02; do echo "{\"image\": \"p$i.jpg\", \"caption\": \"A .\", \"split\": \"train\"}"; done
for i in p10 q; do echo "{\"image\": \"$i.jpg\", \"caption\": \"A .\", \"split\": \"val\"}"; done) > set/captions.jsonl""")
    t.says(t.ok("storyteller data verify --data jsonl:set"), r"1 picture of val is in train too, such as q.jpg \(there p00.jpg\)")
    t.does_not_say(t.ok("storyteller data stats --data jsonl:set"), "is in train too")


@case("B13", "rows without a split beside rows with one")
def partly(t):
    t.says(t.ok("storyteller data stats --data csv:$IN/csv_split_partly"), "35 of 40 pictures name no split and count as train")


@case("B11", "annotations that stand twice count once")
def twice(t):
    ended = t.ok("storyteller data stats --data coco2017:$IN/coco_twice --split train --json")
    t.equal(ended.json[0]["captions"], 40, ended)
    t.says(ended, "40 captions stand twice for their picture and count once")
    ended = t.ok("storyteller data stats --data csv:$IN/csv_twice --json")
    t.equal(sum(found["captions"] for found in ended.json), 40, ended)
    for change in (r"s/ \./  ./", r"s/ \.//", r"s/ /  /"):  # but for blanks or the last point
        t.ok(f"rm -rf set; cp -r $IN/csv_plain set; sed '1d;{change}' $IN/csv_plain/captions.csv >> set/captions.csv")
        ended = t.ok("storyteller data stats --data csv:set --json")
        t.equal(sum(found["captions"] for found in ended.json), 40, ended)
        t.says(ended, "captions stand twice for their picture and count once")


@case("B13", "a training says that pictures of val are in train, once")
def training_on_validation_pictures(t):
    t.need_data()
    ended = t.ok("storyteller train --data flickr8k:$IN/f8k_overlap --out r --set epochs=1 --set min_count=1 $S")
    t.equal(ended.err.count("pictures of val are in train too"), 1, ended)
    ended = t.ok("storyteller train --data scenes:train=8,val=4 --out s --set epochs=1 --set detector_epochs=0 $C")
    t.does_not_say(ended, "in train too")
