"""Text that makes scores low without a word: `score` says so, and its numbers stay."""
from harness import case


def score(t, hypotheses, references, metrics="bleu,cider"):
    found = t.ok(f"storyteller score --hypotheses $IN/m/{hypotheses} --references $IN/m/{references} "
                 f"--metrics {metrics} --json")
    return found.json[0], found


def noted(t, found, ended, pattern):
    t.says(ended, pattern)
    t.claim(found["notes"], "the JSON has no note", ended)


@case("B36", "captions in one piece")
def one_piece(t):
    found, ended = score(t, "zh_hyps.txt", "zh_refs.txt")
    noted(t, found, ended, "3 of 3 hypotheses .*no blanks between words")
    t.claim(found["bleu_1"] < 1e-10, "the number is not the reference's", ended)


@case("B36", "marks of decoders, empty captions, one caption for all, names for captions")
def marks(t):
    found, ended = score(t, "hyps_pad.json", "refs.json")
    noted(t, found, ended, "6 of 6 hypotheses .*<start>.*marks")
    t.near(found["cider"], 2.40, 0.01, ended)
    noted(t, *score(t, "hyps_unk.json", "refs.json"), "<unk>")
    noted(t, *score(t, "hyps_all_empty.json", "refs.json"), "6 of 6 hypotheses hold no words")
    t.ok("for i in 1 2 3; do echo 'a dog'; done > same.txt; for i in 1 2 3; do echo $i.jpg; done > names.txt; "
         "head -3 $IN/m/refs.txt > refs.txt")
    t.says(t.ok("storyteller score --hypotheses same.txt --references refs.txt"), "all 3 hypotheses are the same")
    t.says(t.ok("storyteller score --hypotheses names.txt --references refs.txt"), "names of files")


@case("B36", "accents apart from their letters; languages that METEOR and SPICE do not know")
def accents(t):
    found, ended = score(t, "de_hyps_decomposed.txt", "de_hyps.txt", "bleu")
    noted(t, found, ended, "NFC")
    t.near(found["bleu_1"], 0.84, 0.01, ended)
    t.says(t.ok("storyteller score --hypotheses $IN/m/de_hyps.txt --references $IN/m/de_hyps.txt"), "English")


@case("B36", "nothing is said about plain captions")
def plain(t):
    found, ended = score(t, "hyps.json", "refs.json")
    t.equal((ended.err, found["notes"]), ("", []), ended)
