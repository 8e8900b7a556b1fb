"""Checkpoints that hold more than a state dict, or hold it elsewhere."""
import os
import pickle

from harness import case

IMPORT = "storyteller weights import {} --encoder squeezenet1_1 --out out.safetensors"


def fits(t, name):
    found = t.ok(f"storyteller weights inspect --json $IN/w/{name}").json[0]
    t.claim("squeezenet1_1" in found["encoders"], "does not fit", found)
    return found


@case("B26", "harmless objects beside the state dict are passed over and said")
def objects_beside(t):
    for name, said in (("args.pth", "argparse.Namespace"), ("numpy_scalar.pth", "numpy"),
                       ("datetime.pth", "datetime"), ("defaultdict.pth", "collections.defaultdict"),
                       ("path_in_args.pth", "pathlib"), ("omegaconf.pth", "omegaconf"),
                       ("lightning.ckpt", "ModelCheckpoint")):
        notes = " ".join(fits(t, name)["notes"])
        t.claim(said in notes and "nothing of them was run" in notes, "not said: " + said, notes)
    fits(t, "set.pth")
    t.ok("storyteller weights inspect $IN/w/lightning.ckpt")


@case("B26", "a pickled module is refused by its class")
def pickled_modules(t):
    for name in ("whole_module.pth", "whole_under_model.pth"):
        t.exits(f"storyteller weights inspect $IN/w/{name}", 4,
                r"pickled object of 'torchvision\.models\.resnet\.ResNet', which is not run", "state_dict")


@case("B26", "a call of the system in a checkpoint is not run")
def nothing_runs(t):
    class Hostile:
        def __reduce__(self):
            return os.system, ("touch run",)
    with open(t.path("hostile.pth"), "wb") as file:
        for part in (0x1950a86a20f9469cfc6c, 1001, {"little_endian": True}, {"weight": Hostile()}, []):
            pickle.dump(part, file, 2)
    t.exits("storyteller weights inspect hostile.pth", 4, "no state dict of tensors was found")
    t.claim(not os.path.exists(t.path("run")), "it was run")


@case("B27", "a state dict is found in dictionaries, lists and tuples")
def elsewhere(t):
    for name, key in (("nested.pth", "'checkpoint.model'"), ("list.pth", "'0'"), ("tuple_net_opt.pth", "'0'")):
        t.claim(key in " ".join(fits(t, name)["notes"]), "not said: " + key)
        t.ok(f"storyteller weights inspect $IN/w/{name}")


@case("B27", "an average beside the state dict is said, and --key takes it")
def average_beside(t):
    t.says(t.ok(IMPORT.format("$IN/w/ema_and_model.pth")),
           r"'state_dict_ema' too: 'weights import --key NAME' takes those; 'state_dict_ema' seems to be an average")
    t.does_not_say(t.ok(IMPORT.format("$IN/w/ema_and_model.pth") + " --key state_dict_ema"), "are 0")
    t.ok(IMPORT.format("$IN/w/plain.pth").replace("out.", "plain."))
    t.ok("cmp out.safetensors plain.safetensors")
    t.exits(IMPORT.format("$IN/w/ema_and_model.pth") + " --key nothing", 4, "'state_dict', 'state_dict_ema'")
    fits(t, "ema_only.pth")
