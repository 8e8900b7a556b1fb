#include "tools/commands/weights_import.h"

#include <algorithm>
#include <iostream>

#include "core/config.h"
#include "core/error.h"
#include "core/serialization/onnx.h"
#include "core/serialization/weights_file.h"
#include "core/system/printable_line.h"
#include "core/text/phrase.h"
#include "model/classifier/picture_classifier.h"
#include "model/encoder/misfit.h"
#include "model/encoder/pretrained.h"
#include "model/encoder/stored_weights.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/flag_names.h"
#include "tools/commands/output_file.h"

namespace storyteller {
namespace {

constexpr std::size_t kListed = 5;

void say_more(std::size_t count) {
  if (count > kListed) std::cerr << "... and " << count - kListed << " more\n";
}

void report(const WeightsFile& file, const EncoderFit& fit) {
  for (const auto* notes : {&file.notes(), &fit.notes}) {
    for (const std::string& note : *notes) std::cerr << with_flags(note) << '\n';
  }
  for (std::size_t i = 0; i < std::min(fit.misshapen.size(), kListed); ++i) {
    const EncoderFit::Match& match = fit.misshapen[i];
    std::cerr << "shape mismatch: " << printable_line(match.file_name) << " has "
              << shape_text(match.file_shape) << ", " << match.name << " needs "
              << shape_text(match.shape) << '\n';
  }
  say_more(fit.misshapen.size());
  for (std::size_t i = 0; i < std::min(fit.missing.size(), kListed); ++i) {
    std::cerr << "missing: " << fit.missing[i] << '\n';
  }
  say_more(fit.missing.size());
  if (fit.unused.empty() || !fit.rivals.empty()) return;
  std::cerr << counted(fit.unused.size(), "tensor was not used:", "tensors were not used:");
  for (std::size_t i = 0; i < std::min(fit.unused.size(), kListed); ++i) {
    std::cerr << ' ' << printable_line(fit.unused[i]);
  }
  if (fit.unused.size() > kListed) std::cerr << " ...";
  std::cerr << '\n';
}

/// A classifier out of an ONNX file: it needs none of what tells an encoder's weights apart.
void import_onnx(const WeightsImport& import) {
  const auto refuse = [](bool given, const char* option) {
    if (given) {
      throw UsageError(std::string(option) +
                       ": an ONNX file is imported as a classifier, which has none");
    }
  };
  refuse(!import.encoder.empty(), "--encoder");
  refuse(!import.key.empty(), "--key");
  refuse(!import.rules.empty(), "--map");
  refuse(!import.settings.empty(), "--set");
  import_classifier(read_onnx(import.file), import.type, import.out);
  std::cout << import.out << '\n';
}

}  // namespace

void import_weights(const WeightsImport& import) {
  InputFiles inputs;
  inputs.add(import.file, "the file of weights");
  inputs.add(import.rules, "the file of rules");
  inputs.require_other("--out", import.out);
  require_output_file("--out", import.out, OutputKind::kWeights);
  if (is_onnx(import.file)) return import_onnx(import);
  if (import.encoder.empty()) throw UsageError("--encoder is required, but for an ONNX file");
  std::vector<NameRule> rules;
  if (!import.rules.empty()) rules = read_name_rules(import.rules);
  const WeightsFile file = WeightsFile::open(import.file, import.key);
  EncoderChoices choices;
  Config config;
  declare(choices, config);
  for (const std::string& setting : import.settings) config.assign(setting, "--set ");
  const EncoderFit fit = fit_to(file, import.encoder, choices, rules);
  report(file, fit);
  require_fit(file, fit, import.encoder, choices, rules);
  const EncoderWeights weights = read_encoder_weights(file, fit);
  const std::string narrowing = narrowing_warning(file.file(), weights, import.type);
  if (!narrowing.empty()) report_warning(narrowing, std::cerr);
  for (const std::string& warning : weights.warnings) report_warning(warning, std::cerr);
  write_encoder_weights(weights, import.encoder, import.type, import.out);
  std::cout << import.out << '\n';
}

}  // namespace storyteller
