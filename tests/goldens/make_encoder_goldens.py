#!/usr/bin/env python3
"""The pretrained encoders' networks by PyTorch: encoders.safetensors.

The published architectures, described here in plain PyTorch under torchvision's names. Weights are
not stored: element i of the tensor NAME is drawn by a rule that the test repeats,

    u(NAME, i) = 2 * (splitmix64(fnv1a(NAME) + i * 0x9E3779B97F4A7C15) >> 40) / 2^24 - 1

    weights    sqrt(6 / fan_in) u, He et al.'s bound: activations keep their size
    gamma 0.8 + 0.2 u    beta, bias 0.1 u    running mean 0.1 u    running variance 1 + 0.5 u

(a convolution in front of a batch norm has no bias). The picture is u("pictureN", i) over
(I,H,W,3), N = 0, 1, ... the first for which PyTorch's own float32 and float64 agree to 2e-5 of the
norm: where the input of one relu or the two greatest under a pooling lie closer together than
float32 can tell, the gradient jumps, and no two implementations agree. The numbers kept are those
of float64. Of 13 million relus some are always on their kink: of VGG at 224 x 224 features, logits
and the classifier's gradients are kept, and the others are those at 48 x 48, without logits. loss = sum u("loss.features", .) features + sum u("loss.logits", .) logits; features in
the order (I,H,W,D). Modes: frozen (running statistics), batch (statistics of the batch).

For each network and mode: logits, and for features and the gradients of the picture and of every
parameter nine numbers, [norm, p_0 .. p_7]: p_k is the sum over the tensor of the element times the
sign that bit k of splitmix64(fnv1a("signs") + i * 0x9E37...15) stands for. That suffices: where a
tensor is wrong by e, p_k is wrong by the sum of the signed elements of e, whose mean square over
random signs is |e|^2. So the root mean square of the eight differences estimates |e| itself, and
an error of 1e-4 of the norm shows up as that, wherever it sits.

usage: make_encoder_goldens.py  (in any folder; writes beside itself; PyTorch 1.13)
"""
import pathlib
import sys

import numpy as np
import torch
from torch import nn
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "bench" / "peers"))
import safetensors_io  # noqa: E402

CLASSES, LARGE = 10, 224
PICTURES_TRIED, KINKS_APART = 30, 2e-5
STEP = np.uint64(0x9E3779B97F4A7C15)


def fnv1a(text):
    state = 0xCBF29CE484222325
    for byte in text.encode():
        state = ((state ^ byte) * 0x100000001B3) % 2**64
    return np.uint64(state)


def splitmix(name, n):
    z = np.arange(n, dtype=np.uint64)
    z *= STEP
    z += fnv1a(name)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        z ^= z >> np.uint64(shift)
        z *= np.uint64(factor)
    z ^= z >> np.uint64(31)
    return z


def u(name, shape):
    bits = splitmix(name, int(np.prod(shape))) >> np.uint64(40)
    return torch.from_numpy((bits.astype(np.float32) * 2.0**-23 - 1).reshape(tuple(shape)))


def summary(tensor):
    x = tensor.detach().contiguous().numpy().reshape(-1).astype(np.float64)
    bits = splitmix("signs", x.size)
    numbers = [np.sqrt((x * x).sum())]
    for k in range(8):
        sign = ((bits >> np.uint64(k)) & np.uint64(1)).astype(np.float64) * 2 - 1
        numbers.append((x * sign).sum())
    return np.array(numbers, np.float32)


def draw(net):
    with torch.no_grad():
        for name, value in net.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            drawn = u(name, value.shape)
            if name.endswith("running_mean") or name.endswith(".bias"):
                value.copy_(0.1 * drawn)
            elif name.endswith("running_var"):
                value.copy_(1 + 0.5 * drawn)
            elif value.dim() == 1:
                value.copy_(0.8 + 0.2 * drawn)
            else:
                value.copy_(drawn * float(np.float32(np.sqrt(6 / value[0].numel()))))


class Net(nn.Module):
    def forward(self, x):
        features = self.grid(x)
        return features, self.logits(features)


def vgg(channels, norm):
    layers, width = [], 3
    for c in channels:
        if c == "M":
            layers.append(nn.MaxPool2d(2, 2))
            continue
        layers.append(nn.Conv2d(width, c, 3, padding=1, bias=not norm))
        layers += [nn.BatchNorm2d(c)] if norm else []
        layers.append(nn.ReLU())
        width = c

    class Vgg(Net):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(*layers)
            self.classifier = nn.Sequential(nn.Linear(512 * 49, 4096), nn.ReLU(), nn.Dropout(0),
                                            nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(0),
                                            nn.Linear(4096, CLASSES))

        def grid(self, x):
            return self.features[:-1](x)

        def logits(self, features):  # the classifier takes 7 x 7 alone
            if features.shape[2] != 14:
                return None
            return self.classifier(self.features[-1](features).flatten(1))

    return Vgg()


