#include "model/encoder/encoder.h"

#include <algorithm>
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

const std::vector<std::string> kFromScratch = {"scene_cnn", "form_color_cnn"};

}  // namespace

std::vector<std::string> encoder_names() {
  std::vector<std::string> names = network_names();
  names.insert(names.end(), kFromScratch.begin(), kFromScratch.end());
  return names;
}

Var Encoder::forward_layers(Tape&, const Var&, size_t, size_t) {
  throw InternalError("the encoder '" + name() + "' cannot be cut between layers");
}

std::unique_ptr<Encoder> make_encoder(const std::string& name, Parameters& parameters) {
  return make_encoder(name, parameters, encoder_options(name));
}

std::unique_ptr<Encoder> make_encoder(const std::string& name, Parameters& parameters,
                                      const EncoderOptions& options) {
  if (name == "scene_cnn") return std::make_unique<SceneCnn>(parameters);
  if (name == "form_color_cnn") return std::make_unique<FormColorCnn>(parameters);
  if (auto table = network_table(name, options)) {
    return std::make_unique<Network>(name, *std::move(table), options, parameters);
  }
  throw UsageError("unknown encoder '" + name + "': there are " + joined(encoder_names()) +
                   did_you_mean(name, encoder_names()));
}

bool is_pretrained(const std::string& name) {
  return std::find(kFromScratch.begin(), kFromScratch.end(), name) == kFromScratch.end();
}

}  // namespace storyteller
