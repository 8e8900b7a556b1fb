#!/usr/bin/env python3
"""Writes set_measures.json: measures of several captions of a picture, by their definitions.

Two cases of made-up captions, `even` (four for each picture) and `uneven` (one to five). Each has
`captions` and `references` [picture][caption], `training` [caption], and what comes of them:
`measures`; `people`, the same measures of a picture's first references; `first`, `average` and
`oracle` of single captions' scores. The definitions are those of the papers; where the field's
usual code (ruotianluo/self-critical.pytorch, tylin/coco-caption) settles a detail, it is followed:
BLEU's smoothing and closest length, words (not pairs) under Div-2, oracle and average by picture.

usage: make_set_measure_goldens.py  (in any folder; writes beside itself; numpy)
"""
import collections
import json
import math
import pathlib
import random

import numpy

HERE = pathlib.Path(__file__).resolve().parent
SEED = 3
NOUNS = ["dog", "man", "woman", "ball", "beach", "horse", "bike", "street"]
VERBS = ["runs on", "looks at", "is near", "jumps over", "holds"]
ADJECTIVES = ["a", "a", "the", "a brown", "a small", "the old", "two"]


def sentence(rng):
    text = f"{rng.choice(ADJECTIVES)} {rng.choice(NOUNS)} {rng.choice(VERBS)} "
    text += f"{rng.choice(ADJECTIVES)} {rng.choice(NOUNS)}"
    return text + rng.choice(["", "", " in the rain", " with a", " outside"])


def grams(tokens, n):
    return [tuple(tokens[i:i + n]) for i in range(len(tokens) - n + 1)]


def bleu_counts(caption, references):
    """[correct n = 1..4], [guessed n = 1..4], length, closest reference length."""
    correct, guess = [], []
    for n in range(1, 5):
        most = collections.Counter()
        for reference in references:
            most |= collections.Counter(grams(reference, n))
        correct.append(sum((collections.Counter(grams(caption, n)) & most).values()))
        guess.append(max(0, len(caption) - n + 1))
    closest = min((abs(len(r) - len(caption)), len(r)) for r in references)[1]
    return numpy.array([*correct, *guess, len(caption), closest], dtype=float)


def bleu(counts):
    out, product = [], 1.0
    for n in range(4):
        product *= (counts[n] + 1e-15) / (counts[4 + n] + 1e-9)
        out.append(product ** (1 / (n + 1)))
    ratio = (counts[8] + 1e-15) / (counts[9] + 1e-9)
    return [b * math.exp(min(0.0, 1 - 1 / ratio)) for b in out]


def rouge_l(caption, references, beta=1.2):
    precision = recall = 0.0
    for reference in references:
        table = numpy.zeros((len(caption) + 1, len(reference) + 1))
        for i, a in enumerate(caption):
            for j, b in enumerate(reference):
                longer = max(table[i, j + 1], table[i + 1, j])
                table[i + 1, j + 1] = table[i, j] + 1 if a == b else longer
        precision = max(precision, table[-1, -1] / len(caption))
        recall = max(recall, table[-1, -1] / len(reference))
    if precision == 0 or recall == 0:
        return 0.0
    return (1 + beta ** 2) * precision * recall / (recall + beta ** 2 * precision)


class Frequencies:
    def __init__(self, references):
        self.documents = len(references)
        self.count = collections.Counter()
        for of_picture in references:
            self.count.update({g for r in of_picture for n in range(1, 5) for g in grams(r, n)})

    def weighed(self, tokens, n):
        counts = collections.Counter(grams(tokens, n))
        idf = {g: math.log(self.documents) - math.log(max(1.0, self.count[g])) for g in counts}
        return {g: c * idf[g] for g, c in counts.items()}


def cosine(a, b, clipped=False):
    norms = math.sqrt(sum(x * x for x in a.values())) * math.sqrt(sum(x * x for x in b.values()))
    if norms == 0:
        return 0.0
    return sum((min(x, b[g]) if clipped else x) * b[g] for g, x in a.items() if g in b) / norms


