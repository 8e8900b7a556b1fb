#include "model/model_options.h"

namespace storyteller {

void declare(ModelOptions& options, Config& config) {
  config.add("encoder", options.encoder,
             "scene_cnn, form_color_cnn or a pretrained network: mobilenet_v2, vgg16, resnet50, "
             "resnet50:layer3, ...");
  declare(options.encoder_choices, config);
  config.add("word_detector", options.word_detector,
             "teach the encoder which words belong to a picture");
  declare(options.decoder, config);
  declare(options.search, config);
}

std::string to_json(const ModelOptions& options) {
  ModelOptions copy = options;
  Config config;
  declare(copy, config);
  return config.to_json();
}

}  // namespace storyteller
