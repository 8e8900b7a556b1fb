"""Features that were kept: of these pictures, not of others of the same name."""
import os

from harness import case

EVALUATE = "storyteller evaluate --metrics cider --json --cache"


@case("B8", "pictures of the same names and sizes in another set")
def same_size(t):
    t.need_data()
    for data, cache, out in (("one", "c", "one.json"), ("two", "c", "two.json"), ("two", "fresh", "right.json")):
        t.ok(f"{EVALUATE} {cache} --data jsonl:$IN/same_size_{data} --results {out}")
    t.ok("cmp two.json right.json && ! cmp -s one.json two.json")


@case("B8", "pictures edited in place that keep name, size and time")
def edited_in_place(t):
    t.need_data()
    t.ok(f"cp -rp $IN/same_size_one set && {EVALUATE} c --data jsonl:set --results one.json")
    t.ok("""cd set && find . -type f \\( -name '*.jpg' -o -name '*.png' \\) | while read -r f
            do cp "$f" ../old && cat "$IN/same_size_two/$f" > "$f" && touch -r ../old "$f"; done""")
    t.ok(f"{EVALUATE} c --data jsonl:set --results two.json")
    t.ok(f"{EVALUATE} fresh --data jsonl:$IN/same_size_two --results right.json")
    t.ok("cmp two.json right.json && ! cmp -s one.json two.json")


@case("B8", "the same pictures under another path are not computed again")
def moved(t):
    t.need_data()
    t.ok(f"cp -r $IN/same_size_one a && {EVALUATE} c --data jsonl:a")
    t.ok(f"cp -r a b && {EVALUATE} c --data jsonl:b")
    t.equal(len(os.listdir(t.path("c"))), 1)


@case("B8", "members of shards of the same names and sizes")
def shards(t):
    t.need_data()
    for data in ("one", "two"):
        t.ok(f"storyteller data import --data jsonl:$IN/same_size_{data} --out shards_{data}")
        t.ok(f"{EVALUATE} c --data shards:shards_{data} --results {data}.json")
    t.ok(f"{EVALUATE} fresh --data shards:shards_two --results right.json")
    t.ok("cmp two.json right.json && ! cmp -s one.json two.json")
