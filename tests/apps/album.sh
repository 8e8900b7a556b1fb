#!/usr/bin/env bash
# `storyteller album` as one uses it: what is typed behind $, and what must come out behind ->.
#   tests/apps/album.sh BINARY
# The pictures are made here; their files hold keywords (dog, beach, snow, bicycle) and times, so that
# what is found does not depend on what a model says about drawings.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=checks.sh
. "$(dirname "$0")/checks.sh"
begin "${1:-}"
export XDG_DATA_HOME=$work/data

album() { "$storyteller" album "$@"; }
# names: of the pictures in a listing, in its order.
names() { cut -f2 | xargs -r -n1 basename | tr '\n' ' ' | sed 's/ $//'; }

album stats >out 2>err
status=$?
if [ $status = 8 ]; then echo "skipped: $(cat err)"; exit 77; fi
holds "without an album every command says how to make one" "$(cat err)" "storyteller album index"
is "and ends with 3" $status 3

python3 "$root/tests/apps/album/pictures.py" P || exit
find P -type f -exec touch -d '2022-02-02 02:02:02.123' {} +
chmod 640 P/a.jpg
(cd P && find . -type f -exec sha256sum {} + && find . -type f -printf '%p %m %T@ %i\n') | sort >before

# $ storyteller album index P
# -> 6 pictures, 5 new, 1 bad
holds "a folder is indexed" "$(album index P 2>err)" "6 pictures, 5 new, 1 bad"
holds "what is no picture is named" "$(cat err)" "broken.jpg"
# again -> 0 new, at once: no picture is opened and no model loaded
start=$(date +%s%N)
holds "again nothing is new" "$(album index P)" "6 pictures, 0 new, 0 bad"
[ $(($(date +%s%N) - start)) -lt 5000000000 ] || { echo "FAILED  an unchanged album took 5 s"; failed=1; }
is "the database is its owner's alone" "$(stat -c %a data/storyteller/album.db)" 600

# $ storyteller album search "dog beach"
# -> names with scores, best first
found=$(album search "dog beach")
holds "all words are found first" "$(echo "$found" | head -n 1)" "100 %" "P/a.jpg"
holds "what lacks a word says so" "$(album search 'dog snow' --limit 5)" "P/b.jpg"
# $ storyteller album search "submarine"
# -> nothing; stderr: no match for "submarine"; exit 0
is "nothing found is empty" "$(album search submarine 2>err)" ""
is "it is a result" $? 0
holds "and is said" "$(cat err)" 'no match for "submarine"'
# $ storyteller album search "dog -beach" --json | python3 -m json.tool
is "-word excludes, JSON parses" "$(album search "dog -beach" --json | python3 -c '
import json, sys
print([json.loads(line)["image"][-5:] for line in sys.stdin][0])')" "b.jpg"
lacks "words need no quotes" "$(album search dog -beach)" /a.jpg /copy.jpg
lacks "words say it, too" "$(album search 'dog without a beach')" /a.jpg /copy.jpg
is "filters" "$(album search dog --after 2020 | names)" "b.jpg"
is "filters in the query" "$(album search 'dog before:2020-01 tag:beach' | names)" "a.jpg copy.jpg"
is "names for xargs -0" "$(album search dog --after 2020 --null | xargs -0 -n1 basename)" "b.jpg"
if [ -d "${STORYTELLER_WORDNET:-/usr/share/wordnet}" ]; then
  is "a vehicle may be a bicycle" "$(album search vehicle --limit 1 | names)" "c.jpg"
  album search poodle 2>err
  holds "a poodle is a dog" "$(cat err)" 'no match for "poodle"' "with dog: search dog"
else
  echo "skipped: synonyms: install wordnet-base"
fi
album search 'afterr:2019' 2>err
is "a filter that is none is refused" $? 2
holds "with what was meant" "$(cat err)" "did you mean 'after'"

# $ storyteller album similar P/a.jpg
# -> its copy first, 100 %
holds "a copy is like its original" "$(album similar P/a.jpg | head -n 1)" "100 %" "P/copy.jpg"
mkdir broken && echo x >broken/index.noun && cp broken/index.noun broken/data.noun
holds "no word is looked up for that" \
  "$(STORYTELLER_WORDNET=broken album similar P/a.jpg 2>&1 | head -n 1)" "100 %" "P/copy.jpg"
