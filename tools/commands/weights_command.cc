#include <algorithm>
#include <iomanip>
#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/serialization/safetensors_writer.h"
#include "core/serialization/weights_file.h"
#include "core/system/printable.h"
#include "model/encoder/encoder.h"
#include "model/encoder/encoder_options.h"
#include "model/encoder/fit.h"
#include "tools/commands/command.h"
#include "tools/commands/common_options.h"
#include "tools/commands/output_file.h"

namespace storyteller {
namespace {

struct WeightsArguments {
  std::string file, encoder, out, map;
  StoredType type = StoredType::kF32;
  std::vector<std::string> settings;
  bool json = false;
};

EncoderFit fit_to(const WeightsFile& file, const std::string& encoder,
                  const EncoderChoices& choices, const std::vector<NameRule>& rules) {
  Parameters parameters;  // declared, never allocated
  parameters.add_group({.name = "encoder", .trainable = false});
  make_encoder(encoder, parameters, encoder_options(encoder, choices));
  return fit_encoder(file, parameters, rules);
}

/// Encoders that the file has all weights of, with the setting that each needs for it.
std::vector<std::string> fitting_encoders(const WeightsFile& file) {
  std::vector<std::string> fitting;
  for (const std::string& name : encoder_names()) {
    if (!is_pretrained(name)) continue;
    const bool is_folded = name == "mobilenet_v2";  // by default
    for (const bool other_norm : {false, true}) {
      EncoderChoices choices;
      using Norm = EncoderChoices::Norm;
      if (other_norm) choices.norm = is_folded ? Norm::kBatch : Norm::kFolded;
      try {
        if (!fit_to(file, name, choices, {}).complete()) continue;
      } catch (const ModelError&) {  // two tensors of one name: it does not fit
        continue;
      }
      const std::string setting =
          std::string(" with encoder_norm=") + (is_folded ? "batch" : "folded");
      fitting.push_back(name + (other_norm ? setting : ""));
      break;
    }
  }
  return fitting;
}

int inspect(const WeightsArguments& arguments) {
  const WeightsFile file = WeightsFile::open(arguments.file);
  const std::vector<std::string> encoders = fitting_encoders(file);
  std::int64_t elements = 0;
  std::size_t widest = 4;
  for (const WeightTensor& tensor : file.tensors()) {
    elements += element_count(tensor.shape);
    widest = std::max(widest, std::min<std::size_t>(printable(tensor.name).size(), 60));
  }
  if (arguments.json) {
    nlohmann::ordered_json json = {
        {"file", arguments.file}, {"format", name_of(file.format())},
        {"notes", file.notes()},  {"encoders", encoders},
        {"elements", elements},   {"tensors", nlohmann::ordered_json::array()}};
    for (const WeightTensor& tensor : file.tensors()) {
      json["tensors"].push_back({{"name", tensor.name},
                                 {"dtype", name_of(tensor.type)},
                                 {"shape", tensor.shape},
                                 {"elements", element_count(tensor.shape)}});
    }
    std::cout << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
    return 0;
  }
  for (const WeightTensor& tensor : file.tensors()) {
    std::cout << std::left << std::setw(static_cast<int>(widest)) << printable(tensor.name) << "  "
              << std::setw(4) << name_of(tensor.type) << "  " << shape_text(tensor.shape) << "  "
              << element_count(tensor.shape) << '\n';
  }
  std::cout << name_of(file.format()) << ": " << file.tensors().size() << " tensors, " << elements
            << " elements\n";
  for (const std::string& note : file.notes()) std::cout << note << '\n';
  for (const std::string& name : encoders) std::cout << "fits the encoder " << name << '\n';
  if (encoders.empty()) std::cout << "fits no encoder as it is\n";
  return 0;
}

void report(const EncoderFit& fit, const WeightsFile& file) {
  for (const auto* notes : {&file.notes(), &fit.notes}) {
    for (const std::string& note : *notes) std::cerr << note << '\n';
  }
  for (const EncoderFit::Match& match : fit.misshapen) {
    std::cerr << "other shape: " << printable(match.file_name) << " has "
              << shape_text(match.file_shape) << ", " << match.name << " needs "
              << shape_text(match.shape) << '\n';
  }
  for (const std::string& name : fit.missing) std::cerr << "missing: " << name << '\n';
  if (fit.unused.empty()) return;
  std::cerr << fit.unused.size()
            << (fit.unused.size() == 1 ? " tensor was not used:" : " tensors were not used:");
  for (const std::string& name : fit.unused) std::cerr << ' ' << printable(name);
  std::cerr << '\n';
}

int import_weights(const WeightsArguments& arguments) {
  require_folder_of("--out", arguments.out);
  std::vector<NameRule> rules;
  if (!arguments.map.empty()) rules = read_name_rules(arguments.map);
  const WeightsFile file = WeightsFile::open(arguments.file);
  EncoderChoices choices;
  Config config;
  declare(choices, config);
  for (const std::string& setting : arguments.settings) config.assign(setting);
  const EncoderFit fit = fit_to(file, arguments.encoder, choices, rules);
  report(fit, file);
  if (!fit.complete()) {
    throw ModelError(file.file() + ": does not fit the encoder '" + arguments.encoder +
                     "': " + std::to_string(fit.missing.size()) + " tensors are missing and " +
                     std::to_string(fit.misshapen.size()) +
                     " have another shape, as listed; give names with --map RULES");
  }
  const StoredType type = arguments.type;
  SafetensorsWriter writer;
  std::vector<std::vector<float>> kept;
  for (const EncoderFit::Match& match : fit.matches) {
    std::vector<float> values(static_cast<size_t>(element_count(match.shape)));
    file.read_float(match.file_name, values);
    kept.push_back(std::move(values));
    if (type == StoredType::kF32) {
      writer.add(match.name, type, match.shape, kept.back().data());
    } else {
      writer.add_rounded(match.name, type, match.shape, kept.back().data());
      kept.pop_back();
    }
  }
  writer.set_metadata("storyteller.encoder", arguments.encoder);
  writer.write(arguments.out);
  std::cout << arguments.out << '\n';
  return 0;
}

}  // namespace

void add_weights_command(const Options& program) {
  auto arguments = std::make_shared<WeightsArguments>();
  const Options command = program.command("weights", "files of pretrained weights");
  const Options shows = command.command(
      "inspect", "what is in a file: safetensors, PyTorch .pth, NumPy .npz or .npy");
  shows.text("FILE", arguments->file, "file of weights").required();
  shows.flag("--json", arguments->json, "as one JSON object");
  shows.runs([arguments] { return inspect(*arguments); });
  const Options imports = command.command("import", "writes an encoder's weights as safetensors");
  imports.text("FILE", arguments->file, "file of weights").required();
  imports.text("--encoder", arguments->encoder, "name of the encoder").required();
  imports.text("--out", arguments->out, "safetensors file to write").required();
  imports.text("--map", arguments->map, "file of rules for names, regex -> replacement");
  imports.repeated("--set", arguments->settings,
                   "an option of the encoder's checkpoint, as in training: encoder_norm=batch");
  add_type_option(imports, "--dtype", arguments->type, "f32, f16 or bf16");
  imports.runs([arguments] { return import_weights(*arguments); });
}

}  // namespace storyteller
