#!/usr/bin/env python3
"""Peer: one training step of a kind of decoder on Flickr8k's shapes: as flickr8k_step.py, whose
batches it takes, for the kinds of decoder_kinds.py. `--form` names the kind."""
import json

import torch

import decoder_kinds
import flickr8k_step
import timing
import training_step


class KindCase(training_step.Case):
    """A case whose metadata name the options of the decoder; weights as the engine names them."""

    def __init__(self, kind, weights, inputs, rows_per_batch):
        super().__init__(weights, inputs, rows_per_batch)
        self.kind = kind

    @property
    def sizes(self):
        return flickr8k_step.SIZES

    def metadata(self):
        sizes = self.sizes
        options = {**decoder_kinds.KINDS[self.kind], "embedding": sizes.E, "hidden": sizes.H,
                   "attention": sizes.A}  # fmt: skip
        return {**super().metadata(), "options": json.dumps(options)}


def main():
    options = training_step.arguments(__doc__, list(decoder_kinds.KINDS))
    timing.use_threads(options.threads)
    torch.manual_seed(options.seed)
    kind, sizes = options.form, flickr8k_step.SIZES
    if options.case:
        read = training_step.Case.read(options.case)
        weights, inputs, rows = read.weights, read.inputs, read.rows_per_batch
    else:
        drawn = flickr8k_step.random_case(options.seed)
        weights = decoder_kinds.random_parameters(kind, sizes, options.seed)
        inputs, rows = drawn.inputs, drawn.rows_per_batch
    case = KindCase(kind, weights, inputs, rows)
    build = lambda of: decoder_kinds.KindDecoder(kind, of)  # noqa: E731
    name = f"kind_step/{kind}"
    training_step.run(name, options, case, build, clip_norm=flickr8k_step.CLIP_NORM)


main()
