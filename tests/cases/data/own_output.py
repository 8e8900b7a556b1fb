"""What the program writes, it reads."""
import csv
import json

from harness import case


@case("B23", "evaluate's results carry COCO's numbers and are scored to the same digits")
def coco_results(t):
    said = t.ok("storyteller evaluate --data coco2017:$IN/coco_plain --results out.json --metrics cider --json",
                seconds=120)
    with open(t.path("out.json"), encoding="utf-8") as file:
        results = json.load(file)
    t.claim(all(isinstance(one["image_id"], int) for one in results), "ids are no numbers", results[:2])
    scored = t.ok("storyteller score --hypotheses out.json --metrics cider --json "
                  "--references $IN/coco_plain/annotations/captions_val2017.json")
    t.equal(scored.json[0]["cider"], said.json[0]["cider"], scored)


@case("B23", "Karpathy's ids, and Flickr8k's names")
def other_results(t):
    t.ok("storyteller evaluate --data flickr8k:$IN/f8k_plain --results out.json --metrics cider --json", seconds=120)
    t.ok("storyteller score --hypotheses out.json --references $IN/f8k_plain/Flickr8k.token.txt --partial "
         "--metrics cider")


@case("B23", "caption --json is scored by the last part of the path; so is caption's plain output")
def captions(t):
    t.ok("storyteller caption --json $IN/f8k_plain/images > out.jsonl; "
         "storyteller caption $IN/f8k_plain/images > out.tsv", seconds=120)
    by_json = t.ok("storyteller score --hypotheses out.jsonl --references $IN/f8k_plain/Flickr8k.token.txt "
                   "--partial --metrics cider --json")
    t.says(by_json, "paired by the name of the picture")
    by_lines = t.ok("storyteller score --hypotheses out.tsv --references $IN/f8k_plain/Flickr8k.token.txt "
                    "--partial --metrics cider --json")
    t.equal(by_lines.json[0]["cider"], by_json.json[0]["cider"], by_lines)


@case("B23", "--per-image and --report parse whatever captions and names hold")
def hostile(t):
    captions = ['a "dog", running', "=cmd|' /C calc'!A0", "a\nb", "\u2028\u2029", "</script>", "\x01\x7f", "a\\b"]
    names = ['a".jpg', "a,b.jpg", "\n.jpg", "=1+1.jpg", "\u202e.jpg", "x\t.jpg", "'"]
    with open(t.path("h.json"), "w", encoding="utf-8") as file:
        json.dump([{"image_id": name, "caption": text} for name, text in zip(names, captions)], file)
    with open(t.path("r.json"), "w", encoding="utf-8") as file:
        json.dump([{"image_id": name, "caption": "a dog"} for name in names], file)
    ended = t.ok("storyteller score --hypotheses h.json --references r.json --metrics bleu --json "
                 "--per-image each.csv && storyteller score --hypotheses h.json --references r.json "
                 "--metrics bleu --json --per-image each.json")
    t.equal(len(ended.json), 2, ended)
    with open(t.path("each.csv"), newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, strict=True))
    t.equal([row[0] for row in rows[1:]], names)
    t.equal([row[1] for row in rows[1:]], captions)
    with open(t.path("each.json"), encoding="utf-8") as file:
        t.equal([one["caption"] for one in json.load(file)], captions)
