"""Weights that are not finite, or do not fit a narrower type."""
import os
import struct

from harness import case

IMPORT = "storyteller weights import {} --encoder squeezenet1_1 --out out.safetensors"


@case("B10", "NaN in a file of weights is not imported")
def import_refuses_nan(t):
    t.exits(IMPORT.format("$IN/w/nan.pth"), 4,
            r"1728 values in 1 tensor are not finite.*'features\.0\.weight' \(1728 of 1728\)")
    t.claim(not os.path.exists(t.path("out.safetensors")), "a file was written")


@case("B10", "values beyond f16 are not made infinite")
def import_refuses_overflow(t):
    t.exits(IMPORT.format("$IN/w/large.pth") + " --dtype f16", 4,
            r"features\.0\.bias'?: 64 of its 64 values are beyond what f16 holds.*bf16")
    t.ok(IMPORT.format("$IN/w/large.pth") + " --dtype bf16")
    t.ok(IMPORT.format("$IN/w/large.pth"))


@case("B10", "training does not begin on an encoder with NaN")
def training_refuses_nan(t):
    t.exits("storyteller train --data jsonl:$IN/jsonl_split_validation --out run"
            " --encoder-weights $IN/w/nan.pth --set encoder=squeezenet1_1 --set epochs=1"
            " --set min_count=1 $S", 4, "are not finite", seconds=120)
    t.claim(not os.path.exists(t.path("run", "best.storyteller")), "a model was made")


@case("B10", "inspect tells what is not finite")
def inspect_tells(t):
    t.claim("1728 values in 1 tensor not finite" in t.ok("storyteller weights inspect $IN/w/nan.pth").out,
            "inspect says nothing")
    found = t.ok("storyteller weights inspect --json $IN/w/nan.pth").json[0]
    t.equal(found["not_finite"], [{"name": "features.0.weight", "values": 1728}])


@case("B10", "weights of zeros alone are imported with a warning")
def zeros_are_said(t):
    t.says(t.ok(IMPORT.format("$IN/w/ema_and_model.pth")), "convolutions are 0")
    found = t.ok("storyteller weights inspect --json $IN/w/ema_and_model.pth").json[0]
    t.equal(len(found["zero"]), 25)


def poisoned(t, value):
    """A copy of the model that comes with the program, one of whose weights is `value`."""
    with open(os.path.join(t.root, "tests", "goldens", "model_v1.storyteller"), "rb") as file:
        data = bytearray(file.read())
    length = struct.unpack("<Q", data[:8])[0]
    header = data[8:8 + length].replace(b"storyteller.xxh3", b"storyteller.xxhx")
    data[8:8 + length] = header
    data[8 + length:12 + length] = struct.pack("<f", value)
    with open(t.path("poisoned.storyteller"), "wb") as file:
        file.write(data)


@case("B10", "a model with NaN neither captions nor is averaged nor trained on")
def models_with_nan(t):
    poisoned(t, float("nan"))
    model = os.path.join(t.root, "tests", "goldens", "model_v1.storyteller")
    scene = os.path.join(t.root, "tests", "goldens", "model_v1_scene.jpg")
    t.exits(f"storyteller caption --model poisoned.storyteller {scene}", 4, "not finite")
    t.exits(f"storyteller average {model} poisoned.storyteller --out mean.storyteller", 4, "not finite")
    t.exits("storyteller train --data scenes:train=8,val=4 --init poisoned.storyteller --out run", 4,
            "not finite")


@case("B10", "a model beyond f16 is not stored so")
def average_overflow(t):
    poisoned(t, 1e30)
    t.exits("storyteller average poisoned.storyteller --out half.storyteller --type f16", 4,
            "beyond what f16 holds")
    t.claim(not os.path.exists(t.path("half.storyteller")), "a file was written")
    t.ok("storyteller average poisoned.storyteller --out half.storyteller --type bf16")
