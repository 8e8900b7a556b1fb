#include "model/encoder/scene_encoder.h"

#include "core/error.h"

namespace storyteller {

Preprocessing SceneEncoder::preprocessing() const {
  return {.width = kSide,
          .height = kSide,
          .mean = {127.5F, 127.5F, 127.5F},
          .scale = {1.0F / 64, 1.0F / 64, 1.0F / 64}};
}

std::vector<std::string> SceneEncoder::load_pretrained(const WeightsFile& file) {
  throw ModelError(file.file() + ": the encoder '" + name() +
                   "' is trained from scratch and takes no pretrained weights; use the encoder "
                   "mobilenet_v2 for them");
}

}  // namespace storyteller
