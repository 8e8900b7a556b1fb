"""JSON in the shapes that people have, and captions that are not there."""
from harness import case


def counts(t, data, more=""):
    found = t.ok(f"storyteller data stats --data {data} --json {more}")
    return (sum(line["pictures"] for line in found.json),
            sum(line["captions"] for line in found.json), found)


@case("B18", "records under the usual names, captions as text or list")
def records(t):
    for name, captions in (
            ("jsonl_caption_list", 2), ("jsonl_captions_string", 1), ("jsonl_sentences", 1),
            ("jsonl_dict_image", 1), ("jsonl_number_name", 1), ("jsonl_pretty", 1),
            ("jsonl_nan", 1), ("jsonl_surrogate", 1), ("jsonl_split_null", 1),
            ("json_array_one_line", 1), ("llava", 1), ("json_array/captions.json", 1),
            ("json_dict/captions.json", 2), ("coco_custom/captions.json", 1),
            ("blip/coco_karpathy_train.json", 1), ("jsonl_crlf_bom", 1), ("jsonl_image_id", 1)):
        pictures, all_captions, ended = counts(t, f"jsonl:$IN/{name}")
        t.equal((name, pictures, all_captions), (name, 40, 40 * captions), ended)


@case("B18", "what was mended is said")
def mended(t):
    t.says(counts(t, "jsonl:$IN/jsonl_nan")[2], "40 lines hold NaN")
    t.says(counts(t, "jsonl:$IN/jsonl_surrogate")[2], "half of a surrogate pair")


@case("B18", "a folder with JSON of other names; pictures in images/ and val2014/")
def folders(t):
    for data in ("json:$IN/json_array", "json:$IN/json_dict", "coco:$IN/coco_custom"):
        found = t.ok(f"storyteller data verify --data {data} --json")
        t.equal(sum(line["pictures"] for line in found.json), 40, found)
    found = t.ok("storyteller data verify --data jsonl:$IN/blip --json")
    t.equal(sum(line["pictures"] for line in found.json), 40, found)
    t.says(found, "taken from coco_karpathy_train.json coco_karpathy_val.json")


@case("B18", "COCO's layout as VizWiz has it, pandas' columns, a dictionary of splits")
def layouts(t):
    t.ok("""mkdir -p own/annotations own/train own/val; cp $IN/csv_plain/p0[0-4].jpg own/train; cp $IN/csv_plain/p0[5-6].jpg own/val
cat > write.py <<'P'
import json
def coco(names):
    return {"images": [{"id": i, "file_name": n} for i, n in enumerate(names)],
            "annotations": [{"id": i, "image_id": i, "caption": "a dog runs", "is_precanned": i == 1}
                            for i, n in enumerate(names)]}
names = ["p%02d.jpg" % i for i in range(7)]
json.dump(coco(names[:5]), open("own/annotations/train.json", "w"))
json.dump(coco(names[5:]), open("own/annotations/val.json", "w"))
json.dump({"image": {str(i): n for i, n in enumerate(names)}, "caption": {str(i): "a dog" for i in range(7)}},
          open("columns.json", "w"))
json.dump({"train": [{"image": n, "caption": "a dog"} for n in names[:5]], "validation": {n: ["a cat"] for n in names[5:]}},
          open("splits.json", "w"))
P
python3 write.py""")
    found = t.ok("storyteller data verify --data coco:own --json")
    t.equal([(line["split"], line["pictures"]) for line in found.json], [("train", 4), ("val", 1)], found)
    t.says(found, "1 annotation marked as rejected or as saying nothing")
    t.equal(counts(t, "json:columns.json")[:2], (7, 7))
    found = t.ok("storyteller data stats --data json:splits.json --json")
    t.equal([(line["split"], line["pictures"]) for line in found.json], [("train", 5), ("val", 2)], found)


@case("B18", "what is no JSON is named by its place, with the cause")
def broken(t):
    t.ok("""mkdir a b c; printf '[{"image":"p.jpg","caption":"a dog"},{"image":"q.jpg",]' > a/captions.json
printf '{"image":"p.jpg","caption":"a dog"}\\n{"image":"q.jpg","caption":"a\\n' > b/captions.jsonl
printf '{"img_nr":1,"words":"x"}\\n{"img_nr":2,"words":"y"}\\n' > c/captions.jsonl""")
    t.exits("storyteller data stats --data json:a", 3, "captions.json: .*not valid JSON")
    t.exits("storyteller data stats --data jsonl:b", 3, "captions.jsonl:2: not a JSON object: parse error")
    t.exits("storyteller data stats --data jsonl:c", 3, "captions.jsonl:1: no \"image\"", "img_nr, words",
            "docs/your-own-data.md")


@case("B19", "null and absent captions are pictures without captions")
def null_captions(t):
    pictures, captions, ended = counts(t, "jsonl:$IN/jsonl_null")
    t.equal((pictures, captions), (35, 35), ended)
    t.says(ended, "5 of 40 rows have no caption.*p00.jpg")
    found = t.ok("storyteller data stats --data coco2017:$IN/coco_null_caption --split train --json")
    t.equal((found.json[0]["pictures"], found.json[0]["captions"]), (39, 39), found)
    t.says(found, "1 of 40 rows have no caption")


@case("B19", "a number, false, an empty list are no captions; no caption at all is an error")
def no_captions(t):
    t.ok("""mkdir own; printf '%s\\n' '{"image":"a.jpg","caption":7}' '{"image":"b.jpg","caption":false}' \
'{"image":"c.jpg","captions":[]}' '{"image":"d.jpg"}' '{"image":"e.jpg","caption":null,"text":"a dog","split":"train"}' \
> own/captions.jsonl""")
    found = t.ok("storyteller data stats --data jsonl:own --split train --json")
    t.equal(found.json[0]["captions"], 1, found)
    t.says(found, "4 of 5 rows have no caption")
    t.ok("head -4 own/captions.jsonl > none.jsonl")
    t.exits("storyteller data stats --data jsonl:none.jsonl", 3, "none of the 4 records has a caption")


@case("B18", "an array through a pipe cannot be told from lines, and is said")
def pipe(t):
    found = t.ok("cat $IN/jsonl_plain/captions.jsonl | storyteller data stats --data jsonl:- --split train --json")
    t.claim(found.json[0]["pictures"] > 30, "lines through a pipe", found)
    t.exits("cat $IN/json_array_one_line/captions.jsonl | storyteller data stats --data jsonl:- --split train", 3,
            "not a JSON object, but a JSON array")
