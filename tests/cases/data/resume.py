"""--resume and --init on something else than the run."""
import csv
import os

from harness import case

TRAIN = "storyteller train --data scenes:train=24,val=12 --out run $C --set patience=0"


def begun(t, more=""):
    return t.ok(f"{TRAIN} {more}")


def file_bytes(t, *parts):
    with open(t.path(*parts), "rb") as file:
        return file.read()


@case("B9", "other data are an error unless asked for, and then the best is chosen anew")
def other_data(t):
    begun(t)
    before = file_bytes(t, "run", "last.storyteller")
    other = TRAIN.replace("train=24,val=12", "train=48,val=12,seed=5") + " --resume --set epochs=4"
    t.exits(other, 2, "not the data of the run", "48 pictures with 240 captions, the run has 24 pictures",
            "val is 12 pictures", "--allow-other-data", "--init")
    t.equal(file_bytes(t, "run", "last.storyteller"), before)
    asked = t.ok(other + " --allow-other-data")
    t.says(asked, "warning: --resume: val is 12 pictures with 60 captions as in the run, but others")
    t.says(asked, r"epoch 3 .* best")
    # From here on these are the data of the run.
    t.does_not_say(t.ok(other.replace("epochs=4", "epochs=5")), "other")


@case("B9", "pictures deleted in between; a set of another format")
def other_files(t):
    t.need_data()
    train = "storyteller train --out out_b9j --set epochs=1 --set min_count=1 $S --data"
    t.ok(f"cp -r $IN/jsonl_split_validation set && {train} jsonl:set")
    t.exits(train.replace("epochs=1", "epochs=2") + " csv:$IN/csv_plain --resume", 2, "not the data of the run")
    t.ok("cp -r set moved")  # the same pictures elsewhere are the same data
    t.ok(train.replace("epochs=1", "epochs=2") + " jsonl:moved --resume")
    t.ok("rm $(ls -d moved/*.jpg moved/*/*.jpg 2>/dev/null | head -1)")
    t.exits(train.replace("epochs=1", "epochs=3") + " jsonl:moved --resume", 2, "pictures with .* the run has")


@case("B9", "--resume without a run is an error and makes no folder")
def no_run(t):
    t.exits(TRAIN.replace("--out run", "--out typo") + " --resume", 2, "no run in typo", "--out")
    t.claim(not os.path.exists(t.path("typo")), "the folder was made")
    t.ok("mkdir empty")
    t.exits(TRAIN.replace("--out run", "--out empty") + " --resume", 2, "no last.storyteller in it")


@case("B9", "settings that cannot change are named with both values")
def fixed_settings(t):
    begun(t)
    t.exits(TRAIN + " --resume --set hidden=64", 2, "hidden is 64, the run has 32")
    t.exits(TRAIN + " --resume --set hidden=64 --set attention=8", 2,
            "attention is 8, the run has 16; hidden is 64, the run has 32")
    t.exits(TRAIN + " --resume --set min_count=3", 2, "min_count is 3, the run has 1")
    t.exits(TRAIN + " --resume --set epochs=4 --set optimizer=sgd --set average_decay=0.9", 2, "average_decay")
    t.exits(TRAIN.replace("--out run", "--out other") + " --init run/best.storyteller --set hidden=64", 2,
            "--init run/best.storyteller: hidden is 64, the model has 32")


@case("B9", "settings that may change are said in a line each")
def changed_settings(t):
    begun(t)
    ended = t.ok(TRAIN + " --resume --set epochs=3 --set batch_size=20 --seed 7 --set optimizer=adamw --threads 1 "
                         "--set schedule=constant")
    for line in ("epochs is 3, the run has 2", "batch_size is 20, the run has 100", "seed is 7, the run has 1",
                 "optimizer is adamw, the run has adam", "schedule is constant, the run has cosine", "another order"):
        t.says(ended, "resume: .*" + line)


