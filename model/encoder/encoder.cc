#include "model/encoder/encoder.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "core/text/phrase.h"
#include "model/encoder/form_color_cnn.h"
#include "model/encoder/network.h"
#include "model/encoder/scene_cnn.h"

namespace storyteller {
namespace {

/// An encoder that is trained with the decoder, has no options, and has no pretrained weights.
struct FromScratch {
  const char* name;
  std::unique_ptr<Encoder> (*make)(Parameters& parameters);
};

template <class Kind>
std::unique_ptr<Encoder> make(Parameters& parameters) {
  return std::make_unique<Kind>(parameters);
}

constexpr FromScratch kFromScratch[] = {{"scene_cnn", make<SceneCnn>},
                                        {"form_color_cnn", make<FormColorCnn>}};

const FromScratch* from_scratch(const std::string& name) {
  const auto* found = std::find_if(std::begin(kFromScratch), std::end(kFromScratch),
                                   [&](const FromScratch& one) { return name == one.name; });
  return found == std::end(kFromScratch) ? nullptr : found;
}

}  // namespace

std::vector<std::string> encoder_names() {
  std::vector<std::string> names = network_names();
  for (const FromScratch& one : kFromScratch) names.emplace_back(one.name);
  return names;
}

UsageError unknown_encoder(const std::string& name) {
  return UsageError("unknown encoder '" + name + "': there are " + joined(encoder_names()) +
                    did_you_mean(name, encoder_names()));
}

Var Encoder::forward_layers(Tape&, const Var&, size_t, size_t) {
  throw InternalError("the encoder '" + name() + "' cannot be cut between layers");
}

std::unique_ptr<Encoder> make_encoder(const std::string& name, Parameters& parameters) {
  return make_encoder(name, parameters, encoder_options(name));
}

std::unique_ptr<Encoder> make_encoder(const std::string& name, Parameters& parameters,
                                      const EncoderOptions& options) {
  if (const FromScratch* one = from_scratch(name)) return one->make(parameters);
  if (auto table = network_table(name, options)) {
    return std::make_unique<Network>(name, *std::move(table), options, parameters);
  }
  throw unknown_encoder(name);
}

bool is_pretrained(const std::string& name) { return from_scratch(name) == nullptr; }

}  // namespace storyteller
