#include <algorithm>

#include "core/error.h"
#include "model/decoder/decoder.h"
#include "model/decoder/kinds/settings_of_kinds.h"

namespace storyteller {
namespace {

struct KindRow {
  DecoderKind kind;
  const char* name;
  MakeDecoder* make;
  /// What its paper has where the defaults of the options are those of `soft`.
  std::vector<std::pair<const char*, const char*>> defaults;
  /// Settings, of a model and of its training, that this kind reads and another does not.
  std::vector<const char*> reads;
};

/// What every kind that attends reads, and `more`.
std::vector<const char*> attending(std::initializer_list<const char*> more = {}) {
  std::vector<const char*> reads = {"attention", "score", "query", "gate", "coverage_weight"};
  reads.insert(reads.end(), more);
  return reads;
}

const KindRow kKinds[] = {
    {DecoderKind::kSoft, "soft", make_soft, {}, attending()},
    {DecoderKind::kHard,
     "hard",
     make_hard,
     {},
     attending({"semi_sampling", "decoding_region", "region_reward", "region_entropy"})},
    {DecoderKind::kAdaptive,
     "adaptive",
     make_adaptive,
     {{"gate", "none"}, {"initial_state", "zero"}},
     attending()},
    {DecoderKind::kAtt2in,
     "att2in",
     make_att2in,
     {{"cell", "maxout_lstm"}, {"gate", "none"}, {"initial_state", "zero"}},
     attending()},
    {DecoderKind::kTopDown,
     "top_down",
     make_top_down,
     {{"gate", "none"}, {"initial_state", "zero"}},
     attending()},
    {DecoderKind::kFixed, "fixed", make_fixed, {{"output", "plain"}}, {"image_input"}},
};

const KindRow& row_of(DecoderKind kind) {
  for (const KindRow& row : kKinds) {
    if (row.kind == kind) return row;
  }
  throw InternalError("a kind of decoder is not in its table");
}

}  // namespace

std::vector<std::pair<std::string, DecoderKind>> decoder_choices() {
  std::vector<std::pair<std::string, DecoderKind>> choices;
  for (const KindRow& row : kKinds) choices.emplace_back(row.name, row.kind);
  return choices;
}

std::vector<SettingUse> settings_of_kinds() {
  // A first state that reads the picture: where the picture is no input.
  std::vector<SettingUse> uses = {{"initial_state", "image_input", {"state"}}};
  const auto use_of = [&](const char* setting) -> SettingUse& {
    const auto same = [&](const SettingUse& use) {
      return use.setting == setting && use.choice == "decoder";
    };
    const auto found = std::find_if(uses.begin(), uses.end(), same);
    return found != uses.end() ? *found : uses.emplace_back(SettingUse{setting, "decoder", {}});
  };
  for (const KindRow& row : kKinds) {
    for (const char* setting : row.reads) use_of(setting).values.emplace_back(row.name);
  }
  return uses;
}

void take_defaults_of_kind(const DecoderOptions& options, Config& config) {
  for (const auto& [key, value] : row_of(options.kind).defaults) {
    config.set(key, value, Config::Source::kDefault, "a decoder's default");
  }
}

std::unique_ptr<Decoder> make_decoder(const DecoderOptions& options, Parameters& parameters) {
  return row_of(options.kind).make(options, parameters);
}

}  // namespace storyteller
