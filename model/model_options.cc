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

void declare(SearchOptions& options, Config& config) {
  config.add("beam", options.beam, {1, 100}, "hypotheses kept while captioning; 1: greedy");
  config.add("max_words", options.max_words, {1, 1000}, "longest caption");
  config.add("length_penalty", options.length_penalty, {0, 10}, "p of log-probability / length^p");
  config.add("no_repeat_ngram", options.no_repeat_ngram, {0, 100},
             "bars repeating an n-gram of this size; 0: off");
}

std::string to_json(const ModelOptions& options) {
  ModelOptions copy = options;
  Config config;
  declare(copy, config);
  return config.to_json();
}

}  // namespace storyteller