# $ storyteller album duplicates
# -> the copy, and the re-encoded one; not the other scenes
found=$(album duplicates)
holds "duplicates" "$found" "same bytes:" "copy.jpg" "same picture:" "small.jpg"
lacks "others are none" "$found" "b.jpg" "c.jpg"

# $ storyteller album tag P/a.jpg +sunset -dog; index --recaption; search dog
# -> a.jpg is absent, sunset is found
holds "tags by hand" "$(album tag P/a.jpg +sunset -dog)" "sunset" "beach"
album index --recaption P >/dev/null 2>&1
lacks "a tag that was taken away stays away" "$(album search dog)" "/a.jpg"
is "a tag that was added stays" "$(album search sunset | names)" "a.jpg"
holds "tags with their numbers" "$(album tags --min 2)" "2	dog"
holds "all of a picture" "$(album show P/a.jpg)" "taken	2019-05-03T10:20:30" "sunset (hand)" "taken away"
holds "what the album holds" "$(album stats)" "6	pictures" "vectors"
is "the thresholds of tags are those of the model that ships" \
  "$(sed -n 's/^model //p' "$root/models/everyday.tags")" "$(album stats --json | python3 -c '
import json, sys
print(json.load(sys.stdin)["models"][0]["name"].split()[0])')"

# $ storyteller album export --xmp --to X P
# -> sidecars; those of other programs keep what is theirs
mkdir -p X && cat >X/b.jpg.xmp <<'XMP'
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:darktable="http://darktable.sf.net/" darktable:history_end="3"/>
</rdf:RDF></x:xmpmeta>
XMP
album export --xmp --to X P >out 2>err
if [ $? = 8 ]; then
  echo "skipped: $(cat err)"
else
  holds "sidecars are written" "$(cat out)" "5 written, 0 unchanged, 0 left alone, 0 failed"
  holds "the same again changes nothing" "$(album export --xmp --to X P)" "0 written, 5 unchanged"
  holds "foreign fields stay" "$(cat X/b.jpg.xmp)" 'darktable:history_end>3<' "<rdf:li>snow</rdf:li>"
  if command -v exiftool >/dev/null; then
    is "exiftool has no warning" "$(exiftool -validate -warning -a X/*.xmp | grep -c 'Validate.*OK')" 5
  else
    echo "skipped: exiftool: install libimage-exiftool-perl"
  fi
fi
holds "a table" "$(album export --csv | head -n 2)" "image,text,caption" "a.jpg"
is "JSON" "$(album export --json | wc -l)" 5
holds "nothing is written on trial" "$(album export --html --dry-run --to H)" "5 pictures would be written"
[ ! -e H ] || { echo "FAILED  --dry-run wrote"; failed=1; }

# $ storyteller album gallery G
holds "a gallery" "$(album gallery G)" "5 pictures on 1 page"
holds "its page" "$(cat G/index.html)" 'Content-Security-Policy' 'alt="' 'thumbs/1-'
album gallery P 2>err
is "it does not write among pictures" $? 2

# $ kill -9 while indexing; index again -> complete
python3 "$root/tests/apps/album/pictures.py" Q 80
"$storyteller" album index Q --quiet >/dev/null 2>&1 &
killed=$!
sleep 1
kill -9 $killed 2>/dev/null
wait $killed 2>/dev/null
holds "an index that was killed goes on" "$(album index Q --quiet)" "80 pictures"
is "all are there" "$(album stats --json | python3 -c '
import json, sys
stats = json.load(sys.stdin)
print(stats["pictures"], stats["queued"], stats["vectors"])')" "86 0 85"
holds "and the album is well" "$(album check)" "ok: 86 pictures"

# $ rm Q/0000.jpg; index --prune -> forgotten
rm Q/0000.jpg
holds "what is gone is forgotten when asked" "$(album index Q --prune)" "1 missing, 1 forgotten"

# the originals are as they were
(cd P && find . -type f -exec sha256sum {} + && find . -type f -printf '%p %m %T@ %i\n') | sort >after
is "originals keep bytes, times, modes" "$(diff before after)" ""
exit $failed
