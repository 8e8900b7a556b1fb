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
