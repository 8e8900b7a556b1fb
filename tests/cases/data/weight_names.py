"""Names of weights: prefixes, wrappers, and those of other libraries."""
from harness import case

IMPORT = "storyteller weights import {} --encoder {} --out out.safetensors"
PREFIXES = ["_orig_mod", "_orig_modmodule", "module_orig_mod", "net", "resnet", "visual", "image_encoder",
            "encoderresnet", "teacherbackbone", "moduleencoder_q"]


def same_as_plain(t):
    t.ok(IMPORT.format("$IN/w/plain.pth", "squeezenet1_1").replace("out.", "plain."))
    t.ok("cmp out.safetensors plain.safetensors")


@case("B25", "a prefix in front of all names is found and said")
def prefixes(t):
    for prefix in PREFIXES:
        said = t.ok(IMPORT.format(f"$IN/w/prefix_{prefix}.pth", "squeezenet1_1"))
        t.says(said, r"taken off")
        same_as_plain(t)


@case("B25", "the prefix is said by name")
def prefix_by_name(t):
    t.says(t.ok(IMPORT.format("$IN/w/prefix_teacherbackbone.pth", "squeezenet1_1")),
           r"'teacher\.backbone\.' was taken off 50 names")
    t.claim("'teacher.backbone.' was taken off" in
            t.ok("storyteller weights inspect $IN/w/prefix_teacherbackbone.pth").out, "inspect does not say it")


@case("B25", "two prefixes are named, with the rule that chooses")
def two_prefixes(t):
    said = t.exits(IMPORT.format("$IN/w/two_prefixes.pth", "squeezenet1_1"), 4,
                   r"'encoder_[kq]\.' and 'encoder_[kq]\.'.*--map.*\^encoder_k\\\. ->")
    t.claim(len(said.err.splitlines()) < 8, "long lists", said)
    t.ok(r"printf '%s\n' '^encoder_q\. ->' > rules")
    t.ok(IMPORT.format("$IN/w/two_prefixes.pth", "squeezenet1_1") + " --map rules")
    same_as_plain(t)


@case("B25", "lists of what is missing are short")
def short_lists(t):
    said = t.exits(IMPORT.format("$IN/w/resnet18.pth", "squeezenet1_1"), 4, "50 of 50 tensors are missing",
                   r"it fits resnet18:layer3")
    t.claim(len(said.err.splitlines()) <= 9, "long lists", said)


@case("B25", "training takes what import takes")
def training(t):
    t.ok("storyteller train --data jsonl:$IN/jsonl_plain --out run --encoder-weights $IN/w/prefix_model.pth"
         " --set encoder=squeezenet1_1 --set epochs=1 $S", seconds=200)


@case("B25", "safetensors and npz likewise")
def other_formats(t):
    for name in ("orig_mod.safetensors", "slashes.npz"):
        t.ok(IMPORT.format(f"$IN/w/{name}", "squeezenet1_1"))
        same_as_plain(t)


@case("B31", "names of other libraries are known")
def other_libraries(t):
    t.ok(IMPORT.format("$IN/w/resnet18.pth", "resnet18:layer3").replace("out.", "right."))
    for name, library in (("huggingface", "Hugging Face"), ("detectron2", "detectron2"),
                          ("sequential", "children"), ("sequential_captioner", "children")):
        t.says(t.ok(IMPORT.format(f"$IN/w/{name}.pth", "resnet18:layer3")), library)
        t.ok("cmp out.safetensors right.safetensors")


@case("B31", "norms without statistics are the cause that is named")
def no_statistics(t):
    said = t.exits(IMPORT.format("$IN/w/no_norm_stats.pth", "resnet18:layer3"), 4,
                   r"15 batch norms have no running_mean and running_var")
    t.does_not_say(said, "--map")
