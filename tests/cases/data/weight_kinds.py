"""Types of tensors that nobody needs, and files that are no weights."""
from harness import case

IMPORT = "storyteller weights import {} --encoder squeezenet1_1 --out out.safetensors"


@case("B29", "a tensor that the encoder does not need may have any type and place")
def tensors_beside(t):
    t.ok(IMPORT.format("$IN/w/plain.safetensors").replace("out.", "plain."))
    for name in ("float8_beside.safetensors", "complex_beside.safetensors", "unaligned.safetensors",
                 "float8_beside.pth", "uint_beside.safetensors", "empty_shape.safetensors"):
        t.ok(IMPORT.format(f"$IN/w/{name}"))
        t.ok("cmp out.safetensors plain.safetensors")


@case("B29", "such a tensor is listed under its type")
def types_are_listed(t):
    for name, tensor, kind in (("complex_beside.safetensors", "zz", "C64"),
                               ("float8_beside.safetensors", "fc.weight", "F8_E4M3"),
                               ("float8_beside.pth", "fc.weight", "F8_E4M3")):
        found = t.ok(f"storyteller weights inspect --json $IN/w/{name}").json[0]["tensors"]
        t.equal([one["dtype"] for one in found if one["name"] == tensor], [kind])


@case("B30", "other files are told by what they are, with the way out")
def other_files(t):
    for name, kind, way in (
            ("web_page.pth", "a web page", "download"), ("web_page.safetensors", "a web page", "download"),
            ("keras.h5", "HDF5", "save its weights"), ("model.onnx", "ONNX", "save its weights"),
            ("gguf.gguf", "GGUF", "save its weights"), ("torch7.t7", "Torch7", "save its weights"),
            ("weights.tar", "a tar archive", "tar -xf"), ("plain.pth.gz", "a gzip file", "gunzip -k"),
            ("tensorflow.pb", "TensorFlow", "save its weights"), ("lfs_pointer.pth", "Git LFS", "git lfs pull"),
            ("lfs_pointer.safetensors", "Git LFS", "git lfs pull"), ("downloaded.zip", "a ZIP archive", "unzip")):
        said = t.exits(f"storyteller weights inspect $IN/w/{name}", 4, kind, way)
        t.does_not_say(said, r"header of|cut short")
    t.exits("storyteller weights inspect $IN/w/downloaded.zip", 4, r"holds 'resnet18\.pth'; unpack it")


@case("B30", "models likewise")
def other_models(t):
    scene = f"{t.root}/tests/goldens/model_v1_scene.jpg"
    for name, kind in (("web_page.pth", "a web page"), ("plain.pth.gz", "a gzip file"),
                       ("plain.pth", r"weights of PyTorch.*best\.storyteller"), ("plain.npz", "NumPy"),
                       ("sharded/model.safetensors.index.json", "JSON"), ("plain.safetensors", "weights, not a model")):
        for command in (f"caption --model $IN/w/{name} {scene}", f"average $IN/w/{name} --out mean.storyteller",
                        f"train --data scenes:train=8,val=4 --init $IN/w/{name} --out run"):
            t.exits("storyteller " + command, 4, kind)


@case("B30", "what a hub says in place of weights is shown")
def error_of_a_hub(t):
    t.ok("""echo '{"error":"Access to model x is restricted"}' > model.safetensors""")
    t.exits("storyteller weights inspect model.safetensors", 4, "Access to model x is restricted")
    t.exits("storyteller weights inspect no_such_file.pth", 4, "no such file")
