"""Flickr8k and Flickr30k as people get them."""
from harness import case


def verified(t, data, more=""):
    found = t.ok(f"storyteller data verify --data {data} --json {more}")
    return {line["split"]: (line["pictures"], line["captions"]) for line in found.json}, found


def total(splits):
    return tuple(sum(column) for column in zip(*splits.values()))


@case("B16", "Kaggle's Flickr8k and Flickr30k, without lists: divided by a hash, which is said")
def kaggle(t):
    for data in ("flickr8k:$IN/f8k_kaggle", "flickr30k:$IN/f30k_kaggle", "flickr30k:$IN/f30k_new_kaggle",
                 "flickr8k:$IN/f8k_no_split_lists"):
        splits, found = verified(t, data)
        t.equal((data, total(splits)), (data, (40, 200)), found)
        t.says(found, "no lists of the splits .* by a hash of their names")
    for data in ("csv:$IN/f8k_kaggle", "csv:$IN/f30k_new_kaggle"):
        t.equal(total(verified(t, data)[0]), (40, 200))


@case("B16", "the official layouts: zips, a folder in its own, stems in lists and tokens")
def official(t):
    whole = {"train": (30, 150), "val": (5, 25), "test": (5, 25)}
    for data in ("flickr8k:$IN/f8k_plain", "flickr8k:$IN/f8k_zips", "flickr8k:$IN/f8k_tokens_stems",
                 "flickr8k:$IN/f8k_spaces", "flickr8k:$IN/f8k_token_1", "flickr8k:$IN/f8k_crlf",
                 "flickr30k:$IN/f30k_lists", "flickr30k:$IN/f30k_lists_nested"):
        splits, found = verified(t, data)
        t.equal((data, splits), (data, whole), found)
        t.does_not_say(found, "hash")
    t.equal(verified(t, "flickr8k:$IN/f8k_stems", "--split train")[0], {"train": (30, 150)})


@case("B16", "Hugging Face's table of Flickr30k, as flickr30k and as csv")
def hugging_face(t):
    whole = {"train": (30, 150), "val": (5, 25), "test": (5, 25)}
    t.equal(verified(t, "flickr30k:$IN/f30k_hf")[0], whole)
    t.equal(verified(t, "csv:$IN/f30k_hf/flickr_annotations_30k.csv")[0], whole)


@case("B16", "lemmas alone are read, and said to be no sentences")
def lemmas(t):
    splits, found = verified(t, "flickr8k:$IN/f8k_lemma")
    t.equal(splits["train"], (30, 150), found)
    t.says(found, "base forms of words")


@case("B16", "a list that is missing among others is an error")
def missing_list(t):
    t.ok("cp -r $IN/f8k_plain own; rm own/Flickr_8k.testImages.txt")
    t.exits("storyteller data verify --data flickr8k:own --split test", 3,
            "no list of the test split", "there are lists for: train val")
    t.ok("mkdir empty empty/images")
    t.exits("storyteller data verify --data flickr8k:empty", 3, "no captions", "docs/your-own-data.md")


@case("B16", "lists with folders in front of the names, blank lines, old Mac line ends")
def odd_lists(t):
    whole = {"train": (30, 150), "val": (5, 25), "test": (5, 25)}
    t.ok(r"""cp -r $IN/f8k_plain own && cd own && sed -i 's#^#Flicker8k_Dataset/#; 3a\\n  ' Flickr_8k.trainImages.txt
sed -i 's#^#images\\#' Flickr_8k.devImages.txt; tr '\n' '\r' < Flickr_8k.testImages.txt > x && mv x Flickr_8k.testImages.txt""")
    t.equal(verified(t, "flickr8k:own")[0], whole)
