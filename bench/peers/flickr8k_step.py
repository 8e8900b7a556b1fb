#!/usr/bin/env python3
"""Peer: one training step on Flickr8k's shapes: 64 captions, 49 regions of 1,280 features.

The captions' lengths follow those of the 30,000 training captions (words and <end>, cut at 20
words), in buckets of like length as a trainer makes them; the words are drawn by Zipf's law. Rows
are packed: a caption that has ended costs nothing. Clipping by norm, Adam; dropout 0.5 while timed.
A repetition is one step on the next of 16 batches: the median is over batches of all lengths.
"""
import numpy as np
import torch

import soft_attention
import timing
import training_step

B, L, IMAGES, BATCHES, BUCKET = 64, 49, 256, 16, 50
SIZES = soft_attention.Sizes(D=1280, A=512, E=512, H=512, V=2540)
START, END, WORDS = 1, 2, 4  # <start>, <end>, the first id of a word
CLIP_NORM = 5.0
# Training captions with 1, 2, ... 20 or more words.
LENGTHS = [
    0, 15, 126, 346, 862, 1958, 2537, 2927, 3319, 3319,
    3132, 2778, 2320, 1848, 1329, 977, 662, 513, 365, 667,
]  # fmt: skip


def random_case(seed):
    generator = np.random.default_rng(seed)
    share = np.array(LENGTHS) / sum(LENGTHS)
    drawn = generator.choice(np.arange(1, len(LENGTHS) + 1), (BUCKET, B), p=share)
    buckets = np.sort(drawn.ravel())[::-1].reshape(BUCKET, B)
    chosen = buckets[generator.permutation(BUCKET)[:BATCHES]]
    rank = np.arange(1, SIZES.V - WORDS + 1)
    frequency = (1 / rank) / (1 / rank).sum()
    captions = np.zeros((BATCHES * B, len(LENGTHS) + 2), np.int32)
    for caption, words in zip(captions, chosen.ravel()):
        caption[0], caption[words + 1] = START, END
        caption[1 : words + 1] = WORDS + generator.choice(len(rank), words, p=frequency)
    images = [generator.choice(IMAGES, B, replace=False) for _ in range(BATCHES)]
    inputs = {
        "input.features": soft_attention.random_features((IMAGES, L, SIZES.D), generator),
        "input.captions": captions,
        "input.lengths": (chosen.ravel() + 1).astype(np.int32),
        "input.image": np.concatenate(images).astype(np.int32),
    }
    weights = soft_attention.random_parameters(SIZES, seed)
    return training_step.Case(weights, inputs, B)


def main():
    options = training_step.arguments(__doc__, ["best"])
    timing.use_threads(options.threads)
    torch.manual_seed(options.seed)
    case = training_step.Case.read(options.case) if options.case else random_case(options.seed)
    build = soft_attention.FusedDecoder
    training_step.run("flickr8k_step/best", options, case, build, clip_norm=CLIP_NORM)


if __name__ == "__main__":
    main()
