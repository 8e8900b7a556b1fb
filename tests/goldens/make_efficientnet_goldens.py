#!/usr/bin/env python3
"""EfficientNet-Lite by PyTorch: efficientnet_lite.safetensors, of the form of make_encoder_goldens.py.

The network of Tan and Le, "EfficientNet", 2019, table 1 (B0), as tensorflow/tpu's efficientnet/lite
changes it: no squeeze and excitation, relu6 for swish, stem and head of 32 and 1280 channels and the
first and last row's blocks whatever the scale; padding SAME, batch norms with an epsilon of 1e-3.
Names are those that torchvision gives MobileNetV2's modules of this kind.

usage: make_efficientnet_goldens.py  (in any folder; writes beside itself; PyTorch 2.15)
       make_efficientnet_goldens.py NAME WEIGHTS.pth OUT.safetensors

The second form writes what published weights make of one picture, u("picture0") at the network's own
side: `features` (grid, grid, 1280) and `logits`. Their tensors are taken in the order of the file,
which is that of the layers, whatever their names. A test reads OUT as
$STORYTELLER_DATA/encoders/goldens_NAME.safetensors.
"""
import math
import sys

import torch
from torch import nn
import torch.nn.functional as F

import make_encoder_goldens as goldens

# Kernel, stride of the first block, expansion, channels, blocks.
ROWS = [(3, 1, 1, 16, 1), (3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3),
        (5, 2, 6, 192, 4), (3, 1, 6, 320, 1)]


class SameConvolution(nn.Conv2d):
    """As many zeros as ceil(size / stride) outputs need, the odd one below and on the right."""

    def forward(self, x):
        zeros = []
        for size in (x.shape[3], x.shape[2]):
            outputs = math.ceil(size / self.stride[0])
            needed = max((outputs - 1) * self.stride[0] + self.kernel_size[0] - size, 0)
            zeros += [needed // 2, needed - needed // 2]
        return super().forward(F.pad(x, zeros))


def norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3)


def filtered(a, b, kernel, stride=1, groups=1):
    return nn.Sequential(SameConvolution(a, b, kernel, stride, groups=groups, bias=False), norm(b),
                         nn.ReLU6())


class Block(nn.Module):
    def __init__(self, width, out, kernel, expansion, stride):
        super().__init__()
        inner = width * expansion
        expand = [filtered(width, inner, 1)] if expansion > 1 else []
        self.conv = nn.Sequential(*expand, filtered(inner, inner, kernel, stride, inner),
                                  nn.Conv2d(inner, out, 1, bias=False), norm(out))
        self.around = stride == 1 and width == out

    def forward(self, x):
        return x + self.conv(x) if self.around else self.conv(x)


def scaled_channels(channels, width):
    """The nearest multiple of 8, but at least nine tenths."""
    wanted = channels * width
    nearest = max(8, int(wanted + 4) // 8 * 8)
    return nearest + 8 if nearest < 0.9 * wanted else nearest


class EfficientNetLite(goldens.Net):
    def __init__(self, width, depth, classes=goldens.CLASSES):
        super().__init__()
        layers, channels = [filtered(3, 32, 3, 2)], 32
        for row, (kernel, stride, expansion, base, count) in enumerate(ROWS):
            out = scaled_channels(base, width)
            blocks = count if row in (0, len(ROWS) - 1) else math.ceil(count * depth)
            for i in range(blocks):
                layers.append(Block(channels, out, kernel, expansion, stride if i == 0 else 1))
                channels = out
        self.features = nn.Sequential(*layers, filtered(channels, 1280, 1))
        self.classifier = nn.Sequential(nn.Dropout(0), nn.Linear(1280, classes))

    def grid(self, x):
        return self.features(x)

    def logits(self, features):
        return self.classifier(features.mean((2, 3)))


NETS = {  # grids of even sides, where SAME leaves an odd zero, and of odd ones
    "efficientnet_lite0": (lambda: EfficientNetLite(1.0, 1.0), 2, 48, ["frozen"]),
    "efficientnet_lite2": (lambda: EfficientNetLite(1.1, 1.2), 1, 49, ["frozen"]),
}


PUBLISHED = {"efficientnet_lite0": (1.0, 1.0, 224), "efficientnet_lite1": (1.0, 1.1, 240),
             "efficientnet_lite2": (1.1, 1.2, 260)}


def write_published(name, weights, out):
    width, depth, side = PUBLISHED[name]
    net = EfficientNetLite(width, depth, classes=1000).eval()
    stored = torch.load(weights, weights_only=True)
    net.load_state_dict(dict(zip(net.state_dict(), stored.values(), strict=True)))
    with torch.no_grad():
        picture = goldens.u("picture0", (1, side, side, 3)).permute(0, 3, 1, 2)
        features, logits = net(picture)
    goldens.safetensors_io.write(out, {
        "features": features[0].permute(1, 2, 0).contiguous().numpy(),
        "logits": logits[0].numpy()})


if __name__ == "__main__":
    torch.set_num_threads(1)
    if len(sys.argv) > 1:
        write_published(*sys.argv[1:])
    else:
        goldens.write(NETS, "efficientnet_lite.safetensors", kink_distance=2e-6)
