#!/usr/bin/env python3
"""Makes tests/goldens/weights/: one small net in every format that WeightsFile reads.

    make_weight_files.py        PyTorch 1.13 and NumPy; seed 7

`plain` is contiguous float32, `half` and `bf16` are 2 bytes wide, `transposed` is a view with
strides, `shared_a` and `shared_b` look into one storage, the second from its middle on.
"""
import collections
import json
import os
import struct

import numpy as np
import torch

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "weights")


def net():
    torch.manual_seed(7)
    shared = torch.randn(4, 3)
    return collections.OrderedDict([
        ("plain", torch.randn(2, 3)), ("half", torch.randn(5).half()),
        ("bf16", torch.randn(3).bfloat16()), ("double", torch.randn(2).double()),
        ("transposed", torch.randn(3, 4).t()), ("shared_a", shared[:2]), ("shared_b", shared[2:]),
        ("scalar", torch.tensor(2.5)), ("none", torch.zeros(0, 3)),
        ("parameter", torch.nn.Parameter(torch.randn(2, 2))), ("steps", torch.tensor(3))])


def save_safetensors(tensors, path):
    names = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
             torch.float64: "F64", torch.int64: "I64"}
    header, data = {}, b""
    for name, tensor in sorted(tensors.items(), key=lambda item: -item[1].element_size()):
        flat = tensor.detach().contiguous()
        raw = (flat.view(torch.int16) if flat.dtype == torch.bfloat16 else flat).numpy().tobytes()
        header[name] = {"dtype": names[flat.dtype], "shape": list(flat.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def arrays(tensors):
    out = {}
    for name, tensor in tensors.items():
        flat = tensor.detach()
        if flat.dtype == torch.bfloat16:  # as ml_dtypes saves it
            out[name] = flat.view(torch.int16).numpy().view("V2")
        else:
            out[name] = flat.numpy()  # the transposed one is in Fortran's order
    return out


def main():
    os.makedirs(FOLDER, exist_ok=True)
    tensors = net()

    def at(name):
        return os.path.join(FOLDER, name)
    torch.save(tensors, at("zip.pth"))
    torch.save(tensors, at("legacy.pth"), _use_new_zipfile_serialization=False)
    nested = {"epoch": 3, "optimizer": {"state": {0: {"m": torch.zeros(3).double()}}, "lr": 0.1},
              "state_dict": collections.OrderedDict(
                  ("module." + name, tensor) for name, tensor in tensors.items())}
    torch.save(nested, at("nested_zip.pth"))
    torch.save(nested, at("nested_legacy.pth"), _use_new_zipfile_serialization=False)
    np.savez(at("stored.npz"), **arrays(tensors))
    np.savez_compressed(at("deflated.npz"), **arrays(tensors))
    np.save(at("plain.npy"), tensors["plain"].numpy())
    np.save(at("big_endian.npy"), tensors["plain"].numpy().astype(">f4"))
    save_safetensors(tensors, at("net.safetensors"))


if __name__ == "__main__":
    main()
