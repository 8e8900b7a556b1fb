#!/usr/bin/env bash
# `storyteller ask` as one uses it: what is typed behind $, and what must come out behind ->.
#   tests/apps/ask.sh BINARY
set -uo pipefail
# shellcheck source-path=SCRIPTDIR source=checks.sh
. "$(dirname "$0")/checks.sh"
begin "${1:-}"

# Forty pictures of one colour, and what is asked about them, as easy-VQA has it.
DRAW=$root/tests/apps python3 - <<'PYTHON'
import json, os, sys
sys.path.insert(0, os.environ["DRAW"])
from draw import write_png
for split in ("train", "test"):
    os.makedirs(f"shapes/{split}/images")
    questions = []
    for i in range(40):
        red = i % 4 < 2
        colour = (200 + i, i, i) if red else (i, i, 200 + i)
        write_png(f"shapes/{split}/images/{i}.png", 24, 24, lambda x, y, colour=colour: colour)
        questions += [["what color is it?", "red" if red else "blue", i],
                      ["is it red?", "yes" if red else "no", i], ["is it not red?", "no" if red else "yes", i]]
    json.dump(questions, open(f"shapes/{split}/questions.json", "w"))
PYTHON
cp shapes/test/images/0.png red.png
cp shapes/test/images/2.png blue.png
sha256sum red.png blue.png >before

# $ storyteller train --task vqa --data easy-vqa:shapes --out run
# -> the model file's name
is "a model is trained" "$("$storyteller" train --task vqa --data easy-vqa:shapes --out run \
  --set epochs=12 --set batch_size=12 --set schedule=constant 2>err)" "run/best.storyteller"
holds "accuracy selects" "$(head -1 run/log.csv)" "accuracy"
model=run/best.storyteller

# $ storyteller ask red.png "what color is it?" --model run/best.storyteller
# -> red; without a calibration with doubt
said=$("$storyteller" ask red.png "what color is it?" --model $model 2>err)
is "the answer is that of the picture" "$said" "not sure: perhaps red"
holds "it is said that nothing tells how sure" "$(cat err)" "not calibrated" "storyteller calibrate"
is "another picture, another answer" "$("$storyteller" ask blue.png "What COLOR is it ?" --model $model 2>/dev/null)" \
  "not sure: perhaps blue"
holds "--top shows probabilities" "$("$storyteller" ask red.png "what color is it?" --model $model --top 4 2>/dev/null)" \
  "  red" "  blue"

# $ printf 'what color is it?\n\nis it red?\n' | storyteller ask red.png --json --attention maps
# -> one object a question
printf 'what color is it?\n\nis it red?\n' | "$storyteller" ask red.png --model $model --json --attention maps >out 2>err
is "a line a question" "$(wc -l <out)" 2
python3 - >keys <<'PYTHON'
import json
for line in open("out"):
    one = json.loads(line)
    print(*one)
    assert one["image"] == "red.png" and one["confidence"] is None and one["grade"] == "unsure"
    assert abs(one["answers"][0]["probability"]) <= 1 and one["answers"][0]["answer"] == one["answer"]
PYTHON
is "the keys are those of the contract" "$(sort -u keys)" \
  "image question answer text confidence grade unknown_words answers attention model"
is "a strip a question" "$(ls maps)" "$(printf 'red-question1.png\nred-question2.png')"
"$storyteller" ask red.png "what color is it?" --model $model --attention maps >/dev/null 2>&1
is "a strip replaces its own" "$(ls maps)" "$(printf 'red-question1.png\nred-question2.png')"
cp blue.png maps/red-question1.png
"$storyteller" ask red.png "what color is it?" --model $model --attention maps >/dev/null 2>&1
is "and nothing else" "$(cmp blue.png maps/red-question1.png && ls maps)" \
  "$(printf 'red-question1-2.png\nred-question1.png\nred-question2.png')"

# $ storyteller ask red.png "why is it red?"; "do zebras yodel quietly?"
# -> refused, exit 0
said=$("$storyteller" ask red.png "Why is it red?" --model $model 2>/dev/null)
is "a refusal is no failure" $? 0
holds "reasons are not given" "$said" "not answered"
holds "what is not understood is said" "$("$storyteller" ask red.png "do zebras yodel red?" --model $model 2>/dev/null)" \
  "I do not know these words" "zebras" "yodel"
holds "so is what is understood by half" "$("$storyteller" ask red.png "is it a zebra?" --model $model 2>/dev/null)" \
  "I do not know these words" "a, zebra"
holds "refused, in JSON" "$("$storyteller" ask red.png "why?" --model $model --json 2>/dev/null)" \
  '"answer":null' '"refused"' '"answers":[]'

# $ storyteller evaluate --task vqa --data easy-vqa:shapes --split test --results answers.json
# -> accuracy beside what needs no picture; every question once
said=$("$storyteller" evaluate --task vqa --data easy-vqa:shapes --split test --model $model --results answers.json 2>err)
holds "priors stand beside the score" "$said" "accuracy" "most common answer" "by question type" "by question" \
  "question only" 'with a "not"' "points at the shape"
is "each question once" "$(python3 -c 'import json; print(len({a["question_id"] for a in json.load(open("answers.json"))}))')" 120

# What goes wrong: exit, and what is said.
fails() {
  local code=$1 part=$2
  shift 2
  "$storyteller" "$@" >out 2>err </dev/null
  is "exit of $*" $? "$code"
  holds "$* says why" "$(cat err)" "$part"
}
fails 2 "no picture is named" ask
fails 2 "put the question into quotes" ask red.png what color --model $model
fails 3 "missing.png" ask missing.png "is it red?" --model $model
fails 4 "answers no questions" ask red.png "is it red?"
fails 4 "storyteller ask" caption red.png --model $model
fails 2 "asks no questions" train --task vqa --data scenes:train=8,val=2 --out no
fails 3 "needs at least 200 questions" calibrate --model $model --data easy-vqa:shapes --out c.storyteller
is "the pictures are as they were" "$(sha256sum -c before)" "$(printf 'red.png: OK\nblue.png: OK')"
exit $failed
