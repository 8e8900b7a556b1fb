#!/usr/bin/env bash
# `storyteller review` as one uses it: what is typed behind $, and what must come out behind ->.
#   tests/apps/review.sh BINARY
# The pictures are made here; their files hold keywords (dog, beach, snow, bicycle, "a man without a
# gun"), so that what is found does not depend on what a model says about drawings.
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=checks.sh
. "$(dirname "$0")/checks.sh"
begin "${1:-}"
export XDG_DATA_HOME=$work/data

review() { "$storyteller" review "$@"; }
log=data/storyteller/review.audit.jsonl

review queue >out 2>err
status=$?
if [ $status = 8 ]; then echo "skipped: $(cat err)"; exit 77; fi
holds "without a review every command says how to make one" "$(cat err)" "storyteller review scan"
is "and ends with 3" $status 3

python3 "$root/tests/apps/album/pictures.py" P || exit
python3 "$root/tests/apps/review/denied_pictures.py" P || exit
(cd P && find . -type f -exec sha256sum {} + && find . -type f -printf '%p %m %T@ %i\n') | sort >before

# $ storyteller review policy check bad.json
# -> exit 2, line and "did you mean"
cat >bad.json <<'JSON'
{"policy": 1, "rules": [
  {"id": "dogs", "words": ["dog"],
   "revew": 0.3}]}
JSON
review policy check bad.json >out 2>err
is "a policy that is wrong is refused" $? 2
holds "with its line and what was meant" "$(cat err)" \
  "bad.json:3: rule 'dogs': unknown key 'revew'; did you mean 'review'?" "'review' is missing"
review policy example >example.json
holds "an example is right" "$(review policy check example.json)" "example.json: ok, 6 rules" \
  "weapons" "propose to reject from 0.80"

holds "sentences can be tried" "$(review policy try example.json "a man with a rifle" "a man without a gun")" \
  "weapons	found	rifle" "weapons	does not count	gun	'without' in front of it"

# $ storyteller review scan P --policy p.json
# -> counts
cat >p.json <<'JSON'
// What the test looks for.
{"policy": 1, "name": "test page",
 "rules": [
  {"id": "dogs", "words": ["dog"], "review": 0.3, "propose_reject": 0.8},
  {"id": "weapons", "words": ["gun", "knife"], "review": 0.3, "severity": "high"},
  {"id": "nudity", "classifier": "nsfw.safetensors", "class": 1, "review": 0.2}]}
JSON
review scan P --policy p.json >out 2>err
is "a scan" $? 0
holds "says what it found" "$(cat out)" "8 pictures, 7 new, 1 bad; " "to review" "proposed to reject" \
  "of 1,000 pictures to review, at most"
holds "and what it cannot look for" "$(cat err)" "broken.jpg" \
  "rule 'nudity': its classifier nsfw.safetensors is not there: the rule finds nothing"
holds "again nothing is new" "$(review scan P --policy p.json 2>/dev/null)" "8 pictures, 0 new, 0 bad; "
is "the database is its owner's alone" "$(stat -c %a data/storyteller/review.db)" 600
is "and so is the log" "$(stat -c %a $log)" 600
holds "JSON, an object for each picture" "$(review scan P --policy p.json --json 2>/dev/null | python3 -c '
import json, sys
print(*[key for key in json.loads(sys.stdin.readline())])')" "id image caption text confidence grade photo model"

# $ storyteller review queue
# -> sorted, evidence in words
review queue >queue 2>err
is "what is proposed to reject comes first" "$(head -n 1 queue | cut -f2)" "reject?"
holds "with evidence in words" "$(cat queue)" 'dogs 1.00: a keyword of the file is "dog"' \
  'weapons 1.00: a keyword of the file is "knife"' "(alike:"
lacks "negated words do not count" "$(cat queue)" "man.jpg"
is "the queue of a rule" "$(review queue --rule weapons | cut -f2)" "look"
review queue --rule wepons 2>err
is "a rule that is none is refused" $? 2
holds "with what was meant" "$(cat err)" "did you mean 'weapons'"

# "a man without a gun" -> no hit, reason recorded
man=$(review scan P --policy p.json --json 2>/dev/null | python3 -c '
import json, sys
print(*[o["id"] for o in map(json.loads, sys.stdin) if o["image"].endswith("man.jpg")])')
holds "the reason is recorded" "$(review show "$man")" 'does not count' "'without' in front of it" \
  "to review	no"

# $ storyteller review decide 3 reject --reason knife --by Ann
knife=$(review queue --rule weapons | cut -f1)
holds "a decision" "$(review decide "$knife" reject --reason knife --by Ann)" "$knife	reject"
lacks "goes out of the queue" "$(review queue 2>/dev/null)" "knife"
review decide "$knife" rejcet --reason x 2>err
is "what is no decision is refused" $? 2
holds "with what was meant" "$(cat err)" "did you mean 'reject'"
review decide 999 pass --reason x 2>err
is "a picture that is none" $? 3
dog=$(head -n 1 queue | cut -f1)
review decide "$dog" pass --reason "our own" --by Ann >out 2>err
holds "near-duplicates wait for a confirmation" "$(cat err)" "alike, and not decided:" "--alike"
is "and are decided with --alike" \
  "$(review decide "$dog" pass --reason "our own" --by Ann --alike 2>&1 | wc -l)" 1
review decide "$dog" reject --reason "a dog" --by Bob >/dev/null 2>&1

# $ storyteller review undo 3
holds "is undone" "$(review undo "$knife" --by Ann)" "undone: reject by Ann"
holds "and waits again" "$(review queue 2>/dev/null)" "knife"
holds "the log keeps both" "$(review show "$knife")" "reject by Ann" "(undone)"

# $ storyteller review verify
# -> ok, n entries
holds "the log is whole" "$(review verify)" "ok: $(wc -l <$log) entries"
is "anybody can check it" "$(python3 - $log <<'PY'
import hashlib, json, sys
before = "0" * 64
for number, line in enumerate(open(sys.argv[1], encoding="utf-8"), 1):
    entry = json.loads(line)
    said = entry.pop("hash")
    text = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert entry["prev"] == before and entry["seq"] == number
    before = hashlib.sha256((before + text).encode()).hexdigest()
    assert said == before, number
print("whole")
PY
)" whole

