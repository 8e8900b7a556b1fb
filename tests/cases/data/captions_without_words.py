"""Captions that hold no word: "...", an emoji, blanks of all kinds."""
from harness import case


@case("B7", "a validation picture without words is skipped by name, and training goes on")
def training(t):
    t.need_data()
    ended = t.ok("storyteller train --data jsonl:$IN/val_punctuation --out out --set epochs=1 $S && ls out",
                 seconds=240)
    t.says(ended, r"p04\.jpg \(no words in its captions\)")
    t.claim("best.storyteller" in ended.out, "no model was kept", ended)


@case("B7", "evaluate skips the same picture, by name")
def evaluation(t):
    ended = t.ok("storyteller evaluate --data jsonl:$IN/val_punctuation --cache cache --metrics bleu --json",
                 seconds=120)
    t.says(ended, r"p04\.jpg \(no words in its captions\)")
    t.claim(any("p04.jpg" in note for note in ended.json[0]["notes"]), "the JSON does not say it", ended)


@case("B7", "score leaves out an image without words, and says which")
def scoring(t):
    ended = t.ok("storyteller score --hypotheses $IN/m/hyps.json --references $IN/m/refs_dots_one.json "
                 "--metrics bleu --json")
    t.equal(ended.json[0]["images"], 5, ended)
    t.says(ended, "no reference of theirs holds a word, such as 43")
    empty = t.ok("storyteller score --hypotheses $IN/m/hyps.json --references $IN/m/refs_empty_one.json "
                 "--metrics bleu --json")
    t.equal(empty.json[0]["bleu_1"], ended.json[0]["bleu_1"], empty)


@case("B7", "white space, zero width, markup and bytes that are not UTF-8 are no words")
def kin(t):
    t.ok("mkdir set; for i in 0 1 2 3 4 5; do cp $IN/val_punctuation/p0$i.jpg set/ 2>/dev/null || "
         "cp $(find $IN/val_punctuation -name '*.jpg' | head -1) set/p0$i.jpg; done; "
         "printf 'image,caption,split\\np00.jpg,A dog .,val\\np01.jpg,\\xc2\\xa0,val\\n"
         "p02.jpg,\\xe2\\x80\\x8b,val\\np03.jpg,<br>,val\\np04.jpg,\\xff\\xfe,val\\np05.jpg,A cat .,val\\n' "
         "> set/captions.csv")
    ended = t.sh("storyteller data verify --data csv:set --split val")
    t.says(ended, r"4 pictures skipped: p01\.jpg \(no words in its captions\), p02\.jpg .*p03\.jpg ")
