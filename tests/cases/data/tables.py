"""Tables: CSV and its relatives."""
from harness import case

ALL = 40  # pictures of most inputs


def counts(t, data, **options):
    """(pictures, captions) of all splits together, and how the command ended."""
    found = t.ok(f"storyteller data stats --data {data} --json", **options)
    lines = found.json
    return sum(line["pictures"] for line in lines), sum(line["captions"] for line in lines), found


@case("B17", "a table with a byte order mark")
def byte_order_mark(t):
    found = t.ok("storyteller data stats --data csv:$IN/csv_bom --split train --json").json
    t.claim(found[0]["pictures"] > 20, "pictures are missing", found)


@case("B17", "titles in any case, under other names, between any separators")
def titles(t):
    for table, captions in (
            ("csv_names_other", 1), ("csv_comment", 2), ("csv_pipe", 2), ("csv_semicolon", 1),
            ("csv_title_case", 1), ("csv_title_blank", 1), ("csv_caption_columns", 2),
            ("csv_captions_list", 2), ("csv_number_ids", 1), ("csv_title_quoted", 1),
            ("csv_index_column", 1), ("csv_trailing_comma", 1), ("csv_crlf", 1)):
        pictures, all_captions, ended = counts(t, f"csv:$IN/{table}")
        t.equal((table, pictures, all_captions), (table, ALL, ALL * captions), ended)


@case("B17", "a table without titles is guessed, and that is said")
def no_titles(t):
    pictures, captions, ended = counts(t, "csv:$IN/csv_no_title")
    t.equal((pictures, captions), (ALL, ALL), ended)
    t.says(ended, "the first line has no titles")


@case("B17", "an unknown title is named, with those that are known")
def unknown_titles(t):
    t.ok("mkdir own; printf 'photograph_nr,words\\np00,a dog\\n' > own/captions.csv")
    t.exits("storyteller data stats --data csv:own", 3, "captions.csv:1: ", "'photograph_nr', 'words'",
            "image, file_name", "caption, text", "docs/your-own-data.md")


@case("B17", "commas and quotes in the last column belong to the caption")
def commas(t):
    for table in ("csv_comma", "csv_quotes_inside", "csv_quote_first", "csv_blank_name"):
        pictures, captions, ended = counts(t, f"csv:$IN/{table}")
        t.equal((table, pictures, captions), (table, ALL, ALL), ended)
    t.says(counts(t, "csv:$IN/csv_comma")[2], "8 captions hold ',' outside of quotes.*line 2")


@case("B37", "quotes that are not closed are named by the line where they open")
def unclosed(t):
    t.exits("storyteller data stats --data csv:$IN/csv_unclosed --split train", 3,
            r"captions\.csv:4: the quotes that open in this line are not closed")


@case("B17", "a folder with metadata in train, validation and test is one set")
def image_folder(t):
    for data in ("csv:$IN/imagefolder", "jsonl:$IN/imagefolder_jsonl"):
        found = t.ok(f"storyteller data verify --data {data} --json").json
        t.equal([(line["split"], line["pictures"]) for line in found],
                [("train", 30), ("val", 5), ("test", 5)], found)


@case("B17", "a file for each split")
def file_for_each_split(t):
    t.ok("mkdir own; cp $IN/csv_plain/*.jpg own; cd own; (echo image,caption; sed -n 2,31p $IN/csv_plain/captions.csv)"
         " > train.csv; (echo image,caption; sed -n 32,41p $IN/csv_plain/captions.csv) > valid.csv")
    found = t.ok("storyteller data verify --data csv:own --json")
    t.equal([(line["split"], line["pictures"]) for line in found.json], [("train", 30), ("val", 10)], found)
    t.says(found, "taken from train.csv valid.csv")


@case("B17", "a tab in a caption, sep=, cells of nan")
def others(t):
    t.ok("mkdir own; cp $IN/csv_plain/*.jpg own; printf 'sep=;\\nimage;caption\\np00.jpg;a dog\\truns\\n' > own/captions.csv")
    pictures, captions, ended = counts(t, "csv:own")
    t.equal((pictures, captions), (1, 1), ended)
    t.ok("printf 'image,caption\\tpage\\np00.jpg,a dog\\truns\\n' > own/captions.csv; "
         "printf 'image,caption\\np00.jpg,a dog\\truns\\n' > own/captions.csv")
    t.equal(counts(t, "csv:own")[:2], (1, 1))
    pictures, captions, ended = counts(t, "csv:$IN/csv_nan")
    t.equal((pictures, captions), (30, 30), ended)
    t.says(ended, "10 of 40 rows have no caption")


@case("B17", "a spreadsheet is named, with the way out")
def spreadsheet(t):
    t.ok(r"mkdir set; cp $IN/f8k_plain/images/p0*.jpg set; printf 'PK\003\004' > set/captions.xlsx")
    for data in ("set", "set/captions.xlsx"):
        t.exits(f"storyteller data stats --data csv:{data}", 3, "captions.xlsx: a spreadsheet.*save it as CSV")
