#include "core/error.h"
#include "model/decoder/decoder.h"
#include "model/decoder/kinds/fixed.h"
#include "model/decoder/kinds/soft.h"

namespace storyteller {
namespace {

template <class Kind>
std::unique_ptr<Decoder> make(const DecoderOptions& options, Parameters& parameters) {
  return std::make_unique<Kind>(options, parameters);
}

struct KindRow {
  DecoderKind kind;
  const char* name;
  std::unique_ptr<Decoder> (*make)(const DecoderOptions&, Parameters&);
};

constexpr KindRow kKinds[] = {
    {DecoderKind::kSoft, "soft", make<SoftDecoder>},
    {DecoderKind::kFixed, "fixed", make<FixedDecoder>},
};

}  // namespace

std::vector<std::pair<std::string, DecoderKind>> decoder_choices() {
  std::vector<std::pair<std::string, DecoderKind>> choices;
  for (const KindRow& row : kKinds) choices.emplace_back(row.name, row.kind);
  return choices;
}

std::unique_ptr<Decoder> make_decoder(const DecoderOptions& options, Parameters& parameters) {
  for (const KindRow& row : kKinds) {
    if (row.kind == options.kind) return row.make(options, parameters);
  }
  throw InternalError("a kind of decoder is not in its table");
}

}  // namespace storyteller