# $ storyteller review report r.html
# -> one page; pictures blurred, nothing of a hostile name is run
holds "a report" "$(review report r.html)" "r.html: " "pictures shown"
page=$(cat r.html)
holds "that is closed in itself" "$page" "Content-Security-Policy" "default-src 'none'" "blur(" \
  "There is no classifier" "data:image/jpeg;base64,"
lacks "and runs nothing" "$page" "<script" "http://" "https://"
holds "its figures" "$(review report r.html --json | python3 -m json.tool)" '"kappa"' '"overturned"'
review report P/a.jpg 2>err
is "it is not written over a picture" $? 2

# $ storyteller weights import open-nsfw.onnx --out nsfw.safetensors
# -> the rule finds what the classifier says; no word is said anew, and what was decided stays
"$storyteller" weights import "$root/tests/goldens/classifier/channels_last.onnx" --out nsfw.safetensors >out 2>err
is "an ONNX file is imported" "$?:$(cat out)" 0:nsfw.safetensors
"$storyteller" weights import "$root/tests/goldens/classifier/channels_last.onnx" --encoder mobilenet_v2 --out x 2>err
is "as a classifier alone" $? 2
head -c 9000 "$root/tests/goldens/classifier/channels_last.onnx" >cut.onnx
"$storyteller" weights import cut.onnx --out x 2>err
is "half of one is refused" "$?:$(grep -c 'cut.onnx: byte .*cut short' err)" 4:1
holds "a class that it does not know, too" "$(sed 's/"class": 1/"class": 3/' p.json >q.json
  review policy check q.json 2>&1)" "rule 'nudity': class 3 of nsfw.safetensors, which knows 0 to 2"
review scan P --policy p.json >out 2>err
holds "then no picture is described anew" "$(cat out)" "8 pictures, 0 new"
lacks "and the rule is run" "$(cat out)" "nudity	0"
lacks "and nothing is missing" "$(cat err)" "is not there"
holds "with its score" "$(review show "$knife")" "nudity 0." "a classifier says class 1 of nsfw.safetensors"
holds "and the report says which" "$(review report r.html --json)" '"classifiers":{"nsfw.safetensors":'

# YAML, where it was built
printf 'policy: 1\nrules:\n  - id: dogs\n    words: [dog]\n    revew: 0.3\n' >bad.yaml
review policy check bad.yaml >out 2>err
case $? in
  8) holds "YAML is left out, and says so" "$(cat err)" "install libyaml-cpp-dev" ;;
  *) holds "YAML has the same errors" "$(cat err)" \
    "bad.yaml:5: rule 'dogs': unknown key 'revew'; did you mean 'review'?" ;;
esac

# edit one byte -> names the line, exit 3
cp $log kept
sed -i '3s/Ann/Eve/' $log
review verify >out 2>err
is "a byte that was changed is found" $? 3
holds "with its line" "$(cat err)" "review.audit.jsonl:3: was changed"
sed '2d' kept >$log
review verify 2>err
is "a line that is missing is found" $? 3
head -n -1 kept >$log
review verify 2>err
is "also the last one" $? 3
cp kept $log
printf '{"action":"dec' >>$log
review verify >out 2>err
is "half an entry of a killed process is none" $? 0
holds "and is said" "$(cat err)" "half an entry"
holds "and cut by the next decision" "$(review decide "$knife" pass --reason fine 2>&1)" "was cut off"
holds "then all is well" "$(review verify)" "ok: "

# two scans at once, one of which is killed: every picture is there, once
python3 "$root/tests/apps/album/pictures.py" Q 60
"$storyteller" review scan Q --policy p.json --quiet >/dev/null 2>&1 &
killed=$!
"$storyteller" review scan Q --policy p.json --quiet >/dev/null 2>&1 &
other=$!
sleep 0.7
kill -9 $killed 2>/dev/null
wait $killed 2>/dev/null
wait $other
is "one of two scans is killed, the other goes on" $? 0
is "and all pictures are there" "$(review scan Q --policy p.json --json --quiet 2>/dev/null | wc -l)" 60
holds "the log is whole" "$(review verify)" "ok: "

# the originals are as they were
(cd P && find . -type f -exec sha256sum {} + && find . -type f -printf '%p %m %T@ %i\n') | sort >after
is "originals keep bytes, times, modes" "$(diff before after)" ""
exit $failed
