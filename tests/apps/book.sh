#!/usr/bin/env bash
# `storyteller book` as one uses it: what is typed behind $, and what must come out behind ->.
#   tests/apps/book.sh BINARY
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=checks.sh
. "$(dirname "$0")/checks.sh"
begin "${1:-}"
mkdir P
python3 "$root/tests/apps/draw.py" P
cp "$root/tests/goldens/model_v1_scene.jpg" 'P/<script>alert(1)<.jpg'
photos=${STORYTELLER_DATA:-$root/../shared/data}/photos
if [ -d "$photos" ]; then
  for photo in "$photos"/*.jpg; do [ "$(ls P | wc -l)" -lt 8 ] && cp "$photo" P; done
else
  echo "skipped: photographs: STORYTELLER_DATA has no photos"
fi
count=$(ls P | wc -l)
(cd P && find . -type f -exec sha256sum {} + && find . -type f -printf '%p %m %T@ %i\n') | sort >before

# $ storyteller book P --level 1 --quiz 5 --glossary --out b.html
# -> one file, no address in it, the grade printed and at most 1.0
said=$("$storyteller" book P --level 1 --quiz 5 --glossary --out b.html 2>err)
status=$?
wordnet=${STORYTELLER_WORDNET:-/usr/share/wordnet}
if [ -e "$wordnet/data.noun" ]; then
  is "a book is made" $status 0
else
  is "without WordNet a book is made, and what lacks is status 8" $status 8
  holds "with the package" "$(cat err)" "wordnet-base"
fi
holds "it is told of" "$said" "b.html: $count pictures" "reading grade"
grade=$(sed -n 's/.*reading grade \([-0-9.]*\) .*/\1/p' <<<"$said")
is "its grade is at most that of the level" "$(python3 -c "print($grade <= 1.0)")" True
is "no address is in it" "$(grep -cE '(src|href)="?https?:|<script|<link' b.html)" 0
holds "a hostile name is text" "$(cat b.html)" '&lt;script&gt;alert(1)&lt;.jpg' "default-src 'none'"
holds "a picture that it is not sure of is asked about" "$(cat b.html)" "What do you see?"
holds "it says who wrote it" "$(cat b.html)" "A program wrote this book; nobody checked it." "Flesch-Kincaid"
is "a sheet for each picture" "$(grep -c '<article' b.html)" "$count"
[ "$(stat -c %s b.html)" -le $((350000 * (count + 1))) ] || { echo "FAILED  more than 350 KB a picture"; failed=1; }
for level in 2 3; do
  said=$("$storyteller" book P --level $level --order story --out l.html 2>/dev/null)
  grade=$(sed -n 's/.*reading grade \([-0-9.]*\) .*/\1/p' <<<"$said")
  is "level $level keeps its grade ($grade)" "$(python3 -c "print($grade <= {2: 3, 3: 6}[$level])")" True
done
is "the same twice" "$("$storyteller" book P --out t.html >/dev/null 2>&1; sha256sum <t.html)" \
  "$("$storyteller" book P --out t.html >/dev/null 2>&1; sha256sum <t.html)"

# $ storyteller book P --out b.html --pdf b.pdf
# -> PDF pages = pictures + 2, or exit 8 with the fix
PATH=/nowhere "$storyteller" book P --out b.html --pdf b.pdf >/dev/null 2>err
is "without Chromium there is status 8" $? 8
holds "with the fix" "$(cat err)" "open the page in a browser and print it"
is "and the page all the same" "$(grep -c '<article' b.html)" "$count"
if command -v chromium >/dev/null || command -v google-chrome >/dev/null; then
  "$storyteller" book P --out b.html --pdf b.pdf >/dev/null 2>err
  is "a PDF is printed" $? 0
  is "of a cover, a sheet for each picture, and who wrote it" \
    "$(python3 -c "import re; print(len(re.findall(rb'/Type\s*/Page\b', open('b.pdf', 'rb').read())))")" "$((count + 2))"
else
  echo "skipped: --pdf: chromium is not installed"
fi

# $ storyteller book missing --out b.html
# -> exit 3; bad words: exit 2
"$storyteller" book missing --out m.html >/dev/null 2>err
is "no picture is status 3" "$?$(ls m.html 2>/dev/null)" 3
for wrong in "--level 4:3" ":--out" "--out P:folder" "--out b.pdf.html --pdf b.html:not a PDF" \
  "--out b.html --order size:time" "--out b.html --titel x:--title"; do
  # shellcheck disable=SC2086  # words
  "$storyteller" book P ${wrong%%:*} 2>err >/dev/null
  [ $? -ne 0 ] || { echo "FAILED  book ${wrong%%:*} is no error"; failed=1; }
  holds "book ${wrong%%:*} says why" "$(cat err)" "${wrong##*:}"
done
(cd P && find . -type f -exec sha256sum {} + && find . -type f -printf '%p %m %T@ %i\n') | sort >after
is "originals keep bytes, times, modes" "$(diff before after)" ""
exit $failed
