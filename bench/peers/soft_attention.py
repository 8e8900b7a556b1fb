"""The soft-attention LSTM captioner of Xu et al. (2015) in PyTorch, twice.

`TutorialDecoder` is written as the well-known tutorials write it: one module per equation, one
vocabulary projection per word. `FusedDecoder` is the same function with all that can leave the loop
taken out of it. Both read and give the parameters under the names and shapes of
`parameter_shapes`, so that one file of weights serves both and the engine they are compared with.

    e_i = score . relu(key(a_i) + query(h))     alpha = softmax(e)
    z = sigmoid(gate(h)) * sum_i alpha_i a_i
    i, f, g, o = from_word(E y) + recurrent(h) + from_context(z)
    c' = sigmoid(f) c + sigmoid(i) tanh(g)      h' = sigmoid(o) tanh(c')      logits = output(h')
    loss = mean over words of -log p(next word) + mean over rows and regions of (1 - sum_t alpha)^2

The weights of query, gate and recurrent are the rows of `decoder.from_hidden`, in this order.
Letters: B rows (captions), T steps, N words in all, L regions, D feature width, A attention width,
E embedding, H hidden, V vocabulary.
"""
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

DROPOUT = 0.5  # on the hidden state that is projected onto the vocabulary


@dataclass(frozen=True)
class Sizes:
    D: int
    A: int
    E: int
    H: int
    V: int


def parameter_shapes(sizes):
    """{exchanged name: shape}; linear weights are (out, in), row-major."""
    D, A, E, H, V = sizes.D, sizes.A, sizes.E, sizes.H, sizes.V
    rows = A + D + 4 * H
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
    }


def random_parameters(sizes, seed):
    """Uniform in +-1/sqrt(fan in), the scores twice that; biases and embedding in +-0.1.

    Attention that is nearly uniform would have gradients made of rounding alone, which Adam then
    scales up: weights after some steps could not be compared.
    """
    generator = torch.Generator().manual_seed(seed)
    parameters = {}
    for name, shape in parameter_shapes(sizes).items():
        bound = shape[-1] ** -0.5
        if name == "decoder.score.weight":
            bound *= 2
        elif "bias" in name or "embedding" in name:
            bound = 0.1
        parameters[name] = (torch.rand(shape, generator=generator) * 2 - 1) * bound
    return parameters


def random_features(shape, generator):
    """Like the last layer of a convolutional encoder: most are zero, the others spread widely."""
    return np.maximum(generator.standard_normal(shape, dtype=np.float32) * 1.5 - 1, 0)


class TutorialDecoder(nn.Module):
    """One module per equation. `hoist_keys` computes the keys once instead of at every step."""

    def __init__(self, sizes, hoist_keys=False):
        super().__init__()
        self.sizes, self.hoist_keys = sizes, hoist_keys
        D, A, E, H, V = sizes.D, sizes.A, sizes.E, sizes.H, sizes.V
        self.embedding = nn.Embedding(V, E)
        self.key, self.query = nn.Linear(D, A), nn.Linear(H, A)
        self.score = nn.Linear(A, 1, bias=False)
        self.gate = nn.Linear(H, D)
        self.cell = nn.LSTMCell(E + D, H)
        self.initial_hidden, self.initial_cell = nn.Linear(D, H), nn.Linear(D, H)
        self.output = nn.Linear(H, V)
        self.dropout = nn.Dropout(DROPOUT)
        # LSTMCell has two biases that are added; one of them is the model's, the other stays zero.
        nn.init.zeros_(self.cell.bias_hh)
        self.cell.bias_hh.requires_grad_(False)

    def load(self, parameters):
        own = {name: value.clone() for name, value in parameters.items()}
        D, A, E, H = self.sizes.D, self.sizes.A, self.sizes.E, self.sizes.H
        with torch.no_grad():
            for kind in ("weight", "bias"):
                fused = own.pop(f"decoder.from_hidden.{kind}").split([A, D, 4 * H])
                getattr(self.query, kind).copy_(fused[0])
                getattr(self.gate, kind).copy_(fused[1])
                target = self.cell.weight_hh if kind == "weight" else self.cell.bias_ih
                target.copy_(fused[2])
            words, context = own.pop("decoder.from_word.weight"), "decoder.from_context.weight"
            self.cell.weight_ih.copy_(torch.cat([words, own.pop(context)], 1))
            for name, value in own.items():
                target = self.get_parameter(name.removeprefix("decoder."))
                target.copy_(value.view_as(target))

    def export(self, of=lambda parameter: parameter.detach()):
        """{exchanged name: of(parameter)}, copied; `of` may give the gradient."""
        E, shapes = self.sizes.E, parameter_shapes(self.sizes)
        cell, query, gate = self.cell, self.query, self.gate
        weights = [of(query.weight), of(gate.weight), of(cell.weight_hh)]
        biases = [of(query.bias), of(gate.bias), of(cell.bias_ih)]
        values = {
            "decoder.from_hidden.weight": torch.cat(weights),
            "decoder.from_hidden.bias": torch.cat(biases),
            "decoder.from_word.weight": of(cell.weight_ih)[:, :E],
            "decoder.from_context.weight": of(cell.weight_ih)[:, E:],
        }
        for name in shapes.keys() - values.keys():
            values[name] = of(self.get_parameter(name.removeprefix("decoder.")))
        return {name: values[name].clone().view(shape) for name, shape in shapes.items()}

    def start(self, features):
        mean = features.mean(1)
        return self.initial_hidden(mean), self.initial_cell(mean)

    def step(self, features, keys, words, h, c):
        """(B,L,D), (B,L,A), (B,E), (B,H), (B,H) -> h', c', alpha (B,L)."""
        scores = self.score(F.relu(keys + self.query(h).unsqueeze(1))).squeeze(2)
        alpha = F.softmax(scores, 1)
        context = (features * alpha.unsqueeze(2)).sum(1)
        context = torch.sigmoid(self.gate(h)) * context
        h, c = self.cell(torch.cat([words, context], 1), (h, c))
        return h, c, alpha

    def loss(self, features, captions, lengths):
        """As FusedDecoder.loss, for captions of one length."""
        B, T = captions.shape[0], captions.shape[1] - 1
        if set(lengths) != {T}:
            raise ValueError("the tutorial form takes captions of one length")
        h, c = self.start(features)
        words = self.embedding(captions)
        keys = self.key(features) if self.hoist_keys else None
        logits = features.new_zeros(B, T, self.sizes.V)
        alphas = features.new_zeros(B, T, features.shape[1])
        for t in range(T):
            step_keys = keys if self.hoist_keys else self.key(features)
            h, c, alpha = self.step(features, step_keys, words[:, t], h, c)
            logits[:, t] = self.output(self.dropout(h))
            alphas[:, t] = alpha
        entropy = F.cross_entropy(logits.view(B * T, -1), captions[:, 1:].reshape(-1))
        return entropy + ((1 - alphas.sum(1)) ** 2).mean()


