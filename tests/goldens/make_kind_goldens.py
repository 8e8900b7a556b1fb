#!/usr/bin/env python3
"""Every kind of decoder by PyTorch: kind_<name>_<dtype>.safetensors.

Three images with two captions each, written word by word from the equations of the papers, in
float32 and in float64 from the same weights (float32 numbers, so that both start alike). Recurrent
cells are torch's own (torch.lstm_cell, torch.gru_cell, torch.rnn_tanh_cell, torch.rnn_relu_cell) where torch has them.
Weights have the names that a model file gives them. Every file holds

    decoder.*                        weights
    input.features (I,L,D)           input.captions (B,T+1) I32: <start> words <end>, padded with 0
    input.lengths (B) I32, falling   input.image (B) I32: each row's image
    logits (N,V), alpha (N,L)        packed: all rows' first words, then all second words, ...
    cross_entropy, loss (1)          gradient.<weight>, gradient.input.features
    updated.<weight>                 after ten Adam steps on this one batch

and, as metadata, the options of the decoder as JSON. Hard attention draws its regions as the engine
does (region_draws.py).

usage: make_kind_goldens.py  (in any folder; writes beside itself; PyTorch 2)
"""
import json
import pathlib
import sys

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "bench" / "peers"))
import region_draws  # noqa: E402
import safetensors_io  # noqa: E402

I, L, D, A, E, H, V = 3, 5, 6, 7, 4, 8, 11
LENGTHS = [6, 6, 5, 4, 3, 2]  # words to predict in each row, <end> among them
IMAGE = [0, 2, 1, 2, 0, 1]
START, END, FIRST_WORD = 1, 2, 3
COVERAGE, REWARD, ENTROPY = 0.7, 0.8, 0.3
ADAM = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8}
ADAM_STEPS = 10
SEED = 3
GATES = {"lstm": 4, "gru": 3, "rnn": 1, "relu_rnn": 1, "maxout_lstm": 5, "sentinel_lstm": 5}

VARIANTS = {
    "soft_gru": {"decoder": "soft", "cell": "gru", "gate": "vector"},
    "soft_rnn": {"decoder": "soft", "cell": "rnn", "gate": "scalar"},
    "soft_relu_rnn": {"decoder": "soft", "cell": "relu_rnn", "gate": "vector"},
    "fixed_relu_rnn": {"decoder": "fixed", "cell": "relu_rnn", "image_input": "first"},
    "hard": {"decoder": "hard", "cell": "lstm", "gate": "scalar", "semi_sampling": 1},
    "adaptive": {"decoder": "adaptive", "cell": "lstm", "gate": "none", "initial_state": "zero"},
    "att2in": {
        "decoder": "att2in", "cell": "maxout_lstm", "gate": "none", "initial_state": "zero",
    },
    "att2in_lstm": {"decoder": "att2in", "cell": "lstm", "gate": "none", "initial_state": "zero"},
    "att2in_gru": {"decoder": "att2in", "cell": "gru", "gate": "none", "initial_state": "zero"},
    "top_down": {"decoder": "top_down", "cell": "lstm", "gate": "none", "initial_state": "zero"},
    "top_down_gru": {"decoder": "top_down", "cell": "gru", "gate": "none", "initial_state": "tanh"},
    "aoa": {"decoder": "aoa", "cell": "lstm", "gate": "none", "initial_state": "zero"},
    "aoa_gru": {"decoder": "aoa", "cell": "gru", "gate": "vector", "initial_state": "tanh"},
    "fixed_first": {"decoder": "fixed", "cell": "lstm", "image_input": "first"},
    "fixed_every": {"decoder": "fixed", "cell": "gru", "image_input": "every"},
    "fixed_state": {"decoder": "fixed", "cell": "lstm", "image_input": "state"},
}  # fmt: skip


def cell_shapes(prefix, cell):
    g = GATES[cell] * H
    shapes = {f"{prefix}.hidden.weight": (g, H), f"{prefix}.bias": (g,)}
    if cell == "gru":
        shapes[f"{prefix}.hidden.bias"] = (g,)
    return shapes


