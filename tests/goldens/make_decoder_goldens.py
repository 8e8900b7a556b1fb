#!/usr/bin/env python3
"""The soft-attention decoder by PyTorch: decoder_<score>_<gate>_<initial>_<dtype>.safetensors, and
decoder_word_sum_<dtype>.safetensors, where words ask too and what is seen adds to the logits.

Three images with two captions each, written word by word from the equations, in float32 and in
float64 from the same weights (float32 numbers, so that both start alike):

    h, c = initial_hidden(mean a), initial_cell(mean a)                initial: linear | tanh
    e_i = score . act(key(a_i) + query(h) [+ query_word(E y)])         score: tanh | relu
    alpha = softmax(e)                                                 query: hidden | word
    z = sigmoid(gate(h)) * sum_i alpha_i a_i                           gate: scalar | vector
    i, f, g, o = from_word(E y) + recurrent(h) + from_context(z)
    c' = sigmoid(f) c + sigmoid(i) tanh(g),  h' = sigmoid(o) tanh(c')
    logits = output(h') [+ output_context(z)]                          output: plain | sum
    loss = mean over words of cross-entropy(logits, next word; label smoothing)
         + LAMBDA * mean over rows and regions of (1 - sum_t alpha)^2

query | gate | recurrent are the rows of from_hidden. Every file holds
    decoder.*                        weights
    input.features (I,L,D)           input.captions (B,T+1) I32: <start> words <end>, padded with 0
    input.lengths (B) I32, falling   input.image (B) I32: each row's image
    logits (N,V), alpha (N,L)        packed: all rows' first words, then all second words, ...
    for s in smoothing_0, smoothing_0.1:
      s.cross_entropy, s.loss (1)    s.gradient.<weight>, s.gradient.input.features
      s.updated.<weight>             after ten Adam steps on this one batch

usage: make_decoder_goldens.py  (in any folder; writes beside itself; PyTorch 1.13)
"""
import itertools
import pathlib
import sys

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "bench" / "peers"))
import safetensors_io  # noqa: E402

I, L, D, A, E, H, V = 3, 5, 6, 7, 4, 8, 11
LENGTHS = [6, 6, 5, 4, 3, 2]  # words to predict in each row, <end> among them
IMAGE = [0, 2, 1, 2, 0, 1]
START, END, FIRST_WORD = 1, 2, 3
LAMBDA = 0.7
SMOOTHING = [0.0, 0.1]
ADAM = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8}
ADAM_STEPS = 10
SEED = 1


def parameter_shapes(gate_width, word_sum):
    rows = A + gate_width + 4 * H
    own = {"decoder.query_word.weight": (A, E), "decoder.output_context.weight": (V, D)}
    return {
        "decoder.embedding.weight": (V, E),
        "decoder.key.weight": (A, D),
        "decoder.key.bias": (A,),
        "decoder.score.weight": (A,),
        "decoder.from_hidden.weight": (rows, H),
        "decoder.from_hidden.bias": (rows,),
        "decoder.from_word.weight": (4 * H, E),
        "decoder.from_context.weight": (4 * H, D),
        "decoder.initial_hidden.weight": (H, D),
        "decoder.initial_hidden.bias": (H,),
        "decoder.initial_cell.weight": (H, D),
        "decoder.initial_cell.bias": (H,),
        "decoder.output.weight": (V, H),
        "decoder.output.bias": (V,),
        **(own if word_sum else {}),
    }


def random_case(gate_width, word_sum):
    """Weights and inputs as float32 numbers.

    The seed matters: with a relu score, a unit that is on for every region has key and query
    gradients of zero, all rounding, which Adam would scale up to whole steps.
    """
    generator = torch.Generator().manual_seed(SEED)
    weights = {
        name: torch.randn(shape, generator=generator) * 0.6
        for name, shape in parameter_shapes(gate_width, word_sum).items()
    }
    features = torch.randn((I, L, D), generator=generator)
    captions = torch.zeros(len(LENGTHS), max(LENGTHS) + 1, dtype=torch.int32)
    captions[:, 0] = START
    for caption, length in zip(captions, LENGTHS):
        words = torch.randint(FIRST_WORD, V, (length - 1,), generator=generator)
        caption[1:length], caption[length] = words, END
    return weights, features, captions


