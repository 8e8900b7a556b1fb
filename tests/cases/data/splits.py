"""Names of splits, and pictures that stand in two of them."""
from harness import case


def sizes(t, data, **options):
    """Pictures by split, as `data stats` counts them."""
    found = t.ok(f"storyteller data stats --data {data} --json", **options)
    return {line["split"]: line["pictures"] for line in found.json}


@case("B33", "splits of a table: Train, Validation, training, valid, testing")
def names_in_tables(t):
    for table in ("csv_split_validation", "csv_split_words"):
        t.equal(sizes(t, f"csv:$IN/{table}"), {"train": 30, "val": 5, "test": 5}, table)


@case("B33", "validation in Karpathy's JSON")
def validation_in_karpathy(t):
    t.equal(sizes(t, "karpathy:$IN/karpathy_split_valid"), {"train": 30, "val": 10})


@case("B33", "a split of null is none")
def null_split(t):
    found = sizes(t, "jsonl:$IN/jsonl_split_null")
    t.equal(sum(found.values()), 40, found)
    t.claim(found["train"] >= 30, "most pictures are train", found)


@case("B33", "--split takes the same names")
def split_option(t):
    for name in ("validation", "VAL", "valid", "dev", "eval"):
        found = t.ok(f"storyteller data stats --data jsonl:$IN/jsonl_split_validation --split {name} --json")
        t.equal(found.json[0]["split"], "val", found)
        t.equal(found.json[0]["pictures"], 10, found)
    t.exits("storyteller data stats --data jsonl:$IN/jsonl_split_validation --split vla", 2,
            "unknown split 'vla'", "train, val, test")


@case("B33", "evaluate takes --split validation")
def evaluate_split(t):
    t.need_data()
    found = t.sh("storyteller evaluate --data jsonl:$IN/jsonl_split_validation --split validation --cache cache")
    t.does_not_say(found, "unknown split")
    t.equal(found.code, 0, found)


@case("B33", "a split of another name is an error with its line")
def unknown_split(t):
    t.ok("cp -r $IN/csv_plain own; awk -F, 'NR==1{print \"image,caption,split\"} NR>1{print $0 \",minitrain\"}'"
         " $IN/csv_plain/captions.csv > own/captions.csv")
    t.exits("storyteller data stats --data csv:own", 3, r"captions\.csv:2: unknown split 'minitrain'")


@case("B13", "lists that share pictures are said, in both splits")
def overlap_of_lists(t):
    found = t.ok("storyteller data stats --data flickr8k:$IN/f8k_overlap")
    t.says(found, "3 pictures of val are in train too, such as p30.jpg")
    t.equal(found.err.count("pictures of val are in train too"), 1, found)
    t.ok("cp -r $IN/f8k_plain own; cp own/Flickr_8k.trainImages.txt own/Flickr_8k.devImages.txt")
    t.says(t.ok("storyteller data stats --data flickr8k:own --split val"), "30 pictures of val are in train too")


@case("B13", "COCO's val within its train is said")
def overlap_of_coco(t):
    t.says(t.ok("storyteller data stats --data coco2017:$IN/coco_plain --split val"),
           "5 pictures of val are in train too, such as p00.jpg")
    found = t.ok("storyteller data stats --data coco2017:$IN/coco_plain --json")
    t.equal(found.err.count("pictures of val are in train too"), 1, found)
    t.equal([sum("in train too" in note for note in split["notes"]) for split in found.json], [0, 1], found)


@case("B13", "rows that put a picture into train and val: it is val, and that is said")
def conflict_of_rows(t):
    t.equal(sizes(t, "csv:$IN/csv_split_conflict"), {"train": 35, "val": 5})


@case("B13", "rows without a split beside rows with one count as train, and that is said")
def partly(t):
    t.equal(sizes(t, "csv:$IN/csv_split_partly"), {"train": 35, "val": 5})
    t.says(t.ok("storyteller data stats --data csv:$IN/csv_split_partly --split val"),
           "35 of 40 pictures name no split and count as train")
