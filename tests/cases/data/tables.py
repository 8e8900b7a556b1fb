"""Tables: CSV and its relatives."""
from harness import case


@case("B17", "a table with a byte order mark")
def byte_order_mark(t):
    found = t.ok("storyteller data stats --data csv:$IN/csv_bom --split train --json").json
    t.claim(found[0]["pictures"] > 20, "pictures are missing", found)
