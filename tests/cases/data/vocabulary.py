"""A training that has too few words to say anything with."""
import os

from harness import case


@case("B15", "min_count leaves no word: an error before any feature is computed")
def no_word(t):
    t.need_data()
    ended = t.exits("storyteller train --data jsonl:$IN/val_one --out out_b15 --set min_count=100 $S", 2,
                    "min_count=100 leaves no word", r"'a', occurs \d+ times")
    t.does_not_say(ended, "internal|features")
    t.claim(not os.path.exists(t.path("out_b15")), "a folder was made", ended)


@case("B15", "few words are warned of, with the share that is lost")
def few_words(t):
    t.need_data()
    ended = t.ok("storyteller train --data jsonl:$IN/ten_pictures --out out_b15t --set epochs=1 $S")
    t.says(ended, r"warning: the vocabulary has \d+ of the \d+ words that occur, and \d+ % .*min_count=5")


@case("B15", "captions that are cut are counted")
def cut(t):
    t.need_data()
    ended = t.ok("storyteller train --data jsonl:$IN/jsonl_split_validation --out out_b15w --set train_words=2 "
                 "--set min_count=1 --set epochs=1 $S")
    t.says(ended, r"warning: (\d+) of \1 training captions have more than 2 words and are cut: .*never learns to end")


@case("B37", "no captions to train on is said before features are computed")
def no_captions(t):
    t.need_data()
    t.ok("""cp -r $IN/ten_pictures set && for i in 0 1 2 3 4 5 6 7 8 9; do s=train; [ $i -gt 7 ] && s=val
        echo "{\\"image\\": \\"p0$i.jpg\\", \\"split\\": \\"$s\\", \\"captions\\": [\\"...\\"]}"; done > set/captions.jsonl""")
    ended = t.exits("storyteller train --data jsonl:set --out run $S", 3, "captions|words")
    t.does_not_say(ended, "features")
