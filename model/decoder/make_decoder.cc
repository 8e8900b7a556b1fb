#include "core/error.h"
#include "model/decoder/decoder.h"

namespace storyteller {
namespace {

struct KindRow {
  DecoderKind kind;
  const char* name;
  MakeDecoder* make;
  /// What its paper has where the defaults of the options are those of `soft`.
  std::vector<std::pair<const char*, const char*>> defaults;
};

const KindRow kKinds[] = {
    {DecoderKind::kSoft, "soft", make_soft, {}},
    {DecoderKind::kHard, "hard", make_hard, {}},
    {DecoderKind::kAdaptive,
     "adaptive",
     make_adaptive,
     {{"gate", "none"}, {"initial_state", "zero"}}},
    {DecoderKind::kAtt2in,
     "att2in",
     make_att2in,
     {{"cell", "maxout_lstm"}, {"gate", "none"}, {"initial_state", "zero"}}},
    {DecoderKind::kTopDown,
     "top_down",
     make_top_down,
     {{"gate", "none"}, {"initial_state", "zero"}}},
    {DecoderKind::kFixed, "fixed", make_fixed, {{"output", "plain"}}},
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

void take_defaults_of_kind(const DecoderOptions& options, Config& config) {
  for (const auto& [key, value] : row_of(options.kind).defaults) {
    config.set(key, value, Config::Source::kDefault, "a decoder's default");
  }
}

std::unique_ptr<Decoder> make_decoder(const DecoderOptions& options, Parameters& parameters) {
  return row_of(options.kind).make(options, parameters);
}

}  // namespace storyteller
