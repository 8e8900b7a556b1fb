#!/usr/bin/env python3
"""Writes vqa_scores.json: what VQA's official scorer says of 1,000 made-up answers.

    make_vqa_goldens.py CHECKOUT

CHECKOUT is one of https://github.com/GT-Vision-Lab/VQA at a013f00; its vqaEval.py runs as it stands,
but for print statements, which Python 3 does not read. Each of `questions` is [question_type,
answer_type, answer to score, answers of people, accuracy in percent]; where the people are few or
`ids` is false the records bear no answer_id. `texts` are [text, its normalized form].
"""
import json
import pathlib
import platform
import random
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
COMMIT = "a013f00"
SEED = 5
WORDS = ["yes", "no", "Yes", "NO", "a", "An", "the", "red", "blue", "dog", "none", "zero", "one", "Two",
         "ten", "dont", "Im", "its", "somebody'd", "couldn'tve", "'ow'sat", "let's", "she's", "youve",
         "wouldnt've", "1", "2", "3.5", "1,000", "U.S.", "t-shirt", "café", "Ärmel", "\u00a0", "left/right",
         "o'clock", "oclock", "12:30", "50%", "$5", "...", ".", ",", "?", "!", "(maybe)", "[x]", "a_b",
         "x;y", "\"quoted\"", "back\\slash", "{b}", "<tag>", "me@home", "`tick`", "a=b", "1+1", "-", ". 5",
         "hot dog", "\t", "\n", "  ", "\u2003", "no ,", "yes, sir", "." * 40, "2.", "the 3", "\u00c9COLE"]
TYPES = [("is there", "yes/no"), ("how many", "number"), ("what color is the", "other"), ("none of the above", "other")]


def scorer(checkout):
    """The class VQAEval of the checkout."""
    found = subprocess.run(["git", "-C", checkout, "rev-parse", "--short=7", "HEAD"], check=True,
                           stdout=subprocess.PIPE, text=True).stdout.strip()
    if found != COMMIT:
        sys.exit(f"{checkout} is at {found}, not at {COMMIT}")
    source = subprocess.run(
        ["git", "-C", checkout, "show", "HEAD:PythonEvaluationTools/vqaEvaluation/vqaEval.py"],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    source = re.sub(r'^(\s*)print "(.*)"$', r"\1pass", source, flags=re.M)
    names = {}
    exec(compile(source, "vqaEval.py", "exec"), names)  # pylint: disable=exec-used
    scorer_class = names["VQAEval"]
    scorer_class.updateProgress = lambda self, progress: None
    return scorer_class


def answer(rng):
    return rng.choice(["", " "]) + rng.choice(["", " ", ""]).join(
        rng.choice([" ", "", ", ", ". "]) + rng.choice(WORDS) for _ in range(rng.choice([1, 1, 1, 2, 3])))


class Set:
    """What the scorer wants of a set of questions, or of results."""

    def __init__(self, qa):
        self.qa = qa

    def getQuesIds(self):  # pylint: disable=invalid-name
        return list(self.qa)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    scorer_class = scorer(sys.argv[1])
    rng = random.Random(SEED)
    truth, results, questions = {}, {}, []
    for number in range(1000):
        few = [answer(rng) for _ in range(rng.choice([1, 2, 3, 4]))]
        people = [rng.choice(few) for _ in range(rng.choice([10, 10, 10, 10, 3, 1]))]
        ids = len(people) == 10 and rng.random() < 0.8
        given = rng.choice(people + [answer(rng)])
        if rng.random() < 0.3:
            given = rng.choice([given.lower(), given.strip(), given + ".", given.upper(), "the " + given])
        kind = rng.choice(TYPES)
        records = [{"answer": text, "answer_confidence": "yes"} for text in people]
        for index, record in enumerate(records):
            if ids:
                record["answer_id"] = index + 1
        truth[number] = {"question_type": kind[0], "answer_type": kind[1], "answers": records}
        results[number] = {"answer": given}
        questions.append([*kind, given, people, ids])
    evaluation = scorer_class(Set(truth), Set(results))
    evaluation.evaluate()
    for number, question in enumerate(questions):
        question.append(evaluation.evalQA[number])
    texts = sorted({answer(rng) for _ in range(400)})
    golden = {
        "commit": COMMIT, "interpreter": platform.python_version(), "questions": questions,
        "accuracy": evaluation.accuracy,
        "texts": [[text, evaluation.processDigitArticle(evaluation.processPunctuation(text))]
                  for text in texts]}
    (HERE / "vqa_scores.json").write_text(json.dumps(golden, ensure_ascii=False, separators=(",", ":")) + "\n",
                                          encoding="utf-8")


if __name__ == "__main__":
    main()
