"""`score` with the files that people have: tables, JSON in other layouts, ids in other forms."""
from harness import case

TRUTH = 3.354  # CIDEr of hyps.json against refs.json, to three places
ONE_REFERENCE = 3.4  # of the same with one reference an image: no less


def cider(t, hypotheses, references, options=""):
    """CIDEr and the rest of the JSON; files are those of $IN/m."""
    found = t.ok(f"storyteller score --hypotheses $IN/m/{hypotheses} --references $IN/m/{references} "
                 f"--metrics cider --json {options}")
    return found.json[0], found


@case("B5", "tables are read: columns, not words of captions, and rows go by image")
def tables(t):
    truth, _ = cider(t, "hyps.json", "refs_dict.json")
    t.near(truth["cider"], TRUTH, 0.001)
    for hypotheses in ("hyps.csv", "hyps_shuffled.csv", "hyps.tsv", "hyps_shuffled.tsv", "hyps.json"):
        for references in ("refs.csv", "refs.tsv", "refs_pipe.csv", "refs.json", "refs.token.txt"):
            found, ended = cider(t, hypotheses, references)
            t.near(found["cider"], TRUTH, 0.001, ended)
            t.equal(found["images"], 6, ended)


@case("B5", "UTF-16, old Mac line ends, gzip and a byte order mark are text as any other")
def encodings(t):
    truth, _ = cider(t, "hyps.txt", "refs.txt")
    for end in ("utf16", "cr"):
        found, ended = cider(t, f"hyps_{end}.txt", f"refs_{end}.txt")
        t.equal((found["cider"], found["images"]), (truth["cider"], 6), ended)
    t.ok("gzip -c $IN/m/hyps.json > h.json.gz; gzip -c $IN/m/refs.txt > r.txt.gz; "
         "printf '\\xef\\xbb\\xbf' | cat - $IN/m/hyps.txt > bom.txt")
    found = t.ok("storyteller score --hypotheses h.json.gz --references $IN/m/refs.json --metrics cider --json")
    t.near(found.json[0]["cider"], TRUTH, 0.001)
    found = t.ok("storyteller score --hypotheses bom.txt --references r.txt.gz --metrics cider --json")
    t.equal(found.json[0]["cider"], truth["cider"])
    t.near(cider(t, "hyps_utf16.json", "refs.json")[0]["cider"], TRUTH, 0.001)
    t.exits("printf 'a\\0b\\n' > nul.txt; storyteller score --hypotheses nul.txt --references nul.txt", 3,
            "nul.txt:1: a NUL byte")


@case("B5", "names in front of every caption without a separator are refused, and so are odd tables")
def refused(t):
    t.exits("printf 'a.jpg a dog\\nb.jpg a cat\\n' > h.txt; "
            "storyteller score --hypotheses h.txt --references h.txt", 3, "name of a picture.*tab")
    t.exits("printf 'who,what\\na,b\\n' > h.csv; storyteller score --hypotheses h.csv --references h.csv",
            3, "'who', 'what'")


@case("B5", "--training, tokenize and rate make meet the same files")
def other_commands(t):
    found = t.ok("storyteller score --hypotheses $IN/m/hyps.json --references $IN/m/refs.json --metrics bleu "
                 "--report page.html --training $IN/m/refs.csv --json")
    plain = t.ok("storyteller score --hypotheses $IN/m/hyps.json --references $IN/m/refs.json --metrics bleu "
                 "--report page.html --training $IN/m/refs.txt --json")
    t.equal(found.json[0]["diversity"], plain.json[0]["diversity"], found)
    lines = t.ok("storyteller tokenize < $IN/m/hyps_cr.txt").lines
    t.equal((len(lines), lines[0]), (6, "a dog runs on the grass"))
    t.equal(t.ok("storyteller tokenize < $IN/m/hyps_utf16.txt").lines, lines)
    t.says(t.ok("storyteller tokenize < $IN/m/hyps.tsv"), "name of a picture")
    t.says(t.ok("printf 'caf\\xe9\\n' | storyteller tokenize"), "not UTF-8.*first line 1.*iconv -f cp1252")


@case("B24", "hypotheses in every layout of JSON")
def json_hypotheses(t):
    for name in ("hyps.jsonl", "hyps_dict.json", "hyps_dict_captions.json", "hyps_map.json",
                 "hyps_results.json", "hyps_predictions.json", "hyps_file_name.json", "hyps_id.json",
                 "hyps_padded.json", "hyps_names.json", "hyps_coco_names.json", "hyps_lists.json",
                 "hyps_nan.json", "hyps_str.json", "hyps_stems.json", "hyps_float.json",
                 "hyps_image.jsonl", "hyps_trailing_comma.json"):
        found, ended = cider(t, name, "refs.json")
        t.near(found["cider"], TRUTH, 0.001, ended)
    t.exits("storyteller score --hypotheses $IN/m/hyps_single_quotes.json --references $IN/m/refs.json", 3,
            "single quotes.*json.dump")
    t.exits("storyteller score --hypotheses $IN/m/hyps_latin1.json --references $IN/m/refs.json", 3,
            "not UTF-8.*iconv")


@case("B24", "references in every layout")
def json_references(t):
    for name in ("refs_dict.json", "refs_karpathy.json", "refs.jsonl", "refs_blip_gt.json", "refs.csv"):
        found, ended = cider(t, "hyps.json", name)
        t.near(found["cider"], TRUTH, 0.001, ended)


@case("B24", "a caption that is null is an empty one, and said; a blank last line is nothing")
def nulls_and_blanks(t):
    found, ended = cider(t, "hyps_null.json", "refs.json")
    empty, _ = cider(t, "hyps_empty.json", "refs.json")
    t.equal(found["cider"], empty["cider"], ended)
    t.says(ended, "1 caption is null, the first that of image 43")
    t.claim(any("null" in note for note in found["notes"]), "the JSON does not say it", ended)
    truth, _ = cider(t, "hyps.txt", "refs.txt")
    t.equal(cider(t, "hyps_blank_end.txt", "refs.txt")[0]["cider"], truth["cider"])


@case("B24", "what was guessed is said, and messages show an id of each side")
def messages(t):
    found, ended = cider(t, "hyps_coco_names.json", "refs_blip_gt.json")
    t.says(ended, "COCO_val2014_000000000042.jpg.*000000000042.*paired by the number")
    t.claim(any("paired by" in note for note in found["notes"]), "the JSON does not say it", ended)
    t.ok("""echo '[{"image_id": "x", "caption": "a dog"}]' > other.json""")
    t.exits("storyteller score --hypotheses other.json --references $IN/m/refs.json", 3, r"\(x\).*\(42, 43")
    t.exits("storyteller score --hypotheses $IN/m/hyps_extra.json --references $IN/m/refs.json", 3,
            "999; there, one is called 42")


@case("B24", "several files of references with ids of their own; ids of token files")
def several(t):
    found, ended = cider(t, "hyps.json", "refs.json", "--references $IN/m/refs.csv")
    t.equal((found["images"], found["references"]), (6, 18), ended)
    found, ended = cider(t, "hyps.token.txt", "refs.json")
    t.near(found["cider"], TRUTH, 0.001, ended)
