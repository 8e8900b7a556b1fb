"""Checkpoints as torch.save, safetensors and NumPy write them, without any of the three."""
import io
import json
import pickle
import random
import struct
import sys
import tarfile
import zipfile

from drawing import NAMES, OUT, cap, path, pictures, png, write


# What torch.save writes, without torch: modules of the right names, so that pickle names them.
def torch_modules():
    import types
    from collections import OrderedDict

    def module(name):
        parts = name.split(".")
        for i in range(1, len(parts) + 1):
            part = ".".join(parts[:i])
            if part not in sys.modules:
                sys.modules[part] = types.ModuleType(part)
        return sys.modules[name]

    def define(where, name, value=None):
        m = module(where)
        value = value or type(name, (), {})
        value.__module__, value.__qualname__, value.__name__ = where, name, name
        setattr(m, name, value)
        return value
    return define, OrderedDict


# SqueezeNet 1.1, the smallest of the encoders: torchvision's names, without the classifier.
SHAPES = {"features.0.weight": (64, 3, 3, 3), "features.0.bias": (64,)}
for _n, _i, _s, _e in ((3, 64, 16, 64), (4, 128, 16, 64), (6, 128, 32, 128), (7, 256, 32, 128),
                       (9, 256, 48, 192), (10, 384, 48, 192), (11, 384, 64, 256), (12, 512, 64, 256)):
    for _part, _shape in (("squeeze", (_s, _i, 1, 1)), ("expand1x1", (_e, _s, 1, 1)), ("expand3x3", (_e, _s, 3, 3))):
        SHAPES[f"features.{_n}.{_part}.weight"] = _shape
        SHAPES[f"features.{_n}.{_part}.bias"] = (_shape[0],)
# ResNet-18 up to layer3, for names and norms.
RESNET = {"conv1.weight": (64, 3, 7, 7)}
def _norm(name, width):
    for part in ("weight", "bias", "running_mean", "running_var"):
        RESNET[f"{name}.{part}"] = (width,)
