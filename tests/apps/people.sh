#!/usr/bin/env bash
# How sure a model is, and its sentences for people: what is typed behind $, what must come out
# behind ->.
#   tests/apps/people.sh BINARY [--slow]     --slow: fits the calibration anew, too (minutes)
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=checks.sh
. "$(dirname "$0")/checks.sh"
begin "${1:-}"
python3 "$root/tests/apps/draw.py" .
data=${STORYTELLER_DATA:-$root/../shared/data}
photos=$data/photos
cp "$root/tests/goldens/model_v1_scene.jpg" dog.jpg
fits() { [[ $2 =~ $3 ]] && echo "ok      $1" || { echo "FAILED  $1: '$2' does not fit $3"; failed=1; }; }
member() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

# $ storyteller caption --people dog.jpg
# -> one sentence, capital, full stop
for picture in dog.jpg $(find "$photos" -name '*.jpg' 2>/dev/null | sort | head -n 3); do
  said=$("$storyteller" caption --people "$picture" 2>/dev/null)
  is "one line for $(basename "$picture")" "$(wc -l <<<"$said")" 1
  fits "with capital and full stop" "$said" '^[A-Z][^<>]*\.$'
done

# $ storyteller caption --people page.png
# -> This does not look like a photograph.
is "a page of text is no photograph" "$("$storyteller" caption --people page.png 2>/dev/null)" \
  "This does not look like a photograph."

# $ storyteller caption --json blank.png
# -> "grade":"unsure", "photo" below 0.5
"$storyteller" caption --json blank.png >blank.json 2>/dev/null
is "nothing to be seen is unsure" "$(member grade <blank.json)" unsure
is "and no photograph" "$(python3 -c 'print(float(input()) < 0.5)' <<<"$(member photo <blank.json)")" True

# $ storyteller caption dog.jpg
# -> the sentence as the model says it: that of --json, without capital and full stop
plain=$("$storyteller" caption dog.jpg) said=$("$storyteller" caption --json dog.jpg | member caption)
is "the caption itself stays as it was" "$plain" "$said"
fits "in lower case, without a full stop" "$plain" '^[a-z].*[a-z]$'

# $ storyteller calibrate --model models/flickr8k.storyteller --data flickr8k:PATH --out m.storyteller
# -> a table; AUROC of the subject at least .75, calibration error at most .05
if [ "${2:-}" != --slow ]; then
  echo "skipped calibrate: takes minutes (--slow, or tools/test --slow)"
elif [ ! -d "$data/flickr8k" ]; then
  echo "skipped calibrate: no flickr8k in $data (STORYTELLER_DATA)"
else
  "$storyteller" calibrate --model "$root/models/flickr8k.storyteller" --data "flickr8k:$data/flickr8k" \
    --out m.storyteller >table 2>log
  is "a calibration is fitted" $? 0
  cat table
  "$storyteller" weights inspect m.storyteller >inspected 2>&1
  python3 - m.storyteller <<'PYTHON'
import json, struct, sys
with open(sys.argv[1], "rb") as file:
    size, = struct.unpack("<Q", file.read(8))
    fitted = json.loads(json.loads(file.read(size))["__metadata__"]["storyteller.confidence"])["fitted"]
print("AUROC", fitted["auroc"], "calibration error", fitted["ece"])
sys.exit(0 if fitted["auroc"] >= 0.75 and fitted["ece"] <= 0.05 else 1)
PYTHON
  is "as good as section 'what the numbers mean' says" $? 0
  fits "and says sentences" "$("$storyteller" caption --people --model m.storyteller dog.jpg 2>/dev/null)" '^[A-Z].*\.$'
fi
exit $failed