def plain_cider(frequencies, a, b):
    return sum(cosine(frequencies.weighed(a, n), frequencies.weighed(b, n))
               for n in range(1, 5)) / 4


def cider_d(frequencies, a, b):
    penalty = math.exp(-(len(a) - len(b)) ** 2 / (2 * 6.0 ** 2))
    return penalty * sum(cosine(frequencies.weighed(a, n), frequencies.weighed(b, n), True)
                         for n in range(1, 5)) / 4


def self_cider(frequencies, captions):
    kernel = numpy.array([[plain_cider(frequencies, a, b) for b in captions] for a in captions])
    roots = numpy.sqrt(numpy.maximum(0, numpy.linalg.eigvalsh(kernel)))
    return -math.log(roots.max() / roots.sum()) / math.log(len(captions))


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def measures(sets, frequencies, training):
    every = [caption for captions in sets for caption in captions]
    words = sum(len(caption) for caption in every)
    several = [captions for captions in sets if len(captions) > 1]

    def distinct(captions, n):
        return len({g for caption in captions for g in grams(caption, n)})

    def div(n):
        return mean(distinct(c, n) / sum(len(x) for x in c) for c in several)

    def others(captions, i):
        return captions[:i] + captions[i + 1:]

    by_place = [[bleu_counts(c[i], others(c, i)) for c in several if i < len(c)]
                for i in range(max(len(c) for c in several))]
    seen = {tuple(caption) for caption in training}
    unseen = [tuple(caption) for caption in every if tuple(caption) not in seen]
    return {
        "vocabulary": distinct(every, 1),
        "distinct_1": distinct(every, 1) / words,
        "distinct_2": distinct(every, 2) / words,
        "div_1": div(1),
        "div_2": div(2),
        "mbleu_4_corpus": mean(bleu(sum(place))[3] for place in by_place),
        "mbleu_4": mean(mean(bleu(bleu_counts(c[i], others(c, i)))[3] for i in range(len(c)))
                        for c in several),
        "self_cider": mean(self_cider(frequencies, c) for c in several),
        "unseen": len(unseen) / len(every),
        "novel": len(set(unseen)) / len(every),
    }


def scores(caption, references, frequencies):
    blue = bleu(bleu_counts(caption, references))
    return {
        "bleu_1": blue[0],
        "bleu_4": blue[3],
        "rouge_l": rouge_l(caption, references),
        "cider": 10 * mean(cider_d(frequencies, caption, r) for r in references),
        "plain_cider": 10 * mean(plain_cider(frequencies, caption, r) for r in references),
    }


def case(rng, counts):
    texts = {
        "captions": [[sentence(rng) for _ in range(count)] for count in counts],
        "references": [[sentence(rng) for _ in range(3)] for _ in counts],
    }
    texts["captions"][1][-1] = texts["captions"][1][0]  # the same twice
    texts["training"] = [c[0] for c in texts["captions"]][::3] + [sentence(rng) for _ in range(9)]
    sets = [[c.split() for c in captions] for captions in texts["captions"]]
    references = [[r.split() for r in captions] for captions in texts["references"]]
    training = [caption.split() for caption in texts["training"]]
    frequencies = Frequencies(references)
    each = [[scores(caption, references[i], frequencies) for caption in captions]
            for i, captions in enumerate(sets)]
    keys = list(each[0][0])
    people = [r[:len(c)] for r, c in zip(references, sets)]
    return {
        **texts,
        "measures": measures(sets, frequencies, training),
        "people": measures(people, frequencies, training),
        "first": {k: mean(e[0][k] for e in each) for k in keys},
        "average": {k: mean(mean(s[k] for s in e) for e in each) for k in keys},
        "oracle": {k: mean(max(s[k] for s in e) for e in each) for k in keys},
    }


def main():
    rng = random.Random(SEED)
    golden = {"even": case(rng, [4] * 7), "uneven": case(rng, [1, 5, 2, 3, 1, 4, 2])}
    (HERE / "set_measures.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
