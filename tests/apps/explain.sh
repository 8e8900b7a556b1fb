#!/usr/bin/env bash
# `storyteller explain` as one uses it: what is typed behind $, and what must come out behind ->.
#   tests/apps/explain.sh BINARY
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=checks.sh
. "$(dirname "$0")/checks.sh"
begin "${1:-}"
cp "$root/tests/goldens/model_v1_scene.jpg" dog.jpg
sha256sum dog.jpg >before

# $ storyteller explain dog.jpg --out e.html
# -> every word with map and five candidates, the tree's winner = caption's sentence
said=$("$storyteller" caption dog.jpg)
is "a page is written" "$("$storyteller" explain dog.jpg --out e.html 2>err)" "e.html: 1 picture"
cat >page.py <<'PYTHON'
# page.py PAGE WHAT: what stands in a page.
import re, sys
from html.parser import HTMLParser
VOID = {"meta", "img", "br", "path", "rect"}
class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.text, self.errors = [], [], []
        self.images, self.likely, self.words, self.tags = [], [], 0, set()
    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.add(tag)
        if tag == "img": self.images.append(attributes)
        if attributes.get("class") == "likely": self.likely.append(0)
        if self.likely and tag == "li" and self.open[-1] == "ol" and "card" not in (attributes.get("class") or ""):
            self.likely[-1] += 1
        if "card" in (attributes.get("class") or "") and tag == "li" and "equations" not in str(self.open): self.words += 1
        if any(name.startswith("on") for name in attributes): self.errors.append(f"handler in {tag}")
        if tag not in VOID: self.open.append(tag)
    def handle_startendtag(self, tag, attributes): self.tags.add(tag)
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag: self.errors.append(f"</{tag}> closes something else")
    def handle_data(self, data): self.text.append(data)
source = open(sys.argv[1], encoding="utf-8").read()
page = Page()
page.feed(source)
if page.open: page.errors.append(f"left open: {page.open}")
what = sys.argv[2]
if what == "errors": print("; ".join(page.errors))
elif what == "candidates": print(*page.likely)
elif what == "maps": print(sum(i["alt"].startswith("Attention, most") for i in page.images))
elif what == "alts": print(sum("alt" not in i for i in page.images))
elif what == "tags": print(*sorted(page.tags & {"script", "iframe", "link", "form", "object"}))
elif what == "text": print(re.sub(r"\s+", " ", " ".join(page.text)))
PYTHON
shown() { python3 page.py "$@"; }
words=$(wc -w <<<"$said")
holds "it tells of the sentence of caption" "$(shown e.html text)" "As the model says it: $said"
is "a map for each word" "$(shown e.html maps)" "$words"
is "five candidates for each, the end too" "$(shown e.html candidates)" \
  "$(printf '5 %.0s' $(seq $((words + 1))) | sed 's/ $//')"
is "the tree's winner is that sentence" "$(shown e.html text | grep -c "score $said")" 1
holds "the correlation is printed, and what attention is not" "$(shown e.html text)" \
  "Rank correlation of the two maps" "Attention is not proof of a reason"
is "the page parses" "$(shown e.html errors)" ""
is "without script, frame or link" "$(shown e.html tags)" ""
is "each picture in it has its alt" "$(shown e.html alts)" 0
is "nothing of it comes from elsewhere" "$(grep -cE '(src|href)="?https?:' e.html)" 0
holds "and may not" "$(cat e.html)" "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
[ "$(stat -c %s e.html)" -le 2097152 ] || { echo "FAILED  a page of more than 2 MB"; failed=1; }

# $ storyteller explain dog.jpg --level engineer --steps --out g.html
# -> equations, shapes, tables of the search
"$storyteller" explain dog.jpg --level engineer --steps --compare "$STORYTELLER_MODEL" --out g.html >/dev/null 2>err
is "an engineer's page parses" "$(shown g.html errors)" ""
holds "with equations under the names of the code" "$(shown g.html text)" "WordScorer" "model/decoder/attention.h" \
  "alpha = softmax(e)" "Step 1" "dropped" "Another network"
"$storyteller" explain dog.jpg --level child --out c.html >/dev/null 2>err
lacks "a child's page has no log-probabilities" "$(shown c.html text)" "log-probability" "Entropy"

# $ storyteller explain '<script>alert(1)<' --out h.html, a folder with a picture of such a name
# -> the names are text
mkdir '<script>alert(1)<'
cp dog.jpg '<script>alert(1)</<img src=x onerror=alert(2)>.jpg'
"$storyteller" explain '<script>alert(1)<' --out h.html >/dev/null 2>err
is "a hostile name runs nothing" "$(shown h.html tags)$(shown h.html errors)" ""
holds "it is shown" "$(shown h.html text)" '<img src=x onerror=alert(2)>.jpg' "'<script>alert(1)<'"

# $ storyteller explain dog.jpg missing.jpg --out m.html
# -> what can be explained is; exit 3
"$storyteller" explain dog.jpg missing.jpg --out m.html >out 2>err
is "a missing picture is status 3" $? 3
holds "and is named" "$(cat err)" "missing.jpg"
is "the other is explained" "$(cat out)" "m.html: 1 picture"
"$storyteller" explain missing.jpg --out n.html >out 2>err
is "nothing to explain is status 3" "$?$(ls n.html 2>/dev/null)" 3

# $ storyteller explain dog.jpg --level expert
# -> exit 2, the levels named
for wrong in "--level expert --out x.html:student" ":--out" "--out dog.jpg:not an HTML page" "--out .:folder" \
  "--out x.html --levl child:--level" "--compare missing.storyteller --out x.html:missing.storyteller"; do
  # shellcheck disable=SC2086  # words
  "$storyteller" explain dog.jpg ${wrong%%:*} 2>err >/dev/null
  [ $? -ne 0 ] || { echo "FAILED  explain ${wrong%%:*} is no error"; failed=1; }
  holds "explain ${wrong%%:*} says why" "$(cat err)" "${wrong##*:}"
done
is "the picture is as it was" "$(sha256sum -c before)" "dog.jpg: OK"
exit $failed
