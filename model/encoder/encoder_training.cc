#include "model/encoder/encoder_training.h"

#include <algorithm>

#include "core/did_you_mean.h"
#include "core/error.h"
#include "model/encoder/pretrained.h"

namespace storyteller {
namespace {

/// Whether `name` is `module` or lies in it.
bool within(const std::string& name, const std::string& module) {
  return name == module || name.starts_with(module + ".");
}

}  // namespace

size_t first_trained_layer(const Encoder& encoder, const EncoderTraining& training) {
  const std::vector<std::string> layers = encoder.layers();
  if (training.from == "all") return 0;
  const auto found = std::find_if(layers.begin(), layers.end(), [&](const std::string& layer) {
    return within(layer, training.from);
  });
  if (found != layers.end()) return static_cast<size_t>(found - layers.begin());
  if (layers.empty()) {
    throw UsageError("`encoder_training`=" + training.from + ": the encoder '" + encoder.name() +
                     "' learns as a whole; leave the setting out");
  }
  throw UsageError("`encoder_training`=" + training.from + ": the encoder '" + encoder.name() +
                   "' has no such layer; there are " + layers.front() + " to " + layers.back() +
                   ", all and none" + did_you_mean(training.from, layers));
}

void freeze_layers_before(size_t first, const Encoder& encoder, Parameters& parameters) {
  parameters.add_group({.name = "frozen encoder", .trainable = false});
  if (first == 0) return;
  // Values are declared in the order of layers; a layer without any, a pooling, has no first one.
  const std::vector<std::string> layers = encoder.layers();
  const auto learns = [&](const std::string& name) {
    return std::any_of(layers.begin() + static_cast<std::ptrdiff_t>(first), layers.end(),
                       [&](const std::string& layer) {
                         return within(name.substr(kEncoderPrefix.size()), layer);
                       });
  };
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    const std::string& name = parameters.name(id);
    if (!name.starts_with(kEncoderPrefix) || parameters.is_buffer(id)) continue;
    if (learns(name)) break;
    parameters.move_to_last_group(id);
  }
}

}  // namespace storyteller
