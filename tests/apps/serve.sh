#!/usr/bin/env bash
# `storyteller serve` as one uses it: what is typed behind $, and what must come out behind ->.
#   tests/apps/serve.sh BINARY
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
storyteller=$(realpath "${1:?usage: tests/apps/serve.sh BINARY}")
command -v curl >/dev/null || { echo "skipped: curl is not installed"; exit 77; }
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill -9 "$server" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
export NO_PROXY='*' STORYTELLER_MODEL=$root/tests/goldens/model_v1.storyteller
cp "$root/tests/goldens/model_v1_scene.jpg" dog.jpg  # a small model, and a scene that it knows
. "$root/tests/apps/checks.sh"

# member .a.0.b: of the JSON on standard input, as text.
member() {
  python3 -c 'import json, sys
value = json.load(sys.stdin)
for key in sys.argv[1].strip(".").split("."):
    value = value[int(key)] if isinstance(value, list) else value[key]
print(value)' "$1"
}
# status ARGUMENT...: the status that curl gets.
status() { curl -s -o /dev/null -w '%{http_code}' "$@"; }
start() {
  "$storyteller" serve --port 0 "$@" >out 2>log &
  server=$!
  for _ in $(seq 100); do [ -s out ] && break; kill -0 $server 2>/dev/null || break; sleep 0.05; done
  url=$(sed -n 's/^listening on //p' out)
  for _ in $(seq 200); do [ "$(status "$url/health")" = 503 ] || break; sleep 0.05; done  # it loads the model
}
stop() { kill -TERM "$server"; wait "$server"; code=$?; server=; }

# $ storyteller serve --host 0.0.0.0
# -> exit 2: a token must guard what other machines reach
"$storyteller" serve --host 0.0.0.0 2>error; code=$?
if [ $code = 8 ]; then echo "skipped: $(cat error)"; exit 77; fi
is "an open door needs a token" $code 2
holds "and the message names it" "$(cat error)" --token
"$storyteller" serve --allow-origin '*' 2>error; is "no wildcard is allowed" $? 2

# $ storyteller serve --model no-model
# -> the status and the message of any command that cannot read its model
"$storyteller" serve --port 0 --model dog.jpg >out 2>error; code=$?
is "no model, no server" $code "$("$storyteller" caption --model dog.jpg dog.jpg >/dev/null 2>&1; echo $?)"
holds "and the message names the file" "$(cat error)" dog.jpg

# $ storyteller serve &
# -> listening on http://127.0.0.1:8765
start
holds "it says where it listens" "$url" "http://127.0.0.1:"
is "health is ok" "$(curl -s "$url/health" | member .status)" ok

# $ curl -s --data-binary @dog.jpg localhost:8765/v1/caption
caption=$("$storyteller" caption dog.jpg) text=$("$storyteller" caption --people dog.jpg 2>/dev/null)
curl -s --data-binary @dog.jpg "$url/v1/caption" >answer
is "a picture as the body" "$(member .caption <answer)" "$caption"
is "worded for people" "$(member .text <answer)" "$text"
holds "with what section Contract names" "$(cat answer)" '"confidence":' '"grade":' '"photo":' \
  '"words":[{"word":' '"log_probability":' '"model":' '"milliseconds":'
# $ curl -s -F image=@dog.jpg -F beam=5 localhost:8765/v1/caption
is "a picture in a form" "$(curl -s -F image=@dog.jpg -F beam=5 "$url/v1/caption" | member .caption)" \
  "$("$storyteller" caption --beam 5 dog.jpg)"
# $ curl -s -d '{"image": "BASE64", "attention": true}' localhost:8765/v1/caption
echo '{"attention": true, "image": "data:image/jpeg;base64,'"$(base64 -w0 dog.jpg)"'"}' >body
holds "JSON, and a map for every word" \
  "$(curl -s -d @body "$url/v1/caption" | member .words.0.attention)" "data:image/png;base64,"

# $ curl -d '{"model":"llava","prompt":"What is in this picture?","stream":false,"images":["'$(base64 -w0 dog.jpg)'"]}' localhost:8765/api/generate
# -> .response = text, .done true
echo '{"model":"llava","prompt":"What is in this picture?","stream":false,"images":["'"$(base64 -w0 dog.jpg)"'"]}' >body
curl -s -d @body "$url/api/generate" >answer
is "as Ollama answers" "$(member .response <answer)" "$text"
is "and it is done" "$(member .done <answer)" True
is "the prompt was not read, and that is said" "$(member .storyteller.prompt_ignored <answer)" True
sed 's/"stream":false,//' body | curl -s -d @- "$url/api/generate" >answer
is "streaming is the default there" "$(python3 -c 'import json, sys
print("".join(json.loads(line)["response"] for line in sys.stdin))' <answer)" "$text"
echo '{"messages":[{"role":"user","content":"","images":["'"$(base64 -w0 dog.jpg)"'"]}],"stream":false}' >body
is "in a chat, too" "$(curl -s -d @body "$url/api/chat" | member .message.content)" "$text"
holds "the model is listed" "$(curl -s "$url/api/tags")" storyteller:latest '"vision"'
holds "and shown" "$(curl -s -d '{"model":"storyteller"}' "$url/api/show")" '"vision"'
holds "a version is told" "$(curl -s "$url/api/version")" '"version"'

