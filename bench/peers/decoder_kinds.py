"""The other kinds of decoders in PyTorch, with all that can leave the loop taken out of it.

Keys, embedded words times input weights, the vocabulary's projection and the loss are computed once
for all words; what a step multiplies with one vector is one product; `fixed` is one call of nn.LSTM.
Weights have the names and shapes of the engine (docs/adding-a-decoder.md), the equations are those
of tests/goldens/make_kind_goldens.py. All cells are LSTMs of the form that the paper has.

Letters: B rows (captions), T steps, N words in all, L regions, D feature width, A attention width,
E embedding, H hidden, V vocabulary.
"""
import torch
import torch.nn.functional as F
from torch import nn

import soft_attention

KINDS = {
    "hard": {"decoder": "hard", "gate": "scalar", "semi_sampling": 1},
    "adaptive": {"decoder": "adaptive", "gate": "none", "initial_state": "zero"},
    "att2in": {"decoder": "att2in", "cell": "maxout_lstm", "gate": "none", "initial_state": "zero"},
    "top_down": {"decoder": "top_down", "gate": "none", "initial_state": "zero"},
    "aoa": {"decoder": "aoa", "gate": "none", "initial_state": "zero"},
    "fixed": {"decoder": "fixed"},
}
DROPOUT = soft_attention.DROPOUT
REWARD, ENTROPY = 1.0, 0.0  # of hard attention, as the engine's benchmark has them


def parameter_shapes(kind, sizes):
    """{engine's name: shape}; linear weights are (out, in), row-major."""
    D, A, E, H, V = sizes.D, sizes.A, sizes.E, sizes.H, sizes.V
    width = H if kind in ("adaptive", "aoa") else D
    shapes = {"embedding.weight": (V, E), "output.weight": (V, H), "output.bias": (V,)}
    if kind != "fixed":
        shapes |= {
            "attention.key.weight": (A, width), "attention.key.bias": (A,),
            "attention.query.weight": (A, H), "attention.query.bias": (A,),
            "attention.score.weight": (A,),
        }  # fmt: skip
    if kind == "hard":
        shapes |= {"attention.gate.weight": (1, H), "attention.gate.bias": (1,)}
        for name in ("hidden", "cell"):
            shapes |= {f"initial.{name}.weight": (H, D), f"initial.{name}.bias": (H,)}
    cells = {
        "hard": {"lstm": {"word": (4, E), "context": (4, D)}},
        "att2in": {"maxout_lstm": {"word": (5, E), "context": (2, D)}},
        "adaptive": {"lstm": {"word": (5, E), "picture": (5, E)}},
        "top_down": {
            "attending.lstm": {"word": (4, E), "picture": (4, D), "spoken": (4, H)},
            "speaking.lstm": {"attended": (4, H), "context": (4, D)},
        },
        "aoa": {"lstm": {"word": (4, E), "picture": (4, H)}},
        "fixed": {"lstm": {"word": (4, E)}},
    }[kind]
    for cell, inputs in cells.items():
        gates = max(rows for rows, _ in inputs.values())
        for name, (rows, columns) in inputs.items():
            shapes[f"{cell}.{name}.weight"] = (rows * H, columns)
        shapes |= {f"{cell}.hidden.weight": (gates * H, H), f"{cell}.bias": (gates * H,)}
    if kind in ("adaptive", "fixed"):
        shapes["picture.weight"] = (E, D)
    if kind in ("adaptive", "aoa"):
        shapes |= {"region.weight": (H, D), "region.bias": (H,)}
    if kind == "aoa":
        shapes |= {"context.bias": (2 * H,)}
        shapes |= {f"context.{name}.weight": (2 * H, H) for name in ("attended", "hidden")}
    if kind == "adaptive":
        shapes |= {
            "picture.bias": (E,),
            "sentinel.key.weight": (A, H), "sentinel.key.bias": (A,),
        }  # fmt: skip
    return {"decoder." + name: shape for name, shape in shapes.items()}


