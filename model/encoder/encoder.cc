#include "model/encoder/encoder.h"

#include "core/did_you_mean.h"
#include "core/error.h"
#include "model/encoder/form_color_cnn.h"
#include "model/encoder/mobilenet_v2.h"
#include "model/encoder/scene_cnn.h"

namespace storyteller {

Var Encoder::forward_layers(Tape&, const Var&, size_t, size_t) {
  throw InternalError("the encoder '" + name() + "' cannot be cut between layers");
}

std::unique_ptr<Encoder> make_encoder(const std::string& name, Parameters& parameters) {
  if (name == "mobilenet_v2") return std::make_unique<MobileNetV2>(parameters);
  if (name == "scene_cnn") return std::make_unique<SceneCnn>(parameters);
  if (name == "form_color_cnn") return std::make_unique<FormColorCnn>(parameters);
  throw UsageError("unknown encoder '" + name +
                   "': there are mobilenet_v2, scene_cnn and form_color_cnn" +
                   did_you_mean(name, {"mobilenet_v2", "scene_cnn", "form_color_cnn"}));
}

bool is_pretrained(const std::string& name) { return name == "mobilenet_v2"; }

}  // namespace storyteller