@case("B9", "more epochs than planned: the jump of the learning rate is said")
def learning_rate(t):
    begun(t)
    ended = t.ok(TRAIN + " --resume --set epochs=4")
    t.says(ended, "epochs is 4, the run has 2")
    t.says(ended, r"the learning rate is 0\.001\d* from here on; it was 0\.0003")
    with open(t.path("run", "log.csv"), encoding="utf-8") as log:
        t.equal(len(list(csv.DictReader(log))), 4)


@case("B9", "fewer epochs than are done")
def fewer_epochs(t):
    begun(t)
    config = file_bytes(t, "run", "config.json")
    t.exits(TRAIN + " --resume --set epochs=1", 2, "epochs=1: the run has 2 epochs behind it")
    t.equal(file_bytes(t, "run", "config.json"), config)
    t.equal(t.ok(TRAIN + " --resume").out, "run/best.storyteller\n")  # as many as are done


@case("B9", "another number of threads is warned of")
def threads(t):
    begun(t, "--threads 1")
    t.says(t.ok(TRAIN + " --resume --set epochs=3 --threads 2"), "--threads is 2, the run has 1")


@case("B9", "a best.storyteller that was removed is written again, and said to be")
def best_missing(t):
    begun(t)
    os.remove(t.path("run", "best.storyteller"))
    ended = t.ok(TRAIN + " --resume")
    t.says(ended, "best.storyteller .* is missing: written again")
    t.claim(os.path.exists(t.path("run", "best.storyteller")), "it is not", ended)
    os.remove(t.path("run", "best.storyteller"))
    t.ok(TRAIN + " --resume --set epochs=3")
    t.ok("storyteller average run/best.storyteller --out copy.storyteller")


@case("B9", "a last.storyteller that was removed: the best model is not overwritten")
def last_missing(t):
    begun(t)
    best = file_bytes(t, "run", "best.storyteller")
    os.remove(t.path("run", "last.storyteller"))
    for more in ("", " --resume"):
        t.exits(TRAIN + more, 2, "--init run/best.storyteller")
    t.equal(file_bytes(t, "run", "best.storyteller"), best)


@case("B9", "two trainings in one folder: the second is refused")
def two_at_once(t):
    ended = t.sh(f"({TRAIN} --seed 1; echo $? > a) & ({TRAIN} --seed 2 --set hidden=48; echo $? > b) & wait")
    codes = sorted(file_bytes(t, name).decode().strip() for name in "ab")
    t.equal(codes, ["0", "2"], ended)
    t.says(ended, "another (training is at work|run has just been there)")
    long = TRAIN.replace("--out run", "--out long") + " --set epochs=60"
    t.says(t.sh(f"{long} & p=$!; for i in $(seq 200); do [ -e long/log.csv ] && break; sleep 0.05; done; "
                f"{long} --resume; kill $p; wait"), "another training is at work")


@case("B9", "a damaged last.storyteller names the best model and --init")
def damaged(t):
    begun(t)
    t.ok("truncate -s 20000 run/last.storyteller")
    ended = t.exits(TRAIN + " --resume", 4, "run/last.storyteller", "--init run/best.storyteller")
    t.does_not_say(ended, "download")
    t.ok(TRAIN.replace("--out run", "--out on") + " --init run/best.storyteller")


@case("B9", "--init with words that the model lacks")
def other_language(t):
    begun(t)
    t.need_data()
    german = ["ein Hund rennt auf der Wiese", "zwei Kinder spielen im Schnee", "eine Frau liest ein Buch"]
    lines = [f'{{"image": "p0{i}.jpg", "split": "{"val" if i > 7 else "train"}", "captions": ["{german[i % 3]}"]}}'
             for i in range(10)]
    t.ok("cp -r $IN/ten_pictures german")
    with open(t.path("german", "captions.jsonl"), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    ended = t.ok("storyteller train --data jsonl:german --out g --init $STORYTELLER_MODEL --set epochs=1 --cache cache",
                 seconds=120)
    t.says(ended, r"the model knows \d of the \d+ words that occur, and \d\d+ % of the words")