def attention_shapes(width, gate):
    shapes = {
        "attention.key.weight": (A, width), "attention.key.bias": (A,),
        "attention.query.weight": (A, H), "attention.query.bias": (A,),
        "attention.score.weight": (A,),
    }  # fmt: skip
    if gate != "none":
        rows = width if gate == "vector" else 1
        shapes |= {"attention.gate.weight": (rows, H), "attention.gate.bias": (rows,)}
    return shapes


def initial_shapes(options):
    if options.get("initial_state") == "zero":
        return {}
    names = ["hidden"] + (["cell"] if "lstm" in options["cell"] else [])
    return {
        f"initial.{name}.{part}": shape
        for name in names
        for part, shape in (("weight", (H, D)), ("bias", (H,)))
    }


def parameter_shapes(options):
    kind, cell = options["decoder"], options["cell"]
    g = GATES[cell] * H
    shapes = {"embedding.weight": (V, E), "output.weight": (V, H), "output.bias": (V,)}
    if kind in ("soft", "hard", "att2in"):
        rows = {"maxout_lstm": 2 * H}.get(cell, H) if kind == "att2in" else g
        shapes |= {f"{cell}.word.weight": (g, E), f"{cell}.context.weight": (rows, D)}
        shapes |= cell_shapes(cell, cell) | attention_shapes(D, options["gate"])
        shapes |= initial_shapes(options)
    elif kind == "adaptive":
        shapes |= {
            "region.weight": (H, D), "region.bias": (H,), "picture.weight": (E, D),
            "picture.bias": (E,), "lstm.word.weight": (5 * H, E),
            "lstm.picture.weight": (5 * H, E), "sentinel.key.weight": (A, H),
            "sentinel.key.bias": (A,),
        }  # fmt: skip
        shapes |= cell_shapes("lstm", "sentinel_lstm") | attention_shapes(H, options["gate"])
    elif kind == "aoa":
        shapes |= {
            "region.weight": (H, D), "region.bias": (H,), f"{cell}.word.weight": (g, E),
            f"{cell}.picture.weight": (g, H), "context.attended.weight": (2 * H, H),
            "context.hidden.weight": (2 * H, H), "context.bias": (2 * H,),
        }  # fmt: skip
        shapes |= cell_shapes(cell, cell) | attention_shapes(H, options["gate"])
        shapes |= initial_shapes(options)
    elif kind == "top_down":
        one, two = f"attending.{cell}", f"speaking.{cell}"
        shapes |= {
            f"{one}.word.weight": (g, E), f"{one}.picture.weight": (g, D),
            f"{one}.spoken.weight": (g, H), f"{two}.attended.weight": (g, H),
            f"{two}.context.weight": (g, D),
        }  # fmt: skip
        shapes |= cell_shapes(one, cell) | cell_shapes(two, cell)
        shapes |= attention_shapes(D, options["gate"]) | initial_shapes(options)
    else:
        shapes |= {f"{cell}.word.weight": (g, E)} | cell_shapes(cell, cell)
        if options["image_input"] == "state":
            shapes |= initial_shapes(options)
        else:
            shapes |= {"picture.weight": (E, D)}
    return {"decoder." + name: shape for name, shape in shapes.items()}


