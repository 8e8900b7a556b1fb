#!/usr/bin/env python3
"""Peer: forward and backward through MobileNetV2 or EfficientNet-Lite, batch norms folded.

Channels last, as PyTorch is fastest on a CPU. With --from features.N the layers before it are left
out and their output is given: what fine-tuning with cached activations computes. --infer: forward
alone, in --form eager, or frozen by TorchScript, which joins convolutions and what follows them.
"""
import argparse
import math

import torch
from torch import nn

import timing

# Expansion, channels, blocks, stride of the first, kernel (Sandler et al., 2018, table 2).
MOBILENET_V2 = [
    (1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 32, 3, 2, 3), (6, 64, 4, 2, 3),
    (6, 96, 3, 1, 3), (6, 160, 3, 2, 3), (6, 320, 1, 1, 3),
]  # fmt: skip
# The same of EfficientNet-B0 (Tan and Le, 2019, table 1).
EFFICIENTNET = [
    (1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5), (6, 192, 4, 2, 5), (6, 320, 1, 1, 3),
]  # fmt: skip
WIDER = [16, 24, 48, 88, 120, 208, 352]  # 1.1 times, to multiples of 8


def scaled(depth, channels=None):
    rows = []
    for i, (expansion, width, blocks, stride, kernel) in enumerate(EFFICIENTNET):
        more = blocks if i in (0, len(EFFICIENTNET) - 1) else math.ceil(blocks * depth)
        rows.append((expansion, channels[i] if channels else width, more, stride, kernel))
    return rows


NETS = {  # rows, side of the input
    "mobilenet_v2": (MOBILENET_V2, 224),
    "efficientnet_lite0": (EFFICIENTNET, 224),
    "efficientnet_lite1": (scaled(1.1), 240),
    "efficientnet_lite2": (scaled(1.2, WIDER), 260),
}


def convolution(side, inputs, outputs, kernel=1, stride=1, groups=1, relu=True):
    """Padding SAME, which costs a copy of the picture where it is uneven."""
    zeros = max((math.ceil(side / stride) - 1) * stride + kernel - side, 0)
    before, after = zeros // 2, zeros - zeros // 2
    layers = [nn.ZeroPad2d((before, after, before, after))] if before != after else []
    padding = before if before == after else 0
    layers.append(nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups))
    return nn.Sequential(*layers, *([nn.ReLU6(inplace=True)] if relu else []))


class InvertedResidual(nn.Module):
    def __init__(self, side, inputs, outputs, expansion, stride, kernel):
        super().__init__()
        wide = inputs * expansion
        layers = [convolution(side, inputs, wide)] if expansion > 1 else []
        layers.append(convolution(side, wide, wide, kernel, stride, wide))
        side = math.ceil(side / stride)
        layers.append(convolution(side, wide, outputs, relu=False))
        self.layers = nn.Sequential(*layers)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.layers(x) if self.residual else self.layers(x)


def network(rows, side):
    layers, inputs = [convolution(side, 3, 32, 3, 2)], 32
    side = math.ceil(side / 2)
    for expansion, channels, blocks, first_stride, kernel in rows:
        for block in range(blocks):
            stride = first_stride if block == 0 else 1
            layers.append(InvertedResidual(side, inputs, channels, expansion, stride, kernel))
            inputs, side = channels, math.ceil(side / stride)
    layers.append(convolution(side, inputs, 1280))
    return nn.Sequential(*layers)


def infer(net, x, options):
    net.eval()
    with torch.no_grad():
        if options.form == "frozen":
            net = torch.jit.optimize_for_inference(torch.jit.trace(net, x))
        timing.measure(options.name, lambda: net(x), options.reps, options.warmup)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", choices=NETS, default="mobilenet_v2")
    parser.add_argument("--from", dest="first", default="all")
    parser.add_argument("--infer", action="store_true")
    parser.add_argument("--form", choices=["eager", "frozen"], default="eager")
    parser.add_argument("--pictures", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--reps", type=int, default=10)
    parser.add_argument("--warmup", type=int, default=2)
    parser.add_argument("--name", default="encoder_step/peer")
    options = parser.parse_args()
    timing.use_threads(options.threads)
    torch.manual_seed(1)
    rows, side = NETS[options.encoder]
    net = network(rows, side)
    for parameter in net.parameters():
        if parameter.dim() == 4:
            nn.init.kaiming_uniform_(parameter, nonlinearity="relu")
        else:
            nn.init.zeros_(parameter)
    net = net.to(memory_format=torch.channels_last)
    first = 0 if options.first == "all" else int(options.first.rsplit(".", 1)[1])
    x = torch.rand(options.pictures, 3, side, side).contiguous(memory_format=torch.channels_last)
    with torch.no_grad():
        x = net[:first](x * 2 - 1).contiguous(memory_format=torch.channels_last)
    upper = net[first:]
    if options.infer:
        return infer(upper, x, options)
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
