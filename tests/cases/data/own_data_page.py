"""The sets that docs/your-own-data.md shows, made from the page itself."""
import os
import re

from harness import case


def make_sets(t):
    """Writes the files and pictures of the page."""
    with open(os.path.join(t.root, "docs", "your-own-data.md"), encoding="utf-8") as page:
        text = page.read()
    files = re.findall(r"<!-- file (\S+) -->\n```\w*\n(.*?)```\n", text, re.S)
    for name, content in files:
        os.makedirs(os.path.dirname(t.path(name)), exist_ok=True)
        with open(t.path(name), "w", encoding="utf-8") as out:
            out.write(content)
    for folder, names in re.findall(r"<!-- pictures (\S+) (.*?) -->", text):
        t.ok(f"mkdir -p {folder}; i=0; for p in {names}; do cp $IN/csv_plain/p0$i.jpg {folder}/$p; i=$((i+1)); done")
    t.equal(len(files), 7, "files of six forms")


@case("B17", "the six forms of docs/your-own-data.md are read as the page says")
def forms(t):
    make_sets(t)
    t.ok("mkdir shards && tar --sort=name -C loose -cf shards/train-00000.tar . "
         "&& cp shards/train-00000.tar shards/val-00000.tar")
    for data, expected in (("csv:own", {"train": (2, 3), "val": (1, 1)}),
                           ("jsonl:lines", {"train": (2, 3), "val": (1, 1)}),
                           ("karpathy:split", {"train": (2, 3), "val": (1, 1)}),
                           ("shards:shards", {"train": (2, 2), "val": (2, 2)})):
        found = t.ok(f"storyteller data verify --data {data} --json")
        t.equal({line["split"]: (line["pictures"], line["captions"]) for line in found.json}, expected, found)
    found = t.ok("storyteller data verify --data flickr8k:flickr8k --json")
    t.equal(sum(line["captions"] for line in found.json), 4, found)
    found = t.ok("storyteller data verify --data coco:mine --json")
    t.equal({line["split"]: line["pictures"] for line in found.json}, {"train": 2, "val": 1}, found)


@case("B17", "training on several sets of docs/your-own-data.md together")
def several_sets(t):
    t.need_data()
    make_sets(t)
    command = "storyteller train --data csv:own --data jsonl:lines --out both --set data_weights=lines:2"
    with open(os.path.join(t.root, "docs", "your-own-data.md"), encoding="utf-8") as page:
        t.claim(command in page.read(), "the page has another command")
    trained = t.ok(command + " $S --set epochs=1 --set min_count=1; ls both/best.storyteller", seconds=120)
    t.says(trained, "own: 2 pictures, 3 captions")
    t.says(trained, "lines: 2 pictures, 3 captions, seen 2 times an epoch")
    t.says(trained, "pictures? of lines (is|are) in own too")
    t.says(trained, "mean of 2 sets")
    with open(t.path("both", "log.csv"), encoding="utf-8") as log:
        t.claim("lines/cider" in log.readline(), "the log has no column of the set")
    scored = t.ok("storyteller evaluate --model both/best.storyteller --data csv:own --data jsonl:lines --json --cache cache")
    t.equal(list(scored.json[0]["sets"]), ["own", "lines"], scored)
    t.claim("cider" in scored.json[0]["mean"], "no mean", scored)
    t.exits(command.replace("jsonl:lines", "csv:own") + " $S", 2, "two data sets are called 'own'", "NAME=")


@case("B17", "styles of several sets of docs/your-own-data.md")
def styles(t):
    t.need_data()
    make_sets(t)
    t.ok("storyteller train --data csv:own --data jsonl:lines --out styled $S --set epochs=1 --set min_count=1 "
         "--set style_tokens=true", seconds=120)
    photo = "styled/best.storyteller $IN/csv_plain/p00.jpg"
    for style in ("", "--style own", "--style lines"):
        said = t.ok(f"storyteller caption --model {photo} {style}")
        t.claim(said.out.strip() and "<" not in said.out, "a token was said", said)
    t.exits(f"storyteller caption --model {photo} --style line", 2, "--style: .*knows no style 'line'", "own, lines")
    scored = t.ok("storyteller evaluate --model styled/best.storyteller --data jsonl:lines --json --cache cache")
    t.equal(scored.json[0]["style"], "lines", scored)
    asked = t.ok("storyteller evaluate --model styled/best.storyteller --data jsonl:lines --style own --json --cache cache")
    t.equal(asked.json[0]["style"], "own", asked)


@case("B17", "training on the first form of docs/your-own-data.md")
def training(t):
    t.need_data()
    make_sets(t)
    t.ok("storyteller train --data csv:own --out run $S --set epochs=1 --set min_count=1; ls run/best.storyteller",
         seconds=120)
