"""Which epoch is kept as the best where CIDEr cannot tell."""
import csv

from harness import case


def log_of(t, run):
    with open(t.path(run, "log.csv"), encoding="utf-8") as file:
        return list(csv.DictReader(file))


def claim_best_is(t, run, epoch, ended):
    """best.storyteller holds as many epochs of history as `epoch` counts."""
    history = t.ok("python3 - <<'E'\n"
                   "import json, struct\n"
                   f"data = open('{run}/best.storyteller', 'rb').read()\n"
                   "size = struct.unpack('<Q', data[:8])[0]\n"
                   "meta = json.loads(data[8:8 + size])['__metadata__']\n"
                   "print(json.loads(meta['storyteller.history'])[-1]['epoch'])\nE").lines
    t.equal(history, [str(epoch)], ended)


@case("B6", "one validation picture: the loss decides, and patience ends nothing")
def one_picture(t):
    ended = t.ok("storyteller train --data scenes:train=64,val=1 --out out_b6 $C --set epochs=8")
    t.says(ended, "warning: 1 validation picture")
    log = log_of(t, "out_b6")
    t.equal([row["cider"] for row in log], ["0"] * 8, ended)
    losses = [float(row["validation_loss"]) for row in log]
    t.claim(min(losses) > 0, "the validation loss is not measured", ended)
    claim_best_is(t, "out_b6", 1 + losses.index(min(losses)), ended)
    t.does_not_say(ended, "patience=3")


@case("B6", "--set validation_images=1 is one picture too")
def validation_images(t):
    ended = t.ok("storyteller train --data scenes:train=24,val=16 --out run $C "
                 "--set validation_images=1 --set epochs=5")
    t.says(ended, "warning: 1 validation picture")
    t.equal(len(log_of(t, "run")), 5, ended)


@case("B6", "two pictures with the same captions: CIDEr is 0 for ever")
def equal_captions(t):
    t.need_data()
    ended = t.ok("""mkdir set && cp $IN/ten_pictures/*.jpg set 2>/dev/null; cd set
        for i in 0 1 2 3 4 5 6 7; do echo "{\\"image\\": \\"p0$i.jpg\\", \\"split\\": \\"train\\", \\"captions\\": [\\"a red shape number $i\\"]}"; done > captions.jsonl
        for i in 8 9; do echo "{\\"image\\": \\"p0$i.jpg\\", \\"split\\": \\"val\\", \\"captions\\": [\\"a blue shape\\"]}"; done >> captions.jsonl
        cd .. && storyteller train --data jsonl:set --out run --set epochs=6 --set min_count=1 $S""")
    t.equal(len(log_of(t, "run")), 6, ended)


@case("B6", "ten pictures of one's own")
def ten_pictures(t):
    t.need_data()
    ended = t.ok("storyteller train --data jsonl:$IN/ten_pictures --out out_b6t --set epochs=8 $S")
    t.says(ended, "warning: [12] validation picture")
    t.ok("storyteller caption --model out_b6t/best.storyteller $IN/ten_pictures/p00.jpg")


@case("B6", "what selects is a setting: the loss, the smaller the better")
def by_loss(t):
    train = "storyteller train --data scenes:train=24,val=12 --out run $C --set patience=0 --set epochs=4"
    ended = t.ok(train + " --set selection=loss")
    t.says(ended, "validation loss")
    losses = [float(row["validation_loss"]) for row in log_of(t, "run")]
    claim_best_is(t, "run", 1 + losses.index(min(losses)), ended)
    ended = t.ok(train + " --set epochs=5 --set selection=cider --resume")
    t.says(ended, "selection is cider, the run has loss")
    t.says(ended, "the best epoch is chosen anew")
    t.exits(train.replace("--out run", "--out other") + " --set selection=meteor", 2, "meteor is missing")


@case("B6", "patience that ends a run is said, again by --resume")
def patience_is_said(t):
    train = ("storyteller train --data scenes:train=8,val=12 --out run $C --set epochs=9 "
             "--set learning_rate=0 --set patience=2")
    for more in ("", " --resume"):
        ended = t.ok(train + more)
        t.says(ended, r"ended after epoch 3 of 9: .* 2 epochs .*patience=2")
    t.equal(len(log_of(t, "run")), 3, ended)


@case("B37", "one seed gives one best.storyteller, byte for byte")
def equal_files(t):
    for run in "ab":
        t.ok(f"storyteller train --data scenes:train=24,val=12 --out {run} $C --threads 1")
    t.ok("cmp a/best.storyteller b/best.storyteller")
