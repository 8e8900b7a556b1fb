"""Captions in other encodings than UTF-8."""
from harness import case


@case("B14", "UTF-16 tables and token files are read")
def utf16(t):
    for data in ("csv:$IN/csv_utf16", "csv:$IN/csv_utf16_tsv/captions.tsv"):
        found = t.ok(f"storyteller data stats --data {data} --json")
        t.equal(sum(line["captions"] for line in found.json), 40, found)
    found = t.ok("storyteller data stats --data flickr8k:$IN/f8k_utf16 --json")
    t.equal([line["captions"] for line in found.json], [150, 25, 25], found)


@case("B14", "Windows-1252 in a table is said, with its lines and the way out")
def windows(t):
    t.says(t.ok("storyteller data stats --data csv:$IN/csv_cp1252 --split train"),
           r"captions\.csv: 40 lines hold bytes that are not UTF-8, first line 2.*iconv")


@case("B14", "bytes that are not UTF-8 in JSON are an error that says where")
def json_bytes(t):
    t.exits("storyteller data stats --data jsonl:$IN/jsonl_invalid_utf8", 3,
            r"captions\.jsonl:1: .*column 40.*ill-formed UTF-8.*iconv -f cp1252")


@case("B14", "lines that end in CR; gzip'd tables and lines")
def line_ends(t):
    t.ok("mkdir own; cp $IN/csv_plain/*.jpg own; gzip -c $IN/csv_plain/captions.csv > own/captions.csv.gz;"
         " gzip -c $IN/jsonl_plain/captions.jsonl > own/lines.jsonl.gz")
    for data in ("csv:$IN/csv_cr", "csv:own", "jsonl:own", "jsonl:own/lines.jsonl.gz"):
        found = t.ok(f"storyteller data stats --data {data} --json")
        t.equal((data, sum(line["captions"] for line in found.json)), (data, 40), found)
