#!/usr/bin/env python3
"""Peer: captions of one picture, 20 words each, by greedy and by beam search of width 5.

No word ends a caption, so that every search takes 20 steps on any weights. `tutorial` computes the
keys of every beam at every word, `hoisted` (soft_attention.FusedDecoder) once for the picture.
A result holds `<form>.<search>.words` (20,) I32 and `<form>.<search>.score` (log-probability).
"""
import argparse

import numpy as np
import torch

import safetensors_io
import soft_attention
import timing
import training_step

STEPS, BEAMS, L = 20, 5, 49
START = 1
SIZES = soft_attention.Sizes(D=2048, A=512, E=512, H=512, V=10000)


class TutorialStep:
    """Logits and next state of rows that all look at one picture; keys anew at every step."""

    def __init__(self, decoder, features):
        self.decoder, self.features = decoder, features

    def __call__(self, words, h, c):
        features = self.features.expand(len(words), -1, -1)
        embedded = self.decoder.embedding(words)
        h, c, _ = self.decoder.step(features, self.decoder.key(features), embedded, h, c)
        return self.decoder.output(h), h, c


class HoistedStep:
    """The same with one set of features and keys for all rows."""

    def __init__(self, decoder, features):
        self.decoder, self.features, self.keys = decoder, features, decoder.key(features)

    def __call__(self, words, h, c):
        embedded = self.decoder.from_word(self.decoder.embedding(words))
        h, c, _ = self.decoder.step(self.features, self.keys, embedded, h, c)
        return self.decoder.output(h), h, c


FORMS = {
    "tutorial": (soft_attention.TutorialDecoder, TutorialStep),
    "hoisted": (soft_attention.FusedDecoder, HoistedStep),
}


@torch.inference_mode()
def greedy(decoder, make_step, features, scored=False):
    """The most probable word at every step; the log-probability costs extra and is optional."""
    step, (h, c) = make_step(decoder, features), decoder.start(features)
    word, words, score = torch.tensor([START]), [], 0.0
    for _ in range(STEPS):
        logits, h, c = step(word, h, c)
        word = logits.argmax(1)
        words.append(word)
        if scored:
            score += logits.log_softmax(1)[0, word].item()
    return torch.cat(words), score


@torch.inference_mode()
def beam(decoder, make_step, features):
    """The BEAMS most probable prefixes are kept at every step; the best of the last ones."""
    step, (h, c) = make_step(decoder, features), decoder.start(features)
    word = torch.tensor([START])
    scores = torch.zeros(1, 1)
    captions = torch.zeros(1, 0, dtype=torch.long)
    for _ in range(STEPS):
        logits, h, c = step(word, h, c)
        totals = logits.log_softmax(1) + scores
        best, index = totals.view(-1).topk(BEAMS)
        parent = torch.div(index, totals.shape[1], rounding_mode="floor")
        word = index - parent * totals.shape[1]
        captions = torch.cat([captions[parent], word.unsqueeze(1)], 1)
        h, c, scores = h[parent], c[parent], best.unsqueeze(1)
    return captions[0], scores[0].item()


def random_case(seed):
    generator = np.random.default_rng(seed)
    weights = soft_attention.random_parameters(SIZES, seed)
    weights["decoder.embedding.weight"] *= 10  # so that the next words depend on the last one
    weights["decoder.output.weight"] *= 16  # and the best of them differ by more than rounding
    inputs = {
        "input.features": soft_attention.random_features((1, L, SIZES.D), generator),
        "input.captions": np.zeros((1, 2), np.int32),
        "input.lengths": np.ones(1, np.int32),
        "input.image": np.zeros(1, np.int32),
    }
    return training_step.Case(weights, inputs, 1)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--forms", nargs="+", choices=list(FORMS), default=list(FORMS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--reps", type=int, default=15)
    parser.add_argument("--warmup", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", help="read weights and input.features (1,L,D) from this file")
    parser.add_argument("--write-case", help="write the weights and features that are used")
    parser.add_argument("--result", help="write the captions found and their scores")
    return parser.parse_args()


def main():
    options = arguments()
    timing.use_threads(options.threads)
    case = training_step.Case.read(options.case) if options.case else random_case(options.seed)
    if options.write_case:
        case.write(options.write_case)
    features = torch.from_numpy(case.inputs["input.features"])
    result = {}
    for form in options.forms:
        build, make_step = FORMS[form]
        decoder = build(case.sizes)
        decoder.load(case.weights)
        decoder.eval()
        found = {
            "greedy": greedy(decoder, make_step, features, scored=True),
            "beam5": beam(decoder, make_step, features),
        }
        for search, (words, score) in found.items():
            result[f"{form}.{search}.words"] = words.numpy().astype(np.int32)
            result[f"{form}.{search}.score"] = np.array([score], np.float32)
        if options.reps:
            for search, call in (("greedy", greedy), ("beam5", beam)):
                timing.measure(
                    f"decode/{search}/{form}",
                    lambda: call(decoder, make_step, features),
                    options.reps,
                    options.warmup,
                )
    if options.result:
        safetensors_io.write(options.result, result)


main()
