"""What the training-step peers share: the exchanged case, one step, its results, its timing.

A case is a safetensors file of weights (the names of soft_attention.parameter_shapes) and of
    input.features (I,L,D) F32    input.captions (M*B,T+1) I32, padded with 0
    input.lengths (M*B) I32, words to predict, falling within a batch    input.image (M*B) I32
for M batches of B rows that follow one another; metadata `rows_per_batch` is B.
A result is a safetensors file of `loss` and `gradient.<weight>` of the first batch, before
clipping, and `updated.<weight>` after `adam_steps` (metadata) steps on batches 0, 1, ... in turn.
"""
import argparse

import numpy as np
import torch
from torch import nn

import safetensors_io
import soft_attention
import timing

LEARNING_RATE = 1e-4


def arguments(description, forms):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--form", choices=forms, default=forms[-1])
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32",
                        help="bfloat16: products under autocast, weights stay float32")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--reps", type=int, default=10)
    parser.add_argument("--warmup", type=int, default=2)
    parser.add_argument("--serve", action="store_true",
                        help="time --reps steps for every line of stdin")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", help="read weights and inputs from this safetensors file")
    parser.add_argument("--write-case", help="write the weights and inputs that are used")
    parser.add_argument("--result", help="write loss, gradients, updated weights; dropout off")
    parser.add_argument("--adam-steps", type=int, default=10, help="for --result (default 10)")
    return parser.parse_args()


class Case:
    """Weights and M batches of inputs."""

    def __init__(self, weights, inputs, rows_per_batch):
        self.weights, self.inputs, self.rows_per_batch = weights, inputs, rows_per_batch
        self.batches = []
        features = torch.from_numpy(inputs["input.features"])
        for begin in range(0, len(inputs["input.lengths"]), rows_per_batch):
            rows = slice(begin, begin + rows_per_batch)
            lengths = inputs["input.lengths"][rows].tolist()
            captions = torch.from_numpy(inputs["input.captions"][rows, : lengths[0] + 1]).long()
            image = torch.from_numpy(inputs["input.image"][rows]).long()
            whole = len(image) == len(features) and bool((image == torch.arange(len(image))).all())
            self.batches.append((features, None if whole else image, captions, lengths))

    @property
    def sizes(self):
        V, E = self.weights["decoder.embedding.weight"].shape
        A, D = self.weights["decoder.key.weight"].shape
        H = self.weights["decoder.output.weight"].shape[1]
        return soft_attention.Sizes(D=D, A=A, E=E, H=H, V=V)

    def write(self, path):
        weights = {name: value.numpy() for name, value in self.weights.items()}
        safetensors_io.write(path, {**weights, **self.inputs}, self.metadata())

    def metadata(self):
        return {"rows_per_batch": self.rows_per_batch, "learning_rate": LEARNING_RATE}

    @staticmethod
    def read(path):
        tensors, metadata = safetensors_io.read(path)
        weights, inputs = {}, {}
        for name, value in tensors.items():
            if name.startswith("input."):
                inputs[name] = value
            else:
                weights[name] = torch.from_numpy(value)
        return Case(weights, inputs, int(metadata["rows_per_batch"]))


class Training:
    """A model, Adam, and how gradients are clipped: by value or by the norm over all of them."""

    def __init__(self, model, case, options, clip_value=None, clip_norm=None):
        self.device, self.narrow = options.device, options.precision == "bfloat16"
        self.model = model.to(self.device)
        # Once, not at every use: the features are the greatest of what autocast would round.
        dtype = torch.bfloat16 if self.narrow else torch.float32
        self.batches = [
            [features.to(self.device, dtype), None if image is None else image.to(self.device),
             captions.to(self.device), lengths]
            for features, image, captions, lengths in case.batches
        ]
        self.clip_value, self.clip_norm = clip_value, clip_norm
        self.trained = [p for p in model.parameters() if p.requires_grad]
        self.optimizer = self.adam()
        self.taken = 0

    def adam(self):
        """The fastest that this PyTorch has: one launch for all weights on a GPU."""
        if self.device == "cuda":
            try:
                return torch.optim.Adam(self.trained, LEARNING_RATE, fused=True)
            except (TypeError, RuntimeError):  # before PyTorch 2
                pass
        return torch.optim.Adam(self.trained, LEARNING_RATE)

    def backward(self, index):
        features, image, captions, lengths = self.batches[index % len(self.batches)]
        if image is not None:
            features = features.index_select(0, image)
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.narrow):
            loss = self.model.loss(features, captions, lengths)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        return loss

    def step(self):
        loss = self.backward(self.taken)
        if self.clip_value:
            nn.utils.clip_grad_value_(self.trained, self.clip_value)
        if self.clip_norm:
            nn.utils.clip_grad_norm_(self.trained, self.clip_norm)
        self.optimizer.step()
        self.taken += 1
        return loss.item()


class GraphedTraining(Training):
    """Forward, backward, clipping and Adam of the first batch as one CUDA graph."""

    def __init__(self, model, case, options, **clip):
        super().__init__(model, case, options, **clip)
        self.graph = None

    def adam(self):
        return torch.optim.Adam(self.trained, LEARNING_RATE, capturable=True)

    def work(self):
        features, _, captions, lengths = self.batches[0]
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.narrow,
                            cache_enabled=False):
            self.loss = self.model.loss(features, captions, lengths)
        self.optimizer.zero_grad(set_to_none=True)
        self.loss.backward()
        for parameter in self.trained:
            parameter.grad.clamp_(-self.clip_value, self.clip_value)
        self.optimizer.step()

    def step(self):
        if self.graph is None:
            stream = torch.cuda.Stream()
            stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(stream):
                for _ in range(3):
                    self.work()
            torch.cuda.current_stream().wait_stream(stream)
            self.graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self.graph):
                self.work()
        self.graph.replay()
        return self.loss.item()


def training_of(options):
    return GraphedTraining if options.form == "graphed" else Training


def run(name, options, case, build, **clip):
    """Does what the options ask of `build(sizes)`, a model with load, export and loss."""
    if options.write_case:
        case.write(options.write_case)
    if options.result:
        model = build(case.sizes)
        model.load(case.weights)
        model.eval()
        training = Training(model, case, options, **clip)
        result = {"loss": np.array([training.backward(0).item()], np.float32)}
        for key, value in model.export(lambda parameter: parameter.grad).items():
            result[f"gradient.{key}"] = value.cpu().numpy()
        for _ in range(options.adam_steps):
            training.step()
        for key, value in model.export().items():
            result[f"updated.{key}"] = value.cpu().numpy()
        safetensors_io.write(options.result, result, {"adam_steps": options.adam_steps})
    if options.reps:
        model = build(case.sizes)
        model.load(case.weights)
        model.train()
        training = training_of(options)(model, case, options, **clip)
        if options.serve:
            timing.serve(name, training.step, options.reps, options.warmup)
        else:
            timing.measure(name, training.step, options.reps, options.warmup)
