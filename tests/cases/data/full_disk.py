"""A disk that is full, and a training that diverges: noticed at once, and nothing is lost."""
import os

from harness import case


@case("B35", "a full disk is noticed before the first step")
def full_disk(t):
    # A limit of the file size stands for it.
    ended = t.exits("ulimit -f 200; storyteller train --data scenes:train=64,val=16 --out out_b35 $C", 5,
                    "out_b35/last.storyteller", "bytes needed")
    t.does_not_say(ended, "epoch 1")
    t.ok("storyteller train --data scenes:train=24,val=12 --out out_b35 $C")


@case("B35", "a disk that fills up later leaves a run that goes on")
def fills_up(t):
    train = "storyteller train --data scenes:train=24,val=12 --out run $C"
    t.ok(train)
    t.exits(f"ulimit -f 200; {train} --resume --set epochs=3", 5, "bytes needed")
    t.ok(f"{train} --resume --set epochs=3")


@case("B35", "a limit in which nothing fits ends no command by a signal")
def nothing_fits(t):
    t.exits("( ulimit -f 1; storyteller train --data scenes:train=24,val=12 --out run $C )", 5, "ulimit -f")
    t.ok("storyteller train --data scenes:train=24,val=12 --out run $C")
    t.exits("( ulimit -f 1; storyteller average run/best.storyteller --out mean.storyteller )", 5, "ulimit -f")
    t.claim(not os.path.exists(t.path("mean.storyteller")), "a piece of a model is left")


@case("B35", "divergence is exit status 6, with step and learning rate, and the log is kept")
def divergence(t):
    ended = t.exits("storyteller train --data scenes:train=64,val=16 --out out_b35d $C --set optimizer=sgd "
                    "--set learning_rate=100 --set clip_norm=0", 6, "diverged", r"step \d+", r"learning rate \d+")
    for name in ("last.storyteller", "log.csv"):
        t.claim(os.path.exists(t.path("out_b35d", name)), f"{name} is missing", ended)


@case("B35", "divergence in a later epoch keeps the good one")
def later(t):
    train = "storyteller train --data scenes:train=64,val=16 --out run $C --set schedule=constant --set optimizer=sgd"
    t.ok(train)
    t.exits(train + " --resume --set epochs=9 --set learning_rate=1e2 --set clip_norm=0 --set weight_decay=10 "
                    "--set patience=0", 6, "diverged", "last good state")
    t.ok("storyteller average run/last.storyteller --out whole.storyteller")
    t.ok(train + " --resume --set epochs=3 --set learning_rate=1e-3 --set clip_norm=5 --set weight_decay=0")


@case("B7", "an epoch is saved before its validation")
def saved_before_validation(t):
    # Struck by kill -9 in the midst of validation: the epoch's last step is there.
    t.sh("""storyteller train --data scenes:train=24,val=400 --out run $C --set checkpoint_seconds=100000 \
            --set beam=20 2> err & p=$!
            for i in $(seq 600); do grep -q validation err && break; [ -e run/last.storyteller ] &&
            python3 -c "import sys; sys.exit(b'step\\\\\\\\\\":2' not in open('run/last.storyteller','rb').read(4000000))" &&
            break; sleep 0.05; done; kill -9 $p; wait $p""")
    ended = t.ok("storyteller train --data scenes:train=24,val=400 --out run $C --resume --set beam=1")
    t.says(ended, "resumed at step 2 of 4")
