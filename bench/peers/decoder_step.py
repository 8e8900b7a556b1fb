#!/usr/bin/env python3
"""Peer: one training step of the soft-attention decoder, 32 captions of 20 words, 10,000 words.

Forward, backward, clipping by value, Adam; dropout 0.5 while timed. Forms: `tutorial` (keys and
vocabulary projection at every word), `hoist` (keys once), `best` (soft_attention.FusedDecoder). On a
GPU also `graphed` (best, a step as one CUDA graph), `compiled` (best behind torch.compile) and `lstm`
(cuDNN's LSTM over the same words, without attention: less work, what its recurrence costs).
"""
import functools

import numpy as np
import torch

import soft_attention
import timing
import training_step

B, T, L = 32, 20, 49
SIZES = soft_attention.Sizes(D=2048, A=512, E=512, H=512, V=10000)
CLIP_VALUE = 5.0
FORMS = {
    "tutorial": soft_attention.TutorialDecoder,
    "hoist": functools.partial(soft_attention.TutorialDecoder, hoist_keys=True),
    "graphed": soft_attention.FusedDecoder,
    "compiled": soft_attention.CompiledDecoder,
    "lstm": soft_attention.LstmWithoutAttention,
    "best": soft_attention.FusedDecoder,
}


def random_case(seed):
    generator = np.random.default_rng(seed)
    inputs = {
        "input.features": soft_attention.random_features((B, L, SIZES.D), generator),
        "input.captions": generator.integers(4, SIZES.V, (B, T + 1), dtype=np.int32),
        "input.lengths": np.full(B, T, np.int32),
        "input.image": np.arange(B, dtype=np.int32),
    }
    weights = soft_attention.random_parameters(SIZES, seed)
    return training_step.Case(weights, inputs, B)


def main():
    options = training_step.arguments(__doc__, list(FORMS))
    timing.use_threads(options.threads)
    torch.manual_seed(options.seed)
    case = training_step.Case.read(options.case) if options.case else random_case(options.seed)
    name = f"decoder_step/{options.form}"
    training_step.run(name, options, case, FORMS[options.form], clip_value=CLIP_VALUE)


main()
