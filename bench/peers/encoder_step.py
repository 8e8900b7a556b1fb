#!/usr/bin/env python3
"""Peer: forward and backward through MobileNetV2 with its batch norms folded into convolutions.

Channels last, as PyTorch is fastest on a CPU. With --from features.N the layers before it are left
out and their output is given: what fine-tuning with cached activations computes.
"""
import argparse

import torch
from torch import nn

import timing

# Expansion, channels, blocks, stride of the first (Sandler et al., 2018, table 2).
ROWS = [
    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2),
    (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
]  # fmt: skip


def convolution(inputs, outputs, kernel=1, stride=1, groups=1, relu=True):
    layer = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups)
    return nn.Sequential(layer, nn.ReLU6(inplace=True)) if relu else layer


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, expansion, stride):
        super().__init__()
        wide = inputs * expansion
        layers = [convolution(inputs, wide)] if expansion > 1 else []
        layers.append(convolution(wide, wide, 3, stride, wide))
        layers.append(convolution(wide, outputs, relu=False))
        self.layers = nn.Sequential(*layers)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.layers(x) if self.residual else self.layers(x)


def mobilenet_v2():
    layers, inputs = [convolution(3, 32, 3, 2)], 32
    for expansion, channels, blocks, stride in ROWS:
        for block in range(blocks):
            layers.append(
                InvertedResidual(inputs, channels, expansion, stride if block == 0 else 1)
            )
            inputs = channels
    layers.append(convolution(inputs, 1280))
    return nn.Sequential(*layers)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="first", default="all")
    parser.add_argument("--pictures", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--reps", type=int, default=10)
    parser.add_argument("--warmup", type=int, default=2)
    parser.add_argument("--name", default="encoder_step/peer")
    options = parser.parse_args()
    timing.use_threads(options.threads)
    torch.manual_seed(1)
    net = mobilenet_v2()
    for parameter in net.parameters():
        if parameter.dim() == 4:
            nn.init.kaiming_uniform_(parameter, nonlinearity="relu")
        else:
            nn.init.zeros_(parameter)
    net = net.to(memory_format=torch.channels_last)
    first = 0 if options.first == "all" else int(options.first.rsplit(".", 1)[1])
    x = torch.rand(options.pictures, 3, 224, 224).contiguous(memory_format=torch.channels_last)
    with torch.no_grad():
        x = net[:first](x * 2 - 1).contiguous(memory_format=torch.channels_last)
    upper = net[first:]
    gradient = None

    def step():
        nonlocal gradient
        upper.zero_grad(set_to_none=True)
        y = upper(x)
        if gradient is None:
            gradient = torch.randn_like(y)
        y.backward(gradient)

    timing.measure(options.name, step, options.reps, options.warmup)


main()