def decode(weights, features, captions, score, gate_width, initial):
    """Logits (N,V) and alpha (N,L), packed, and each row's sum of alpha over time (B,L)."""
    w = {name.removeprefix("decoder."): value for name, value in weights.items()}
    activation = torch.tanh if score == "tanh" else torch.relu
    a = features[torch.tensor(IMAGE)]
    mean = a.mean(1)
    h = mean @ w["initial_hidden.weight"].T + w["initial_hidden.bias"]
    c = mean @ w["initial_cell.weight"].T + w["initial_cell.bias"]
    if initial == "tanh":
        h, c = torch.tanh(h), torch.tanh(c)
    keys = a @ w["key.weight"].T + w["key.bias"]
    attended = [0.0] * len(LENGTHS)
    logits, alphas = [], []
    for t in range(max(LENGTHS)):
        n = sum(length > t for length in LENGTHS)
        h, c = h[:n], c[:n]
        query, gate, recurrent = torch.split(
            h @ w["from_hidden.weight"].T + w["from_hidden.bias"], [A, gate_width, 4 * H], 1
        )
        words = w["embedding.weight"][captions[:n, t].long()]
        if "query_word.weight" in w:
            query = query + words @ w["query_word.weight"].T
        scores = activation(keys[:n] + query[:, None]) @ w["score.weight"]
        alpha = torch.softmax(scores, 1)
        z = torch.sigmoid(gate) * (alpha[:, :, None] * a[:n]).sum(1)
        i, f, g, o = torch.chunk(
            words @ w["from_word.weight"].T + recurrent + z @ w["from_context.weight"].T, 4, 1
        )
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        said = h @ w["output.weight"].T + w["output.bias"]
        if "output_context.weight" in w:
            said = said + z @ w["output_context.weight"].T
        logits.append(said)
        alphas.append(alpha)
        for row in range(n):
            attended[row] = attended[row] + alpha[row]
    return torch.cat(logits), torch.cat(alphas), torch.stack(attended)


def make(score, gate, initial, dtype, word_sum=False):
    gate_width = D if gate == "vector" else 1
    start, features, captions = random_case(gate_width, word_sum)
    features = features.to(dtype, copy=True).requires_grad_()
    rows = [sum(length > t for length in LENGTHS) for t in range(max(LENGTHS))]
    targets = torch.cat([captions[:n, t + 1] for t, n in enumerate(rows)]).long()
    tensors = {name: value.to(dtype, copy=True) for name, value in start.items()}
    tensors["input.features"] = features.detach()
    tensors["input.captions"] = captions
    tensors["input.lengths"] = torch.tensor(LENGTHS, dtype=torch.int32)
    tensors["input.image"] = torch.tensor(IMAGE, dtype=torch.int32)
    for smoothing in SMOOTHING:
        weights = {name: value.to(dtype, copy=True) for name, value in start.items()}
        for value in weights.values():
            value.requires_grad_()
        optimizer = torch.optim.Adam(weights.values(), **ADAM)
        prefix = f"smoothing_{smoothing:g}"
        for step in range(ADAM_STEPS):
            optimizer.zero_grad(set_to_none=True)
            features.grad = None
            logits, alpha, attended = decode(
                weights, features, captions, score, gate_width, initial
            )
            entropy = F.cross_entropy(logits, targets, label_smoothing=smoothing)
            loss = entropy + LAMBDA * ((1 - attended) ** 2).mean()
            loss.backward()
            if step == 0:
                tensors["logits"], tensors["alpha"] = logits.detach(), alpha.detach()
                tensors[f"{prefix}.cross_entropy"] = entropy.detach().view(1)
                tensors[f"{prefix}.loss"] = loss.detach().view(1)
                for name, value in (*weights.items(), ("input.features", features)):
                    tensors[f"{prefix}.gradient.{name}"] = value.grad.clone()
            optimizer.step()
        for name, value in weights.items():
            tensors[f"{prefix}.updated.{name}"] = value.detach()
    return {name: value.detach().numpy() for name, value in tensors.items()}


def main():
    metadata = {
        "lambda": LAMBDA, "learning_rate": ADAM["lr"], "beta1": 0.9, "beta2": 0.999,
        "epsilon": ADAM["eps"], "adam_steps": ADAM_STEPS, "seed": SEED,
    }  # fmt: skip
    dtypes = {"float32": torch.float32, "float64": torch.float64}
    options = itertools.product(("tanh", "relu"), ("scalar", "vector"), ("tanh", "linear"), dtypes)
    for score, gate, initial, dtype in options:
        path = HERE / f"decoder_{score}_{gate}_{initial}_{dtype}.safetensors"
        own = {"score": score, "gate": gate, "initial": initial}
        tensors = make(score, gate, initial, dtypes[dtype])
        safetensors_io.write(path, tensors, {**own, **metadata})
        print(path.name, len(tensors), "tensors")
    for dtype in dtypes:
        path = HERE / f"decoder_word_sum_{dtype}.safetensors"
        own = {"score": "tanh", "gate": "vector", "initial": "tanh", "query": "word"}
        tensors = make("tanh", "vector", "tanh", dtypes[dtype], word_sum=True)
        safetensors_io.write(path, tensors, {**own, "output": "sum", **metadata})
        print(path.name, len(tensors), "tensors")


main()