class FusedDecoder(nn.Module):
    """Keys, embedded words and vocabulary projection outside the loop, one product with h in it."""

    def __init__(self, sizes):
        super().__init__()
        self.sizes = sizes
        D, A, E, H, V = sizes.D, sizes.A, sizes.E, sizes.H, sizes.V
        self.embedding = nn.Embedding(V, E)
        self.key, self.score = nn.Linear(D, A), nn.Linear(A, 1, bias=False)
        self.from_hidden = nn.Linear(H, A + D + 4 * H)
        self.from_word = nn.Linear(E, 4 * H, bias=False)
        self.from_context = nn.Linear(D, 4 * H, bias=False)
        self.initial_hidden, self.initial_cell = nn.Linear(D, H), nn.Linear(D, H)
        self.output = nn.Linear(H, V)
        self.dropout = nn.Dropout(DROPOUT)

    def load(self, parameters):
        with torch.no_grad():
            for name, value in parameters.items():
                target = self.get_parameter(name.removeprefix("decoder."))
                target.copy_(value.view_as(target))

    def export(self, of=lambda parameter: parameter.detach()):
        return {
            name: of(self.get_parameter(name.removeprefix("decoder."))).clone().view(shape)
            for name, shape in parameter_shapes(self.sizes).items()
        }

    def start(self, features):
        mean = features.mean(1)
        return self.initial_hidden(mean), self.initial_cell(mean)

    def step(self, features, keys, words, h, c):
        """As TutorialDecoder.step, but `words` are from_word's (B,4H).

        features (1,L,D) and keys (1,L,A) serve all rows: the beams of one picture.
        """
        A, D, H = self.sizes.A, self.sizes.D, self.sizes.H
        query, gate, recurrent = self.from_hidden(h).split([A, D, 4 * H], 1)
        scores = self.score(torch.relu_(keys + query.unsqueeze(1))).squeeze(2)
        alpha = torch.softmax(scores, 1)
        if features.shape[0] == 1:
            context = alpha @ features[0]
        else:
            context = torch.bmm(alpha.unsqueeze(1), features).squeeze(1)
        gates = words + recurrent + self.from_context(torch.sigmoid(gate) * context)
        i, f, g, o = gates.chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c, alpha

    def loss(self, features, captions, lengths):
        """features (B,L,D), captions (B,T+1) ids, lengths: words to predict of each row, falling.

        A row leaves the batch when its caption ends, so that every step works on the first rows.
        """
        B, T = len(lengths), lengths[0]
        rows = [sum(length > t for length in lengths) for t in range(T)]
        inputs = torch.cat([captions[:n, t] for t, n in enumerate(rows)])
        targets = torch.cat([captions[:n, t + 1] for t, n in enumerate(rows)])
        words = self.from_word(self.embedding(inputs)).split(rows)
        keys = self.key(features)
        h, c = self.start(features)
        hidden, alphas = [], []
        for t, n in enumerate(rows):
            if n < h.shape[0]:
                h, c, keys, features = h[:n], c[:n], keys[:n], features[:n]
            h, c, alpha = self.step(features, keys, words[t], h, c)
            hidden.append(h)
            alphas.append(alpha if n == B else F.pad(alpha, (0, 0, 0, B - n)))
        entropy = F.cross_entropy(self.output(self.dropout(torch.cat(hidden))), targets)
        return entropy + ((1 - torch.stack(alphas).sum(0)) ** 2).mean()


class CompiledDecoder(FusedDecoder):
    """FusedDecoder behind torch.compile."""

    def __init__(self, sizes):
        super().__init__(sizes)
        self.compiled = torch.compile(super().loss)

    def loss(self, features, captions, lengths):
        return self.compiled(features, captions, lengths)


class LstmWithoutAttention(FusedDecoder):
    """The context is the pictures' mean at every word, so that the recurrence is one call of cuDNN."""

    def __init__(self, sizes):
        super().__init__(sizes)
        self.lstm = nn.LSTM(sizes.E + sizes.D, sizes.H, batch_first=True)

    def loss(self, features, captions, lengths):
        """For captions of one length."""
        T = lengths[0]
        mean = features.mean(1)
        words = self.embedding(captions[:, :T])
        context = mean.unsqueeze(1).expand(-1, T, -1).to(words.dtype)
        hidden, _ = self.lstm(torch.cat([words, context], 2))
        logits = self.output(self.dropout(hidden)).flatten(0, 1)
        return F.cross_entropy(logits, captions[:, 1:T + 1].reshape(-1))