VGG16 = [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"]


class Block(nn.Module):
    def __init__(self, width, out, stride, bottleneck):
        super().__init__()
        inner = out // 4 if bottleneck else out
        if bottleneck:
            sizes = [(width, inner, 1, 1), (inner, inner, 3, stride), (inner, out, 1, 1)]
        else:
            sizes = [(width, out, 3, stride), (out, out, 3, 1)]
        self.count = len(sizes)
        for i, (a, b, kernel, step) in enumerate(sizes, 1):
            setattr(self, f"conv{i}", nn.Conv2d(a, b, kernel, step, kernel // 2, bias=False))
            setattr(self, f"bn{i}", nn.BatchNorm2d(b))
        self.downsample = None
        if stride != 1 or width != out:
            self.downsample = nn.Sequential(nn.Conv2d(width, out, 1, stride, bias=False),
                                            nn.BatchNorm2d(out))

    def forward(self, x):
        around = x if self.downsample is None else self.downsample(x)
        for i in range(1, self.count + 1):
            x = getattr(self, f"bn{i}")(getattr(self, f"conv{i}")(x))
            if i < self.count:
                x = F.relu(x)
        return F.relu(x + around)


class ResNet(Net):
    def __init__(self, blocks, bottleneck):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        width, out = 64, 256 if bottleneck else 64
        for stage, count in enumerate(blocks, 1):
            row = []
            for i in range(count):
                row.append(Block(width, out, 2 if i == 0 and stage > 1 else 1, bottleneck))
                width = out
            setattr(self, f"layer{stage}", nn.Sequential(*row))
            out *= 2
        self.fc = nn.Linear(width, CLASSES)

    def grid(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for stage in range(1, 5):
            x = getattr(self, f"layer{stage}")(x)
        return x

    def logits(self, features):
        return self.fc(features.mean((2, 3)))


def conv_norm_relu6(a, b, kernel, stride=1, groups=1):
    return nn.Sequential(nn.Conv2d(a, b, kernel, stride, kernel // 2, groups=groups, bias=False),
                         nn.BatchNorm2d(b), nn.ReLU6())


class InvertedResidual(nn.Module):
    def __init__(self, width, out, expansion, stride):
        super().__init__()
        inner = width * expansion
        expand = [conv_norm_relu6(width, inner, 1)] if expansion > 1 else []
        self.conv = nn.Sequential(*expand, conv_norm_relu6(inner, inner, 3, stride, inner),
                                  nn.Conv2d(inner, out, 1, bias=False), nn.BatchNorm2d(out))
        self.around = stride == 1 and width == out

    def forward(self, x):
        return x + self.conv(x) if self.around else self.conv(x)


class MobileNetV2(Net):
    def __init__(self):
        super().__init__()
        layers, width = [conv_norm_relu6(3, 32, 3, 2)], 32
        for expansion, out, count, stride in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2),
                                              (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
                                              (6, 320, 1, 1)):
            for i in range(count):
                layers.append(InvertedResidual(width, out, expansion, stride if i == 0 else 1))
                width = out
        self.features = nn.Sequential(*layers, conv_norm_relu6(width, 1280, 1))
        self.classifier = nn.Sequential(nn.Dropout(0), nn.Linear(1280, CLASSES))

    def grid(self, x):
        return self.features(x)

    def logits(self, features):
        return self.classifier(features.mean((2, 3)))


class Fire(nn.Module):
    def __init__(self, width, out):
        super().__init__()
        self.squeeze = nn.Conv2d(width, out // 8, 1)
        self.expand1x1 = nn.Conv2d(out // 8, out // 2, 1)
        self.expand3x3 = nn.Conv2d(out // 8, out // 2, 3, padding=1)

    def forward(self, x):
        x = F.relu(self.squeeze(x))
        return torch.cat([F.relu(self.expand1x1(x)), F.relu(self.expand3x3(x))], 1)


def pool():
    return nn.MaxPool2d(3, 2, ceil_mode=True)


class SqueezeNet(Net):
    def __init__(self, version):
        super().__init__()
        if version == "1_0":
            layers = [nn.Conv2d(3, 96, 7, 2), nn.ReLU(), pool(), Fire(96, 128), Fire(128, 128),
                      Fire(128, 256), pool(), Fire(256, 256), Fire(256, 384), Fire(384, 384),
                      Fire(384, 512), pool(), Fire(512, 512)]
        else:
            layers = [nn.Conv2d(3, 64, 3, 2), nn.ReLU(), pool(), Fire(64, 128), Fire(128, 128),
                      pool(), Fire(128, 256), Fire(256, 256), pool(), Fire(256, 384),
                      Fire(384, 384), Fire(384, 512), Fire(512, 512)]
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Dropout(0), nn.Conv2d(512, CLASSES, 1), nn.ReLU())

    def grid(self, x):
        return self.features(x)

    def logits(self, features):
        return self.classifier(features).mean((2, 3))


NETS = {  # name: (network, pictures, side, modes)
    "vgg16": (lambda: vgg(VGG16, False), 2, 48, ["frozen"]),
    "vgg16_bn": (lambda: vgg(VGG16, True), 2, 48, ["frozen"]),
    "vgg16.large": (lambda: vgg(VGG16, False), 1, 224, ["frozen"]),
    "vgg16_bn.large": (lambda: vgg(VGG16, True), 1, 224, ["frozen"]),
    "resnet18": (lambda: ResNet([2, 2, 2, 2], False), 2, 64, ["frozen", "batch"]),
    "resnet50": (lambda: ResNet([3, 4, 6, 3], True), 2, 64, ["frozen"]),
    "resnet101": (lambda: ResNet([3, 4, 23, 3], True), 1, 64, ["frozen"]),
    # With statistics of the batch a shift in front of a 1 x 1 convolution and its norm has gradient 0,
    # which no relative error can judge: that mode is left to ResNet.
    "mobilenet_v2": (MobileNetV2, 2, 96, ["frozen"]),
    "squeezenet1_0": (lambda: SqueezeNet("1_0"), 2, 96, ["frozen"]),
    "squeezenet1_1": (lambda: SqueezeNet("1_1"), 1, 96, ["frozen"]),
}


def run(net, picture):
    """features, logits and all gradients, in the precision of the network."""
    net.zero_grad(set_to_none=True)
    dtype = picture.dtype
    picture = picture.clone().requires_grad_()
    features, logits = net(picture.permute(0, 3, 1, 2))
    features = features.permute(0, 2, 3, 1)
    loss = (u("loss.features", features.shape).to(dtype) * features).sum()
    if logits is not None:
        loss = loss + (u("loss.logits", logits.shape).to(dtype) * logits).sum()
    loss.backward()
    result = {"features": features, "gradient.picture": picture.grad}
    if logits is not None:
        result["logits"] = logits
    for key, value in net.named_parameters():
        if value.grad is not None:
            result["gradient." + key] = value.grad
    if picture.shape[1] == LARGE:
        keep = ("features", "logits", "gradient.classifier")
        result = {key: value for key, value in result.items() if key.startswith(keep)}
    return {key: value.detach().double().clone() for key, value in result.items()}


def difference(a, b):
    return max(float((a[key] - b[key]).norm() / b[key].norm()) for key in a)


def nearest_kink(net, picture):
    """How near an input of a relu6 module comes to 0 or 6, in parts of that layer's mean size."""
    found = []

    def look(module, inputs, output):
        x = inputs[0].detach()
        found.append(float(torch.minimum(x.abs(), (x - 6).abs()).min() / x.abs().mean()))

    hooks = [module.register_forward_hook(look) for module in net.modules()
             if isinstance(module, nn.ReLU6)]
    with torch.no_grad():
        net(picture.permute(0, 3, 1, 2))
    for hook in hooks:
        hook.remove()
    return min(found)


def write(nets, file, kink_distance=None):
    """Runs `nets`, which are as NETS, and writes their goldens beside this script. Pictures whose
    nearest_kink() is less than kink_distance are passed over."""
    tensors = {}
    for name, (make, pictures, side, modes) in nets.items():
        for mode in modes:
            net = make()
            draw(net)
            net.train(mode == "batch")
            best = None
            for number in range(PICTURES_TRIED):
                picture = u(f"picture{number}", (pictures, side, side, 3))
                if kink_distance and nearest_kink(net.double(), picture.double()) < kink_distance:
                    continue
                single = run(net.float(), picture)
                double = run(net.double(), picture.double())
                apart = difference(single, double)
                print(name, mode, number, tuple(double["features"].shape), apart, flush=True)
                if best is None or apart < best[0]:
                    best = (apart, number, picture.shape, double)
                if apart < KINKS_APART:
                    break
            _, number, shape, values = best
            prefix = f"{name}.{mode}."
            tensors[prefix + "pictures"] = np.array(shape, np.int32)
            tensors[prefix + "number"] = np.array([number], np.int32)
            for key, value in values.items():
                tensors[prefix + key] = (value.numpy().astype(np.float32) if key == "logits"
                                         else summary(value))
    safetensors_io.write(HERE / file, tensors)


if __name__ == "__main__":
    write(NETS, "encoders.safetensors")
