#include <memory>

#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/weights_import.h"
#include "tools/commands/weights_inspect.h"

namespace storyteller {
namespace {

struct WeightsArguments : WeightsImport {
  bool json = false;
};

}  // namespace

void add_weights_command(const Options& program) {
  auto arguments = std::make_shared<WeightsArguments>();
  constexpr const char* kFile = "file of weights, index of its parts, or folder with one";
  constexpr const char* kKey = "key of the state dict in a checkpoint with several: state_dict_ema";
  const Options command = program.command("weights", "files of pretrained weights");
  const Options shows = command.command(
      "inspect", "what is in a file: safetensors, PyTorch .pth, NumPy .npz or .npy");
  shows.text("FILE", arguments->file, kFile).required();
  shows.text("--key", arguments->key, kKey);
  shows.flag("--json", arguments->json, "as one JSON object");
  shows.runs([arguments] {
    inspect_weights(arguments->file, arguments->key, arguments->json);
    return 0;
  });
  const Options imports =
      command.command("import",
                      "writes an encoder's weights, or the classifier of an ONNX file, as "
                      "safetensors");
  imports.text("FILE", arguments->file, kFile).required();
  imports.text("--key", arguments->key, kKey);
  imports.text("--encoder", arguments->encoder,
               "name of the encoder; not for an ONNX file, which becomes a classifier for review");
  imports.text("--out", arguments->out, "safetensors file to write").required();
  imports.text("--map", arguments->rules, "file of rules for names, regex -> replacement");
  imports.repeated("--set", arguments->settings,
                   "an option of the encoder's checkpoint, as in training: encoder_norm=batch");
  add_type_option(imports, "--dtype", arguments->type, "f32, f16 or bf16");
  imports.runs([arguments] {
    import_weights(*arguments);
    return 0;
  });
}

}  // namespace storyteller