_norm("bn1", 64)
for _l, _w in ((1, 64), (2, 128), (3, 256)):
    for _b in (0, 1):
        for _k in (1, 2):
            RESNET[f"layer{_l}.{_b}.conv{_k}.weight"] = (_w, _w if _k == 2 or _b == 1 or _l == 1 else _w // 2, 3, 3)
            _norm(f"layer{_l}.{_b}.bn{_k}", _w)
    if _l > 1:
        RESNET[f"layer{_l}.0.downsample.0.weight"] = (_w, _w // 2, 1, 1)
        _norm(f"layer{_l}.0.downsample.1", _w)


def count(shape):
    n = 1
    for s in shape:
        n *= s
    return n


def floats(name, shape, kind="f"):
    """A short random row again and again: quick, and different for each name."""
    r = random.Random(name)
    row = [1.0 if name.endswith("running_var") else r.uniform(-.05, .05) for _ in range(251)]
    if kind == "bf16":
        raw = b"".join(struct.pack("<f", v)[2:] for v in row)
    else:
        raw = struct.pack(f"<{len(row)}{kind}", *row)
    size = {"bf16": 2, "e": 2, "f": 4, "d": 8}[kind] * count(shape)
    return (raw * (size // len(raw) + 1))[:size]


def weights():
    define, OrderedDict = torch_modules()
    storages = {k: define("torch", n) for k, n in (("f", "FloatStorage"), ("e", "HalfStorage"), ("d", "DoubleStorage"),
                                                  ("bf16", "BFloat16Storage"), ("q", "LongStorage"))}
    size = {"f": 4, "e": 2, "d": 8, "bf16": 2, "q": 8}

    def rebuild(*a): pass
    v2 = define("torch._utils", "_rebuild_tensor_v2", rebuild)
    def rebuild3(*a): pass
    v3 = define("torch._utils", "_rebuild_tensor_v3", rebuild3)
    untyped = define("torch.storage", "UntypedStorage")
    import argparse

    class Storage:
        def __init__(self, kind, data):
            self.kind, self.data = kind, data

    class Tensor:
        def __init__(self, shape, data, kind="f", fn=None):
            self.shape, self.kind, self.storage = shape, kind, Storage(kind, data)
        def __reduce_ex__(self, _):
            stride, n = [], 1
            for s in reversed(self.shape):
                stride.insert(0, n)
                n *= s
            return v2, (self.storage, 0, tuple(self.shape), tuple(stride), False, OrderedDict())

    class Float8:
        def __init__(self, shape):
            self.shape, self.storage = shape, Storage("untyped", bytes(count(shape)))
        def __reduce_ex__(self, _):
            return v3, (self.storage, 0, tuple(self.shape), (1,), False, OrderedDict(), float8)
    class GlobalName:
        def __reduce__(self):
            return "float8_e4m3fn"
    GlobalName.__module__ = "torch"
    float8 = sys.modules["torch"].float8_e4m3fn = GlobalName()

    def dump(obj, extra_protocol=2):
        kept = []
        out = io.BytesIO()

        class P(pickle.Pickler):
            def persistent_id(self, o):
                if not isinstance(o, Storage):
                    return None
                if o not in kept:
                    kept.append(o)
                if o.kind == "untyped":
                    return ("storage", untyped, str(kept.index(o)), "cpu", len(o.data))
                return ("storage", storages[o.kind], str(kept.index(o)), "cpu", len(o.data) // size[o.kind])
        P(out, extra_protocol).dump(obj)
        return out.getvalue(), kept

    def save(name, obj, folder="archive", extra=(), protocol=2):
        text, kept = dump(obj, protocol)
        with zipfile.ZipFile(path("w", name), "w", zipfile.ZIP_STORED) as z:
            def put(n, d):
                z.writestr(zipfile.ZipInfo(f"{folder}/{n}", (1980, 1, 1, 0, 0, 0)), d)
            put("data.pkl", text)
            put("byteorder", b"little")
            for i, s in enumerate(kept):
                put(f"data/{i}", s.data)
            put("version", b"3\n")
            for n, d in extra:
                put(n, d)

    def save_old(name, obj):
        text, kept = dump(obj)
        with open(path("w", name), "wb") as f:
            for part in (0x1950a86a20f9469cfc6c, 1001, {"protocol_version": 1001, "little_endian": True,
                                                         "type_sizes": {"short": 2, "int": 4, "long": 4}}):
                pickle.dump(part, f, 2)
            f.write(text)
            pickle.dump([str(i) for i in range(len(kept))], f, 2)
            for s in kept:
                f.write(struct.pack("<q", len(s.data) // size[s.kind]) + s.data)

    def state(prefix="", kind="e", skip=(), rename=None, shapes=SHAPES):
        d = OrderedDict()
        for n, shape in shapes.items():
            if n in skip:
                continue
            d[(rename(n) if rename else prefix + n)] = Tensor(shape, floats(n, shape, kind), kind)
        return d

    save("plain.pth", state())
    save_old("old.pth", state())
    for kind, n in (("f", "float"), ("d", "double"), ("bf16", "bf16")):
        save(f"{n}.pth", state(kind=kind))
    for prefix in ("module.", "_orig_mod.", "_orig_mod.module.", "module._orig_mod.", "model.", "backbone.", "net.",
                   "model.backbone.", "resnet.", "encoder.resnet.", "visual.", "image_encoder.",
                   "module.encoder_q.", "teacher.backbone."):
        save("prefix_" + prefix.replace(".", "") + ".pth", state(prefix))
    save("two_prefixes.pth", OrderedDict(list(state("encoder_q.").items()) + list(state("encoder_k.").items())))
    save("epoch.pth", {"epoch": 3, "state_dict": state("module."), "best_acc1": 0.5, "optimizer": {"state": {0: {"momentum_buffer": Tensor((4,), floats("x", (4,)))}}, "param_groups": [{"lr": 0.1, "params": [0]}]}})
    save("args.pth", {"model": state(), "epoch": 3, "args": argparse.Namespace(lr=0.1, data="x")})
    save("path_in_args.pth", {"model": state(), "epoch": 3, "args": {"out": __import__("pathlib").PurePosixPath("runs/x")}})
    scalar = define("numpy.core.multiarray", "scalar", type("scalar", (), {}))
    dtype = define("numpy", "dtype", type("dtype", (), {}))
    class NumpyScalar:
        def __reduce__(self):
            return scalar_fn, (DType(), b"\0\0\0\0\0\0\xf0?")
    class DType:
        def __reduce__(self):
            return dtype, ("f8", False, True)
    def scalar_fn(*a): pass
    define("numpy.core.multiarray", "scalar", scalar_fn)
    save("numpy_scalar.pth", {"state_dict": state(), "best_acc1": NumpyScalar()})
    save("datetime.pth", {"model": state(), "when": __import__("datetime").datetime(2024, 1, 1)})
    save("defaultdict.pth", {"model": state(), "log": __import__("collections").defaultdict(list, {"a": [1]})})
    save("set.pth", {"model": state(), "seen": {1, 2}}, protocol=4)
    save("protocol4.pth", state(), protocol=4)
    omega = define("omegaconf.dictconfig", "DictConfig")
    save("omegaconf.pth", {"state_dict": state("model."), "hyper_parameters": omega()})
    checkpoint = define("pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint")
    save("lightning.ckpt", {"epoch": 1, "pytorch-lightning_version": "1.0", "state_dict": state("model."),
                            "callbacks": {checkpoint: {"best": 1}}, "optimizer_states": [], "hyper_parameters": {"lr": 1e-3}})
    save("ema_and_model.pth", {"state_dict_ema": state(), "state_dict": OrderedDict((k, Tensor(SHAPES[k], bytes(2 * count(SHAPES[k])), "e")) for k in SHAPES)})
    save("ema_only.pth", {"epoch": 1, "state_dict_ema": state(), "optimizer": {"state": {"a": Tensor((1,), floats("x", (1,)))}}})
    save("nested.pth", {"checkpoint": {"model": state(), "epoch": 1}})
    save("list.pth", [state(), {"epoch": 1}])
    save("tuple_net_opt.pth", (state(), 3))
    resnet = define("torchvision.models.resnet", "ResNet")
    whole = resnet()
    whole._parameters, whole._modules = OrderedDict(), OrderedDict(conv1=None)
    save("whole_module.pth", whole)
    save("whole_under_model.pth", {"epoch": 1, "model": whole})
    save("torchscript.pt", state(), extra=[("constants.pkl", b"\x80\x02).")])
    save("no_norm_stats.pth", state(skip=[n for n in RESNET if "running" in n], shapes=RESNET))
    save("resnet18.pth", state(shapes=RESNET))
    extra = state(); extra["fc.weight"] = Float8((10,))
    save("float8_beside.pth", extra)
    nan = state(); nan["features.0.weight"] = Tensor(SHAPES["features.0.weight"], struct.pack("<f", float("nan")) * count(SHAPES["features.0.weight"]))
    save("nan.pth", nan)
    big = state(); big["features.0.bias"] = Tensor((64,), struct.pack("<f", 1e6) * 64)
    save("large.pth", big)
    # names of other libraries
    def parts(n):
        _, b, mod, p = n.split(".", 3)
        return int(n[5]), b, mod, p
    def hf(n):
        if n == "conv1.weight":
            return "resnet.embedder.embedder.convolution.weight"
        if n.startswith("bn1."):
            return "resnet.embedder.embedder.normalization." + n[4:]
        l, b, mod, p = parts(n)
        if mod == "downsample":
            return f"resnet.encoder.stages.{l - 1}.layers.{b}.shortcut." + p.replace("0.", "convolution.").replace("1.", "normalization.")
        return f"resnet.encoder.stages.{l - 1}.layers.{b}.layer.{int(mod[-1]) - 1}.{'convolution' if mod.startswith('conv') else 'normalization'}.{p}"
    save("huggingface.pth", state(rename=hf, shapes=RESNET))
    def detectron2(n):
        if n == "conv1.weight":
            return "backbone.bottom_up.stem.conv1.weight"
        if n.startswith("bn1."):
            return "backbone.bottom_up.stem.conv1.norm." + n[4:]
        l, b, mod, p = parts(n)
        if mod == "downsample":
            return f"backbone.bottom_up.res{l + 1}.{b}.shortcut." + p.replace("0.", "").replace("1.", "norm.")
        return f"backbone.bottom_up.res{l + 1}.{b}.conv{mod[-1]}." + (p if mod.startswith("conv") else "norm." + p)
    save("detectron2.pth", state(rename=detectron2, shapes=RESNET))
    def children(n):  # nn.Sequential(*list(resnet.children())[:-2]), as captioners save their encoders
        for i, child in ((0, "conv1."), (1, "bn1."), (4, "layer1."), (5, "layer2."), (6, "layer3.")):
            if n.startswith(child):
                return f"{i}." + n[len(child):]
    save("sequential.pth", state(rename=children, shapes=RESNET))
    save("sequential_captioner.pth", {"encoder": state(rename=lambda n: "resnet." + children(n), shapes=RESNET), "decoder": OrderedDict(w=Tensor((2,), floats("x", (2,)))), "epoch": 1})

    # safetensors
    def safetensors(name, tensors, meta=None):
        head, data = {}, b""
        if meta:
            head["__metadata__"] = meta
        for n, (kind, shape, raw) in tensors.items():
            head[n] = {"dtype": kind, "shape": list(shape), "data_offsets": [len(data), len(data) + len(raw)]}
            data += raw
        text = json.dumps(head).encode()
        text += b" " * (-len(text) % 8)
        write("w/" + name, struct.pack("<Q", len(text)) + text + data)
    plain = {n: ("F16", s, floats(n, s, "e")) for n, s in SHAPES.items()}
    safetensors("plain.safetensors", plain, {"format": "pt"})
    safetensors("orig_mod.safetensors", {"_orig_mod." + n: t for n, t in plain.items()})
    safetensors("float8_beside.safetensors", dict(plain, **{"fc.weight": ("F8_E4M3", (16,), bytes(16))}))
    safetensors("unaligned.safetensors", dict([("aaa", ("U8", (3,), bytes(3)))] + list(plain.items())))
    safetensors("uint_beside.safetensors", dict(plain, **{"fc.weight": ("U32", (4,), bytes(16)), "x": ("U16", (4,), bytes(8))}))
    safetensors("complex_beside.safetensors", dict(plain, **{"zz": ("C64", (4,), bytes(32))}))
    safetensors("empty_shape.safetensors", dict(plain, **{"scalar": ("F32", (), bytes(4)), "none": ("F32", (0,), b"")}))
    names = list(plain)
    for i, part in enumerate((names[:12], names[12:])):
        safetensors(f"sharded/model-0000{i + 1}-of-00002.safetensors", {n: plain[n] for n in part})
    write("w/sharded/model.safetensors.index.json", json.dumps({"metadata": {"total_size": 1}, "weight_map": {
        n: f"model-0000{1 + (n not in names[:12])}-of-00002.safetensors" for n in names}}))
    # not weights at all
    write("w/lfs_pointer.pth", "version https://git-lfs.github.com/spec/v1\noid sha256:" + "4d" * 32 + "\nsize 46830571\n")
    write("w/lfs_pointer.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:" + "4d" * 32 + "\nsize 46830571\n")
    write("w/web_page.pth", "<!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title></head></html>\n")
    write("w/web_page.safetensors", "<!DOCTYPE html><html><body>Access denied</body></html>\n" * 20)
    write("w/empty.pth", b"")
    whole_file = open(path("w", "plain.pth"), "rb").read()
    write("w/cut.pth", whole_file[:len(whole_file) // 2])
    write("w/cut.safetensors", open(path("w", "plain.safetensors"), "rb").read()[:100000])
    write("w/keras.h5", b"\x89HDF\r\n\x1a\n" + bytes(200))
    write("w/model.onnx", b"\x08\x07\x12\x07pytorch\x1a\x052.0.0" + bytes(100))
    write("w/tensorflow.pb", b"\x08\x01\x12\x00" + bytes(100))
    write("w/gguf.gguf", b"GGUF\x03\0\0\0" + bytes(100))
    write("w/torch7.t7", bytes([4, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0]) + b"V 1" + bytes(100))
    import gzip
    write("w/plain.pth.gz", gzip.compress(whole_file, mtime=0))
    with zipfile.ZipFile(path("w", "downloaded.zip"), "w") as z:
        z.writestr(zipfile.ZipInfo("resnet18.pth", (1980, 1, 1, 0, 0, 0)), whole_file)
    with tarfile.open(path("w", "weights.tar"), "w") as t:
        info = tarfile.TarInfo("resnet18.pth"); info.size = len(whole_file)
        t.addfile(info, io.BytesIO(whole_file))
    # the zip repacked by hand, compressed (as people do after unzipping)
    with zipfile.ZipFile(path("w", "plain.pth")) as z, zipfile.ZipFile(path("w", "deflated.pth"), "w", zipfile.ZIP_DEFLATED) as d:
        for n in z.namelist():
            d.writestr(zipfile.ZipInfo(n, (1980, 1, 1, 0, 0, 0)), z.read(n), zipfile.ZIP_DEFLATED)
    # npz without numpy
    def npy(shape, raw, kind="<f4"):
        head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {tuple(shape)!r}, }}".encode()
        head += b" " * (-(len(head) + 11) % 64) + b"\n"
        return b"\x93NUMPY\x01\0" + struct.pack("<H", len(head)) + head + raw
    with zipfile.ZipFile(path("w", "plain.npz"), "w") as z:
        for n, s in SHAPES.items():
            z.writestr(zipfile.ZipInfo(n + ".npy", (1980, 1, 1, 0, 0, 0)), npy(s, floats(n, s, "e"), "<f2"))
    with zipfile.ZipFile(path("w", "slashes.npz"), "w") as z:
        for n, s in SHAPES.items():
            z.writestr(zipfile.ZipInfo(n.replace(".", "/") + ".npy", (1980, 1, 1, 0, 0, 0)), npy(s, floats(n, s, "e"), "<f2"))