class Decoder:
    def __init__(self, options, weights, features, captions, step):
        self.options, self.captions, self.step = options, captions, step
        self.w = {name.removeprefix("decoder."): value for name, value in weights.items()}
        self.regions = features[torch.tensor(IMAGE)]
        self.mean = self.regions.mean(1)
        self.drawn = []

    def cell(self, prefix, x, weights, state):
        """torch's cell on joined inputs; h, c and, of an LSTM that has one, the sentinel."""
        h, c = state
        w, kind = self.w, self.options["cell"]
        x = torch.cat(x, 1)
        into = torch.cat([w[f"{prefix}.{name}.weight"] for name in weights], 1)
        bias, of_h = w[f"{prefix}.bias"], w[f"{prefix}.hidden.weight"]
        none = torch.zeros_like(bias)
        if kind == "lstm" and of_h.shape[0] == 4 * H:
            return torch.lstm_cell(x, (h, c), into, of_h, bias, none)
        if kind == "gru":
            return torch.gru_cell(x, h, into, of_h, bias, w[f"{prefix}.hidden.bias"]), c
        if kind == "rnn":
            return torch.rnn_tanh_cell(x, h, into, of_h, bias, none), c
        if kind == "relu_rnn":
            return torch.rnn_relu_cell(x, h, into, of_h, bias, none), c
        i, f, third, fourth, last = torch.chunk(x @ into.T + h @ of_h.T + bias, 5, 1)
        if kind == "maxout_lstm":
            return self.maxout(i, f, third, fourth, last, c)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(third)
        return torch.sigmoid(fourth) * torch.tanh(c), c, torch.sigmoid(last) * torch.tanh(c)

    @staticmethod
    def maxout(i, f, o, a, b, c):
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.maximum(a, b)
        return torch.sigmoid(o) * torch.tanh(c), c

    def linear(self, name, x):
        return F.linear(x, self.w[name + ".weight"], self.w.get(name + ".bias"))

    def first_state(self):
        zero = self.mean.new_zeros(len(IMAGE), H)
        if self.options.get("initial_state") == "zero" or "initial.hidden.weight" not in self.w:
            return zero, zero
        h = torch.tanh(self.linear("initial.hidden", self.mean))
        if "initial.cell.weight" not in self.w:
            return h, zero
        return h, torch.tanh(self.linear("initial.cell", self.mean))

    def scores(self, regions, h):
        keys = self.linear("attention.key", regions)
        query = self.linear("attention.query", h)
        return torch.tanh(keys + query[:, None]) @ self.w["attention.score.weight"]

    def attend(self, h, t):
        n = len(h)
        e = self.scores(self.regions[:n], h)
        alpha = shares = torch.softmax(e, 1)
        if self.options["decoder"] == "hard":
            noise = torch.stack([region_draws.gumbel(self.step, row, t, L) for row in range(n)]).to(e.dtype)
            shares = F.one_hot((e + noise).argmax(1), L).to(e.dtype)
            self.drawn.append(shares)
        z = (shares[:, :, None] * self.regions[:n]).sum(1)
        if self.options["gate"] != "none":
            z = torch.sigmoid(self.linear("attention.gate", h)) * z
        return z, alpha

    def candidate_cell(self, word, z, h, c):
        """The cell of att2in, whose candidate alone reads z."""
        w, cell = self.w, self.options["cell"]
        gates = word @ w[f"{cell}.word.weight"].T + w[f"{cell}.bias"]
        of_h = h @ w[f"{cell}.hidden.weight"].T
        added = z @ w[f"{cell}.context.weight"].T
        if cell == "gru":
            of_h = of_h + w["gru.hidden.bias"]
            (r, u, n), (hr, hu, hn) = torch.chunk(gates, 3, 1), torch.chunk(of_h, 3, 1)
            u = torch.sigmoid(u + hu)
            n = torch.tanh(n + added + torch.sigmoid(r + hr) * hn)
            return (1 - u) * n + u * h, c
        if cell == "lstm":
            i, f, g, o = torch.chunk(gates + of_h, 4, 1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g + added)
            return torch.sigmoid(o) * torch.tanh(c), c
        i, f, o, a, b = torch.chunk(gates + of_h, 5, 1)
        more_a, more_b = torch.chunk(added, 2, 1)
        return self.maxout(i, f, o, a + more_a, b + more_b, c)

    def adaptive_step(self, word, state):
        """Lu 2017, equations 3 to 13: regions and sentinel under one softmax."""
        n = len(word)
        regions = torch.relu(self.linear("region", self.regions[:n]))
        picture = torch.relu(self.linear("picture", self.mean[:n]))
        h, c, sentinel = self.cell("lstm", [word, picture], ["word", "picture"], state)
        query = self.linear("attention.query", h)
        of_sentinel = torch.tanh(self.linear("sentinel.key", sentinel) + query)
        of_sentinel = of_sentinel @ self.w["attention.score.weight"]
        alpha = torch.softmax(torch.cat([self.scores(regions, h), of_sentinel[:, None]], 1), 1)
        seen = torch.cat([regions, sentinel[:, None]], 1)
        z = (alpha[:, :, None] * seen).sum(1)
        return h, c, h + z, alpha[:, :L]

    def aoa_step(self, word, before, state, t):
        """Huang 2019, section 3.3; `before` is the context of the word before."""
        w, cell, n = self.w, self.options["cell"], len(word)
        seen = self.regions[:n].mean(1) + before
        h, c = self.cell(cell, [word, seen], ["word", "picture"], state)
        z, alpha = self.attend(h, t)
        into = torch.cat([w["context.attended.weight"], w["context.hidden.weight"]], 1)
        halves = F.linear(torch.cat([z, h], 1), into, w["context.bias"])
        return h, c, F.glu(halves, 1), alpha

    def decode(self):
        """Logits (N,V), alpha (N,L) or None, packed, and each row's sum of alpha over time."""
        options, cell = self.options, self.options["cell"]
        kind = options["decoder"]
        h, c = self.first_state()
        h2, c2 = h, c
        said = torch.zeros_like(h)
        if kind == "aoa":
            self.regions = torch.relu(self.linear("region", self.regions))
        if kind == "fixed":
            picture = None if options["image_input"] == "state" else self.linear("picture", self.mean)
            if options["image_input"] == "first":
                h, c = self.cell(cell, [picture], ["word"], (h, c))
        attended = [0.0] * len(LENGTHS)
        logits, alphas = [], []
        for t in range(max(LENGTHS)):
            n = sum(length > t for length in LENGTHS)
            h, c, h2, c2 = h[:n], c[:n], h2[:n], c2[:n]
            word, alpha = self.w["embedding.weight"][self.captions[:n, t].long()], None
            if kind in ("soft", "hard"):
                z, alpha = self.attend(h, t)
                h, c = self.cell(cell, [word, z], ["word", "context"], (h, c))
                said = h
            elif kind == "att2in":
                z, alpha = self.attend(h, t)
                h, c = self.candidate_cell(word, z, h, c)
                said = h
            elif kind == "top_down":
                h, c = self.cell(f"attending.{cell}", [word, self.mean[:n], h2],
                                 ["word", "picture", "spoken"], (h, c))  # fmt: skip
                z, alpha = self.attend(h, t)
                h2, c2 = self.cell(f"speaking.{cell}", [h, z], ["attended", "context"], (h2, c2))
                said = h2
            elif kind == "aoa":
                h, c, said, alpha = self.aoa_step(word, said[:n], (h, c), t)
            elif kind == "adaptive":
                h, c, said, alpha = self.adaptive_step(word, (h, c))
            else:
                x = word + picture[:n] if options["image_input"] == "every" else word
                h, c = self.cell(cell, [x], ["word"], (h, c))
                said = h
            logits.append(self.linear("output", said))
            if alpha is not None:
                alphas.append(alpha)
                for row in range(n):
                    attended[row] = attended[row] + alpha[row]
        if not alphas:
            return torch.cat(logits), None, None
        return torch.cat(logits), torch.cat(alphas), torch.stack(attended)


