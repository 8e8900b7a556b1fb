#include "model/model_options.h"

namespace storyteller {

void declare(ModelOptions& options, Config& config) {
  DecoderOptions& decoder = options.decoder;
  config.add("encoder", options.encoder,
             "scene_cnn, form_color_cnn or a pretrained network: mobilenet_v2, vgg16, resnet50, "
             "resnet50:layer3, ...");
  declare(options.encoder_choices, config);
  config.add("word_detector", options.word_detector,
             "teach the encoder which words belong to a picture");
  config.add("embedding", decoder.embedding, {1, 65536}, "width of the word vectors");
  config.add("hidden", decoder.hidden, {1, 65536}, "width of the LSTM's state");
  config.add("attention", decoder.attention, {1, 65536}, "width of keys and query");
  config.add("feature_scale", decoder.feature_scale, {1e-6, 1e6},
             "what features are multiplied by before the decoder reads them");
  config.add("score", decoder.score,
             {{"tanh", ScoreFunction::kTanh}, {"relu", ScoreFunction::kRelu}},
             "squashing inside the attention score");
  config.add("query", decoder.query,
             {{"hidden", AttentionQuery::kHidden}, {"word", AttentionQuery::kHiddenAndWord}},
             "what the attention asks with: the state, or the state and the previous word");
  config.add("gate", decoder.gate,
             {{"none", ContextGate::kNone},
              {"scalar", ContextGate::kScalar},
              {"vector", ContextGate::kVector}},
             "gate on the attended context");
  config.add("initial_state", decoder.initial_state,
             {{"linear", InitialState::kLinear},
              {"tanh", InitialState::kTanh},
              {"mlp", InitialState::kMlp}},
             "how the first state follows from the mean feature");
  config.add(
      "output", decoder.output,
      {{"plain", OutputLayer::kPlain}, {"sum", OutputLayer::kSum}, {"deep", OutputLayer::kDeep}},
      "how words are scored");
  config.add("embedding_dropout", decoder.embedding_dropout, {0, 0.99F}, "dropout on word vectors");
  config.add("output_dropout", decoder.output_dropout, {0, 0.99F},
             "dropout before the output layer");
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
