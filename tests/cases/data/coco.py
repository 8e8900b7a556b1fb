"""COCO's files and Karpathy's, with their ids, folders and names."""
from harness import case


def verified(t, data, more=""):
    found = t.ok(f"storyteller data verify --data {data} --json {more}")
    return {line["split"]: line["pictures"] for line in found.json}, found


@case("B21", "ids as text, as 42.0, padded, mixed; captions in lists; folders in their own")
def ids(t):
    for name in ("coco_string_ids", "coco_mixed_ids", "coco_float_ids", "coco_padded_ids",
                 "coco_list_caption", "coco_annotations_first", "coco_url"):
        splits, found = verified(t, f"coco2017:$IN/{name}")
        t.equal((name, splits), (name, {"train": 40, "val": 5}), found)
    for name in ("coco_nested", "coco_nested_images"):
        t.equal((name, verified(t, f"coco2017:$IN/{name}", "--split train")[0]), (name, {"train": 40}))


@case("B21", "annotations of pictures that are not listed are counted and said")
def orphans(t):
    for name, left, pictures in (("coco_orphan", "1 annotation of", 39), ("coco_orphan_many", "20 annotations of", 20)):
        splits, found = verified(t, f"coco2017:$IN/{name}", "--split train")
        t.equal(splits, {"train": pictures}, found)
        t.says(found, left + r" no picture.*annotations\[\d+\] \(image_id 1\d\d\)")


@case("B21", "objects in place of captions are recognised; one id of two pictures is an error")
def errors(t):
    t.exits("storyteller data verify --data coco2017:$IN/coco_instances --split train", 3,
            "COCO's instances", "captions_")
    t.exits("storyteller data verify --data coco2017:$IN/coco_dup_image_id --split train", 3,
            r"images\[40\]: id 100 is that of 'p00.jpg' \(images\[0\]\) and of 'p01.jpg'")


@case("B21", "photographs called as in another year's COCO")
def other_year(t):
    splits, found = verified(t, "coco2014:$IN/coco14_with_17", "--split train")
    t.equal(splits, {"train": 40}, found)
    t.says(found, "also looked for as '000000000000.jpg'")


@case("B21", "Karpathy's records without raw, in an array, under another name, in folders in their own")
def karpathy(t):
    for name in ("karpathy_plain", "karpathy_no_raw", "karpathy_array", "karpathy_other_name", "karpathy_no_filename",
                 "karpathy_nested"):
        splits, found = verified(t, f"karpathy:$IN/{name}")
        t.equal((name, splits), (name, {"train": 30, "val": 5, "test": 5}), found)
    t.equal(verified(t, "karpathy:$IN/karpathy_split_valid")[0], {"train": 30, "val": 10})
