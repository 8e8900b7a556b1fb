"""Weights in several files with an index."""
import json
import os
import shutil

from harness import case

IMPORT = "storyteller weights import {} --encoder squeezenet1_1 --out out.safetensors"


@case("B28", "an index, and the folder that holds it, are read with their parts")
def index_and_folder(t):
    t.ok(IMPORT.format("$IN/w/plain.safetensors").replace("out.", "plain."))
    for path in ("$IN/w/sharded/model.safetensors.index.json", "$IN/w/sharded"):
        t.says(t.ok(IMPORT.format(path)), "2 parts were read")
        t.ok("cmp out.safetensors plain.safetensors")
        shown = t.ok(f"storyteller weights inspect {path}").out
        t.claim("fits the encoder squeezenet1_1" in shown, "does not fit", shown)


@case("B28", "a part alone says so and names the index")
def part_alone(t):
    part = "$IN/w/sharded/model-00001-of-00002.safetensors"
    t.exits(IMPORT.format(part), 4, r"part 1 of 2; give .*sharded/model\.safetensors\.index\.json")
    t.claim("part 1 of 2" in t.ok(f"storyteller weights inspect {part}").out, "inspect does not say it")


def bad_index(t, parts):
    with open(t.path("model.safetensors.index.json"), "w", encoding="utf-8") as file:
        json.dump({"weight_map": parts}, file)
    return "storyteller weights inspect model.safetensors.index.json"


@case("B28", "parts that are absent or outside of the folder are refused")
def hostile_index(t):
    t.exits(bad_index(t, {"a": "model-00001-of-00001.safetensors"}), 4, "part .*is not there")
    for outside in ("../x.safetensors", "/etc/passwd", "a/../../x"):
        t.exits(bad_index(t, {"a": outside}), 4, "lies outside of its folder")
    t.exits(bad_index(t, {"a": 1}), 4, "has no name of a file")
    t.exits(bad_index(t, {"a": "model.safetensors.index.json"}), 4, "is JSON text, not weights")


@case("B28", "pytorch_model.bin.index.json likewise")
def pytorch_index(t):
    names = [n["name"] for n in t.ok("storyteller weights inspect --json $IN/w/plain.pth").json[0]["tensors"]]
    shutil.copy(os.path.join(t.inputs, "w", "plain.pth"), t.path("pytorch_model-00001-of-00001.bin"))
    with open(t.path("pytorch_model.bin.index.json"), "w", encoding="utf-8") as file:
        json.dump({"metadata": {}, "weight_map": {n: "pytorch_model-00001-of-00001.bin" for n in names}}, file)
    t.ok(IMPORT.format("pytorch_model.bin.index.json"))
