#include <algorithm>
#include <sstream>

#include "core/error.h"
#include "model/decoder/decoder.h"
#include "model/decoder/kinds/settings_of_kinds.h"

namespace storyteller {
namespace {

const DecoderKindRow& row_of(DecoderKind kind) {
  for (const DecoderKindRow& row : kDecoderKinds) {
    if (row.kind == kind) return row;
  }
  throw InternalError("a kind of decoder is not in its table");
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

void take(const std::string& defaults, Config& config) {
  for (const std::string& setting : words_of(defaults)) {
    const size_t equals = setting.find('=');
    config.set(setting.substr(0, equals), setting.substr(equals + 1), Config::Source::kDefault,
               "a decoder's default");
  }
}

}  // namespace

std::vector<std::pair<std::string, DecoderKind>> decoder_choices() {
  std::vector<std::pair<std::string, DecoderKind>> choices;
  for (const DecoderKindRow& row : kDecoderKinds) choices.emplace_back(row.name, row.kind);
  return choices;
}

std::string describe_decoders() {
  std::string text;
  for (const DecoderKindRow& row : kDecoderKinds) {
    text += (text.empty() ? "" : "; ") + std::string(row.name) + " " + row.says;
  }
  return text;
}

std::vector<SettingUse> settings_of_kinds() {
  // A first state that reads the picture: where the picture is no input.
  std::vector<SettingUse> uses = {{"initial_state", "image_input", {"state"}}};
  const auto use_of = [&](const std::string& setting) -> SettingUse& {
    const auto same = [&](const SettingUse& use) {
      return use.setting == setting && use.choice == "decoder";
    };
    const auto found = std::find_if(uses.begin(), uses.end(), same);
    return found != uses.end() ? *found : uses.emplace_back(SettingUse{setting, "decoder", {}});
  };
  const std::string attending = "attention score query gate coverage_weight ";
  for (const DecoderKindRow& row : kDecoderKinds) {
    for (const std::string& setting : words_of((row.attends ? attending : "") + row.reads)) {
      use_of(setting).values.emplace_back(row.name);
    }
  }
  return uses;
}

void take_defaults_of_kind(const DecoderOptions& options, Config& config) {
  take(row_of(options.kind).defaults, config);
}

void take_training_defaults_of_kind(const DecoderOptions& options, Config& config) {
  take(row_of(options.kind).training_defaults, config);
}

std::unique_ptr<Decoder> make_decoder(const DecoderOptions& options, Parameters& parameters) {
  return row_of(options.kind).make(options, parameters);
}

}  // namespace storyteller