def random_parameters(kind, sizes, seed):
    """As soft_attention.random_parameters draws them. Keys of aoa are wide: where the score's tanh is
    nearly linear, the gradient of what asks cancels over the regions down to its rounding."""
    generator = torch.Generator().manual_seed(seed)
    parameters = {}
    for name, shape in parameter_shapes(kind, sizes).items():
        bound = shape[-1] ** -0.5
        if name == "decoder.attention.score.weight":
            bound *= 2
        elif kind == "aoa" and name == "decoder.attention.key.weight":
            bound *= 4
        elif "bias" in name or "embedding" in name:
            bound = 0.1
        parameters[name] = (torch.rand(shape, generator=generator) * 2 - 1) * bound
    return parameters


class KindDecoder(nn.Module):
    def __init__(self, kind, sizes):
        super().__init__()
        self.kind, self.sizes = kind, sizes
        self.names = list(parameter_shapes(kind, sizes))
        self.weights = nn.ParameterDict(
            {name.replace(".", "/"): nn.Parameter(torch.zeros(shape))
             for name, shape in parameter_shapes(kind, sizes).items()}
        )  # fmt: skip
        self.dropout = nn.Dropout(DROPOUT)
        self.baseline = None

    def w(self, name):
        return self.weights[("decoder." + name).replace(".", "/")]

    def linear(self, name, x):
        return F.linear(x, self.w(name + ".weight"), self.w(name + ".bias"))

    def load(self, parameters):
        with torch.no_grad():
            for name, value in parameters.items():
                self.weights[name.replace(".", "/")].copy_(value)

    def export(self, of=lambda parameter: parameter.detach()):
        return {name: of(self.weights[name.replace(".", "/")]).clone() for name in self.names}

    @staticmethod
    def lstm(gates, c):
        i, f, g, o = gates.chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c

    def scores(self, keys, query):
        return torch.tanh(keys + query.unsqueeze(1)) @ self.w("attention.score.weight")

    @staticmethod
    def mix(alpha, regions):
        return torch.bmm(alpha.unsqueeze(1), regions).squeeze(1)

    def loss(self, features, captions, lengths):
        """features (B,L,D), captions (B,T+1) ids, lengths: words to predict of each row, falling.

        A row leaves the batch when its caption ends, so that every step works on the first rows.
        """
        B, T = len(lengths), lengths[0]
        rows = [sum(length > t for length in lengths) for t in range(T)]
        targets = torch.cat([captions[:n, t + 1] for t, n in enumerate(rows)])
        if self.kind == "fixed":
            hidden = self.fixed(features, captions, lengths)
            return F.cross_entropy(self.linear("output", self.dropout(hidden)), targets)
        inputs = torch.cat([captions[:n, t] for t, n in enumerate(rows)])
        hidden, alphas, drawn = getattr(self, self.kind)(
            features, F.embedding(inputs, self.w("embedding.weight")), rows
        )
        logits = self.linear("output", self.dropout(torch.cat(hidden)))
        seen = torch.stack([F.pad(alpha, (0, 0, 0, B - len(alpha))) for alpha in alphas]).sum(0)
        covered = ((1 - seen) ** 2).mean()
        if not drawn:
            return F.cross_entropy(logits, targets) + covered
        losses = F.cross_entropy(logits, targets, reduction="none")
        return losses.mean() + covered + self.reward(losses, alphas, drawn, lengths, rows)

    def fixed(self, features, captions, lengths):
        """One call of nn.LSTM, the picture being the word before the first."""
        picture = F.linear(features.mean(1), self.w("picture.weight"))
        words = F.embedding(captions[:, : lengths[0]], self.w("embedding.weight"))
        packed = nn.utils.rnn.pack_padded_sequence(
            torch.cat([picture.unsqueeze(1), words], 1),
            [length + 1 for length in lengths], batch_first=True,
        )  # fmt: skip
        bias = self.w("lstm.bias")
        zero = features.new_zeros(1, len(lengths), self.sizes.H)
        hidden, _, _ = torch.lstm(
            packed.data, packed.batch_sizes, (zero, zero),
            [self.w("lstm.word.weight"), self.w("lstm.hidden.weight"), bias, torch.zeros_like(bias)],
            True, 1, 0.0, self.training, False,
        )  # fmt: skip
        return hidden[len(lengths) :]

    def hard(self, features, words, rows):
        A, H = self.sizes.A, self.sizes.H
        mean = features.mean(1)
        h, c = torch.tanh(self.linear("initial.hidden", mean)), torch.tanh(self.linear("initial.cell", mean))
        keys = self.linear("attention.key", features)
        words = F.linear(words, self.w("lstm.word.weight"), self.w("lstm.bias")).split(rows)
        of_h = torch.cat([self.w(name + ".weight") for name in ("attention.query", "attention.gate", "lstm.hidden")])
        bias = torch.cat([self.w("attention.query.bias"), self.w("attention.gate.bias"), of_h.new_zeros(4 * H)])
        hidden, alphas, drawn = [], [], []
        for t, n in enumerate(rows):
            h, c = h[:n], c[:n]
            query, gate, recurrent = F.linear(h, of_h, bias).split([A, 1, 4 * H], 1)
            alpha = torch.softmax(self.scores(keys[:n], query), 1)
            region = torch.multinomial(alpha.detach(), 1)
            z = features[torch.arange(n), region.squeeze(1)]
            gates = words[t] + recurrent + F.linear(torch.sigmoid(gate) * z, self.w("lstm.context.weight"))
            h, c = self.lstm(gates, c)
            hidden.append(h)
            alphas.append(alpha)
            drawn.append(alpha.gather(1, region).squeeze(1))
        return hidden, alphas, drawn

    def reward(self, losses, alphas, drawn, lengths, rows):
        """REINFORCE with a moving baseline."""
        reward, start = losses.new_zeros(len(lengths)), 0
        for n in rows:
            reward[:n] -= losses[start : start + n].detach()
            start += n
        reward /= torch.tensor(lengths, dtype=reward.dtype, device=reward.device)
        mean = reward.mean()
        advantage = reward - (mean if self.baseline is None else self.baseline)
        self.baseline = mean if self.baseline is None else 0.9 * self.baseline + 0.1 * mean
        of_rows = torch.cat([advantage[:n] for n in rows])
        return -REWARD * (of_rows * torch.log(torch.cat(drawn))).sum() / len(of_rows)

    def adaptive(self, features, words, rows):
        A, H = self.sizes.A, self.sizes.H
        regions = torch.relu(self.linear("region", features))
        picture = torch.relu(self.linear("picture", features.mean(1)))
        picture = F.linear(picture, self.w("lstm.picture.weight"))
        keys = self.linear("attention.key", regions)
        words = F.linear(words, self.w("lstm.word.weight"), self.w("lstm.bias")).split(rows)
        h = c = features.new_zeros(len(features), H)
        hidden, alphas = [], []
        for t, n in enumerate(rows):
            h, c = h[:n], c[:n]
            gates = words[t] + picture[:n] + F.linear(h, self.w("lstm.hidden.weight"))
            h, c = self.lstm(gates[:, : 4 * H], c)
            sentinel = torch.sigmoid(gates[:, 4 * H :]) * torch.tanh(c)
            query = self.linear("attention.query", h)
            own = torch.tanh(self.linear("sentinel.key", sentinel) + query)
            scores = torch.cat([self.scores(keys[:n], query), (own @ self.w("attention.score.weight")).unsqueeze(1)], 1)
            alpha = torch.softmax(scores, 1)
            z = self.mix(alpha[:, :-1], regions[:n]) + alpha[:, -1:] * sentinel
            hidden.append(h + z)
            alphas.append(alpha[:, :-1])
        return hidden, alphas, None

    def att2in(self, features, words, rows):
        A, H = self.sizes.A, self.sizes.H
        keys = self.linear("attention.key", features)
        words = F.linear(words, self.w("maxout_lstm.word.weight"), self.w("maxout_lstm.bias")).split(rows)
        of_h = torch.cat([self.w("attention.query.weight"), self.w("maxout_lstm.hidden.weight")])
        bias = torch.cat([self.w("attention.query.bias"), of_h.new_zeros(5 * H)])
        h = c = features.new_zeros(len(features), H)
        hidden, alphas = [], []
        for t, n in enumerate(rows):
            h, c = h[:n], c[:n]
            query, recurrent = F.linear(h, of_h, bias).split([A, 5 * H], 1)
            alpha = torch.softmax(self.scores(keys[:n], query), 1)
            z = self.mix(alpha, features[:n])
            gates = words[t] + recurrent
            candidate = gates[:, 3 * H :] + F.linear(z, self.w("maxout_lstm.context.weight"))
            i, f, o = torch.sigmoid(gates[:, : 3 * H]).chunk(3, 1)
            c = f * c + i * torch.maximum(candidate[:, :H], candidate[:, H:])
            h = o * torch.tanh(c)
            hidden.append(h)
            alphas.append(alpha)
        return hidden, alphas, None

    def top_down(self, features, words, rows):
        H = self.sizes.H
        keys = self.linear("attention.key", features)
        picture = F.linear(features.mean(1), self.w("attending.lstm.picture.weight"))
        words = F.linear(words, self.w("attending.lstm.word.weight"), self.w("attending.lstm.bias")).split(rows)
        into_one = torch.cat([self.w("attending.lstm.hidden.weight"), self.w("attending.lstm.spoken.weight")], 1)
        of_h2 = self.w("speaking.lstm.hidden.weight")
        of_h1 = torch.cat([self.w("attention.query.weight"), self.w("speaking.lstm.attended.weight")])
        bias = torch.cat([self.w("attention.query.bias"), self.w("speaking.lstm.bias")])
        h1 = c1 = h2 = c2 = features.new_zeros(len(features), H)
        hidden, alphas = [], []
        for t, n in enumerate(rows):
            h1, c1, h2, c2 = h1[:n], c1[:n], h2[:n], c2[:n]
            gates = words[t] + picture[:n] + F.linear(torch.cat([h1, h2], 1), into_one)
            h1, c1 = self.lstm(gates, c1)
            query, gates = F.linear(h1, of_h1, bias).split([self.sizes.A, 4 * H], 1)
            alpha = torch.softmax(self.scores(keys[:n], query), 1)
            z = self.mix(alpha, features[:n])
            gates = gates + F.linear(z, self.w("speaking.lstm.context.weight")) + F.linear(h2, of_h2)
            h2, c2 = self.lstm(gates, c2)
            hidden.append(h2)
            alphas.append(alpha)
        return hidden, alphas, None

    def aoa(self, features, words, rows):
        H, A = self.sizes.H, self.sizes.A
        regions = torch.relu(self.linear("region", features))
        keys = self.linear("attention.key", regions)
        of_picture = self.w("lstm.picture.weight")
        picture = F.linear(regions.mean(1), of_picture)
        words = F.linear(words, self.w("lstm.word.weight"), self.w("lstm.bias")).split(rows)
        into_cell = torch.cat([self.w("lstm.hidden.weight"), of_picture], 1)
        of_h = torch.cat([self.w("attention.query.weight"), self.w("context.hidden.weight")])
        bias = torch.cat([self.w("attention.query.bias"), self.w("context.bias")])
        h = c = context = features.new_zeros(len(features), H)
        hidden, alphas = [], []
        for t, n in enumerate(rows):
            h, c, context = h[:n], c[:n], context[:n]
            gates = words[t] + picture[:n] + F.linear(torch.cat([h, context], 1), into_cell)
            h, c = self.lstm(gates, c)
            query, halves = F.linear(h, of_h, bias).split([A, 2 * H], 1)
            alpha = torch.softmax(self.scores(keys[:n], query), 1)
            z = self.mix(alpha, regions[:n])
            context = F.glu(halves + F.linear(z, self.w("context.attended.weight")), 1)
            hidden.append(context)
            alphas.append(alpha)
        return hidden, alphas, None