class MovingBaseline:
    """Xu 2015, equations 11 and 12, the reward being the mean over a caption's words."""

    def __init__(self):
        self.baseline = None

    def loss(self, alpha, drawn, word_losses):
        rewards, start = torch.zeros(len(LENGTHS), dtype=alpha.dtype), 0
        row_of = []
        for t in range(max(LENGTHS)):
            n = sum(length > t for length in LENGTHS)
            rewards[:n] -= word_losses[start : start + n].detach()
            row_of += range(n)
            start += n
        rewards /= torch.tensor(LENGTHS, dtype=alpha.dtype)
        mean = rewards.mean()
        advantage = rewards - (mean if self.baseline is None else self.baseline)
        self.baseline = mean if self.baseline is None else 0.9 * self.baseline + 0.1 * mean
        log = torch.log(alpha)
        rewarded = (advantage[torch.tensor(row_of)][:, None] * drawn * log).sum()
        entropy = -(alpha * log).sum()
        return -(REWARD * rewarded + ENTROPY * entropy) / len(alpha)


def make(options, dtype):
    generator = torch.Generator().manual_seed(SEED)
    start = {
        name: torch.randn(shape, generator=generator) * 0.6
        for name, shape in sorted(parameter_shapes(options).items())
    }
    features = torch.randn((I, L, D), generator=generator)
    captions = torch.zeros(len(LENGTHS), max(LENGTHS) + 1, dtype=torch.int32)
    captions[:, 0] = START
    for caption, length in zip(captions, LENGTHS):
        words = torch.randint(FIRST_WORD, V, (length - 1,), generator=generator)
        caption[1:length], caption[length] = words, END
    features = features.to(dtype, copy=True).requires_grad_()
    rows = [sum(length > t for length in LENGTHS) for t in range(max(LENGTHS))]
    targets = torch.cat([captions[:n, t + 1] for t, n in enumerate(rows)]).long()
    tensors = {name: value.to(dtype, copy=True) for name, value in start.items()}
    tensors["input.features"] = features.detach()
    tensors["input.captions"] = captions
    tensors["input.lengths"] = torch.tensor(LENGTHS, dtype=torch.int32)
    tensors["input.image"] = torch.tensor(IMAGE, dtype=torch.int32)
    weights = {name: value.to(dtype, copy=True).requires_grad_() for name, value in start.items()}
    optimizer = torch.optim.Adam(weights.values(), **ADAM)
    baseline = MovingBaseline()
    for step in range(ADAM_STEPS):
        optimizer.zero_grad(set_to_none=True)
        features.grad = None
        decoder = Decoder(options, weights, features, captions, step)
        logits, alpha, attended = decoder.decode()
        word_losses = F.cross_entropy(logits, targets, reduction="none")
        entropy = word_losses.mean()
        loss = entropy
        if alpha is not None:
            loss = loss + COVERAGE * ((1 - attended) ** 2).mean()
        if decoder.drawn:
            loss = loss + baseline.loss(alpha, torch.cat(decoder.drawn), word_losses)
        loss.backward()
        if step == 0:
            tensors["logits"] = logits.detach()
            if alpha is not None:
                tensors["alpha"] = alpha.detach()
            tensors["cross_entropy"] = entropy.detach().view(1)
            tensors["loss"] = loss.detach().view(1)
            for name, value in (*weights.items(), ("input.features", features)):
                tensors[f"gradient.{name}"] = value.grad.clone()
        optimizer.step()
    for name, value in weights.items():
        tensors[f"updated.{name}"] = value.detach()
    return {name: value.detach().numpy() for name, value in tensors.items()}


def main():
    metadata = {
        "coverage": COVERAGE, "region_reward": REWARD, "region_entropy": ENTROPY,
        "learning_rate": ADAM["lr"], "adam_steps": ADAM_STEPS, "seed": SEED,
    }  # fmt: skip
    sizes = {"embedding": E, "hidden": H, "attention": A}
    for name, options in VARIANTS.items():
        for label, dtype in (("float32", torch.float32), ("float64", torch.float64)):
            path = HERE / f"kind_{name}_{label}.safetensors"
            tensors = make(options, dtype)
            own = {"options": json.dumps({**options, **sizes})}
            safetensors_io.write(path, tensors, {**own, **metadata})
            print(path.name, len(tensors), "tensors")


main()
