"""Weights of an encoder beside the data."""
from harness import case


@case("B32", "encoders/ beside the data is found whatever the path looks like")
def beside_the_data(t):
    t.need_data()
    t.ok("mkdir -p b/encoders b/own/sub elsewhere && ln -s $DATA/encoders/mobilenet_v2_1.0_224.safetensors b/encoders/"
         " && cp -r $IN/jsonl_split_validation/. b/own && ln -s ../b/own elsewhere/link")
    train = ("unset STORYTELLER_DATA; cd {} && storyteller train --out {} --data {} --cache " + t.path("cache") +
             " --set hidden=32 --set embedding=32 --set attention=32 --set epochs=1 --set min_count=1")
    for i, (folder, path) in enumerate((
            (".", "jsonl:b/own"), (".", "jsonl:b/own/"), (".", "jsonl:b/own/captions.jsonl"), ("b/own", "jsonl:."),
            ("b/own/sub", "jsonl:.."), (".", "jsonl:elsewhere/link"), (".", "jsonl:elsewhere/link/"))):
        t.ok(train.format(folder, t.path(f"r{i}"), path), seconds=200)
    t.ok("mkdir c; cp -r b/own c/")
    t.exits(train.format(".", "rx", "jsonl:c/own/"), 2,
            r"searched \S*/c/encoders/mobilenet_v2_1\.0_224\.safetensors")


@case("B32", "~ behind the colon is the home folder")
def home_folder(t):
    t.ok("cp -r $IN/jsonl_split_validation own; HOME=$PWD storyteller data stats --data 'jsonl:~/own'")
    t.ok("HOME=$PWD storyteller data stats --data 'jsonl:~/own/captions.jsonl'")


@case("B32", "doctor looks for the weights of the encoder in the same place")
def doctor(t):
    t.need_data()
    found = {one["what"]: one["found"] for one in t.sh("storyteller doctor --json").json}
    t.claim(found["encoder weights"].endswith("encoders/mobilenet_v2_1.0_224.safetensors"), "not found", found)
