"""Sets without a validation split: remedies, and a fair hash for small ones."""
from harness import case


@case("B34", "no validation split: the message names the ways")
def remedies(t):
    t.exits("storyteller train --data jsonl:$IN/no_val --out out_b34 $S", 3,
            "pictures by split: train 20", '"split": "val"', "no split at all: a hash")
    t.exits("storyteller train --data flickr8k:$IN/f8k_empty_dev --out out_b34 $S", 3, "val split", "Flickr_8k.devImages.txt")
    t.ok("cp -r $IN/coco_plain set && rm -r set/annotations/captions_val2017.json")
    t.exits("storyteller train --data coco2017:set --out out $S", 3, "captions_val2017.json", "annotations_trainval2017.zip")
    t.exits("storyteller train --data conceptual:$IN/cc_plain --out out $S", 3, "val.tsv", "jsonl:FILE")
    t.ok("mkdir shards && cp $IN/shards_sub/train/00000.tar shards/train-0.tar")
    t.exits("storyteller train --data shards:shards --out out $S", 3, "val-....tar")
    t.ok("""mkdir table && cp $IN/csv_plain/*.jpg table && (echo image,caption,split; for i in 00 01 02; do echo "p$i.jpg,A .,train"; done) > table/captions.csv""")
    t.exits("storyteller train --data csv:table --out out $S", 3, "column split")


@case("B34", "by hash, small sets get pictures to validate on, large ones keep theirs")
def fair(t):
    for pictures in (2, 3, 5, 10, 20, 40, 60):
        for seed in range(4):
            t.ok(f"""rm -rf set; mkdir set; for i in $(seq {pictures}); do
echo "{{\\"image\\": \\"{seed}-$i.jpg\\", \\"caption\\": \\"A .\\"}}"; done > set/captions.jsonl""")
            ended = t.ok("storyteller data stats --data jsonl:set --json")
            found = {one["split"]: one["pictures"] for one in ended.json}
            least = 1 if pictures < 10 else max(2, pictures // 20)
            t.claim(found.get("val", 0) >= least, f"{found} of {pictures}", ended)
            t.claim(found["train"] * 2 >= pictures, f"{found} of {pictures}", ended)
            if pictures >= 20:
                t.claim(found.get("test", 0) >= 1, f"{found} of {pictures}", ended)
    for name in ("jsonl_plain", "ten_pictures"):
        ended = t.ok(f"storyteller data stats --data jsonl:$IN/{name} --split val --json")
        t.claim(ended.json[0]["pictures"] >= 2, "too few", ended)
    ended = t.ok("storyteller data stats --data shards:$IN/shards_img2dataset --json")
    t.claim(all(one["pictures"] >= 2 for one in ended.json) and len(ended.json) == 3, "shards alike", ended)
