#!/bin/sh
# Makes model_v1.storyteller, a small captioner of scenes in model format 1, and model_v1_scene.jpg,
# a scene that it had never seen. Tests keep them readable: never make them again for format 1; a new
# format gets files of its own beside them.
# Usage, from the root: tests/goldens/make_model.sh build/release/bin/storyteller
set -eu
program=$1
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$program" train --data scenes:train=1200,val=60 --out "$work/run" --threads 2 \
  --set epochs=10 --set batch_size=60 --set learning_rate=0.004 --set patience=0 --set beam=2 \
  --set embedding=32 --set hidden=48 --set attention=32
cp "$work/run/best.storyteller" "$here/model_v1.storyteller"

# The picture: the one of scene-val-000027 in the page about the validation split.
"$program" evaluate --model "$here/model_v1.storyteller" --data scenes:val=60 --examples 60 \
  --report "$work/report.html"
python3 - "$work/report.html" "$here/model_v1_scene.jpg" <<'PYTHON'
import base64, re, sys
page = open(sys.argv[1]).read().split("<figcaption>scene-val-000027")[0]
picture = re.findall(r'data:image/jpeg;base64,([^"]*)', page)[-1]
open(sys.argv[2], "wb").write(base64.b64decode(picture))
PYTHON
"$program" caption --model "$here/model_v1.storyteller" "$here/model_v1_scene.jpg"