# The body of OpenAI's clients, with a data: URL
# -> .choices[0].message.content = text
echo '{"model":"gpt-4o","messages":[{"role":"user","content":[{"type":"text","text":"What is this?"},
{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,'"$(base64 -w0 dog.jpg)"'"}}]}]}' >body
is "as OpenAI answers" "$(curl -s -d @body "$url/v1/chat/completions" | member .choices.0.message.content)" "$text"
sed 's/"model":"gpt-4o"/"stream":true/' body | curl -s -d @- "$url/v1/chat/completions" >answer
is "streaming ends with [DONE]" "$(grep . answer | tail -n 1)" "data: [DONE]"
holds "its models are listed" "$(curl -s "$url/v1/models")" '"id":"storyteller"'

# What comes from elsewhere is refused.
# $ curl -H 'Host: evil.example' ...  -> 403
is "another host" "$(status -H 'Host: evil.example' "$url/health")" 403
is "an empty host" "$(status -H 'Host;' "$url/health")" 403
is "another origin" "$(status -H 'Origin: http://evil.example' --data-binary @dog.jpg "$url/v1/caption")" 403
is "a page of another site" "$(status -H 'Sec-Fetch-Site: cross-site' "$url/v1/models")" 403
is "its own page" "$(status -H "Origin: $url" --data-binary @dog.jpg "$url/v1/caption")" 200
holds "the answer to a stranger names the way" \
  "$(curl -s -H 'Origin: null' -d '{}' "$url/api/generate")" --allow-origin

# What is wrong is said, each in the way of its address.
head -c 17825792 /dev/zero >large
is "17 MiB" "$(status --data-binary @large "$url/v1/caption")" 413
# A PNG whose head claims 31,623 x 31,623 pixels
printf '\211PNG\r\n\032\n\0\0\0\rIHDR\0\0\173\207\0\0\173\207\010\002\0\0\0\0\0\0\0' >bomb.png
time=$(curl -s -o answer -w '%{time_total}' --data-binary @bomb.png "$url/v1/caption")
is "a thousand megapixels" "$(member .error.code <answer)" too_large
is "in less than 100 ms" "$(python3 -c "print($time < .1)")" True
is "no picture" "$(curl -s -d '{"model":"x","prompt":"hello"}' "$url/api/generate" | member .error | cut -d';' -f1)" \
  "send an image: this model describes pictures"
is "an address to fetch" "$(curl -s -d '{"image":"http://127.0.0.1/a.jpg"}' "$url/v1/caption" | member .error.code)" remote_image
is "no such address" "$(curl -s -d '{}' "$url/v1/captoin" | member .error.fix)" "did you mean /v1/caption?"
is "another method" "$(curl -s -i "$url/v1/caption" | tr -d '\r' | sed -n 's/^Allow: //p')" POST
is "no model for questions" "$(status -d '{}' "$url/v1/ask")" 501

# $ curl localhost:8765/metrics
curl -s "$url/metrics" >answer
holds "metrics" "$(cat answer)" 'storyteller_requests_total{route="/v1/caption",code="200"} 4' \
  storyteller_request_duration_seconds_bucket 'storyteller_stage_duration_seconds_count{stage="decode"}' \
  'storyteller_images_total{result="ok"}' 'storyteller_captions_total{grade="unsure"}' \
  storyteller_queue_depth storyteller_batch_size_sum storyteller_build_info process_start_time_seconds
holds "the page" "$(curl -s -i "$url/")" "script-src 'nonce-" "What is in this picture?"

# $ kill -TERM, while a request is under way
# -> it is answered, then 143; the log has no names and no sentences
(for _ in 1 2 3 4 5 6 7 8; do echo "$(base64 -w0 dog.jpg)"; done) |
  python3 -c 'import json, sys; print(json.dumps({"images": sys.stdin.read().split()}))' >body
curl -s -d @body "$url/v1/caption" >answer & asking=$!
for _ in $(seq 100); do curl -s "$url/metrics" | grep -q '^storyteller_queue_depth 0' || break; done
stop
wait $asking
is "a request under way is answered" "$(member .captions.7.caption <answer)" "$caption"
is "then it ends as signals end a program" $code 143
is "the log holds times, routes and numbers alone" "$(grep -vcE '^[-0-9TZ:]+ [a-z0-9/]+ [0-9]{3} [0-9]+ [0-9]+ [0-9]+$' \
  <(grep -v 'storyteller: warning: .*calibrate' log))" 0

# $ storyteller serve --token FILE --allow-origin https://app.example
echo s3cret >token
start --token token --allow-origin https://app.example --quiet
is "without the token" "$(status --data-binary @dog.jpg "$url/v1/caption")" 401
is "with it" "$(status -H 'Authorization: Bearer s3cret' --data-binary @dog.jpg "$url/v1/caption")" 200
is "counts are behind it, too" "$(status "$url/metrics")" 401
is "an allowed page may read" "$(curl -s -i -X OPTIONS -H 'Origin: https://app.example' "$url/v1/caption" |
  tr -d '\r' | sed -n 's/^Access-Control-Allow-Origin: //p')" https://app.example
stop
is "and it ends" $code 143
exit $failed
