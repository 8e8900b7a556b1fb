#!/usr/bin/env python3
"""Writes optimizer.safetensors: ten steps of PyTorch's optimizers on a vector, given gradients.

For d in float32, float64: `<d>.start` (16), `<d>.gradients` (10,16), and for every optimizer the
parameter after each step, `<d>.<optimizer>` (10,16). Settings are in OPTIMIZERS and, as text, in
the file's metadata. The last two elements have gradients of zero and of 1e-6: Adam's epsilon shows.

usage: make_optimizer_goldens.py  (in any folder; writes beside itself; PyTorch 1.13)
"""
import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "bench" / "peers"))
import safetensors_io  # noqa: E402

SIZE, STEPS, SEED = 16, 10, 5
ADAM = {"lr": 0.01, "betas": (0.9, 0.999), "eps": 1e-8}
OPTIMIZERS = {
    "sgd": (torch.optim.SGD, {"lr": 0.1}),
    "sgd_momentum": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
    "sgd_nesterov": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    "sgd_momentum_decay": (torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01}),
    "adam": (torch.optim.Adam, ADAM),
    "adam_decay": (torch.optim.Adam, {**ADAM, "weight_decay": 0.1}),
    "adamw": (torch.optim.AdamW, {**ADAM, "weight_decay": 0.1}),
}


def main():
    generator = torch.Generator().manual_seed(SEED)
    start = torch.randn(SIZE, generator=generator)
    gradients = torch.randn(STEPS, SIZE, generator=generator)
    gradients[:, -2], gradients[:, -1] = 0, 1e-6
    tensors = {}
    for dtype, kind in (("float32", torch.float32), ("float64", torch.float64)):
        tensors[f"{dtype}.start"] = start.to(kind)
        tensors[f"{dtype}.gradients"] = gradients.to(kind)
        for name, (optimizer_class, settings) in OPTIMIZERS.items():
            value = start.to(kind).clone().requires_grad_()
            optimizer = optimizer_class([value], **settings)
            path = []
            for gradient in gradients.to(kind):
                value.grad = gradient.clone()
                optimizer.step()
                path.append(value.detach().clone())
            tensors[f"{dtype}.{name}"] = torch.stack(path)
    settings = {name: settings for name, (_, settings) in OPTIMIZERS.items()}
    arrays = {name: value.numpy() for name, value in tensors.items()}
    safetensors_io.write(HERE / "optimizer.safetensors", arrays, settings)


main()
