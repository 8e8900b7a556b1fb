#include "model/decoder/decoder_options.h"

namespace storyteller {

void declare(DecoderOptions& options, Config& config) {
  config.add("decoder", options.kind, decoder_choices(), "kind of decoder: " + describe_decoders());
  config.add("cell", options.cell, cell_choices(), "recurrent cell");
  config.add("embedding", options.embedding, {1, 65536}, "word embedding dimension");
  config.add("hidden", options.hidden, {1, 65536}, "hidden dimension");
  config.add("attention", options.attention, {1, 65536}, "attention dimension");
  config.add("feature_scale", options.feature_scale, {1e-6, 1e6},
             "scale of the features that the decoder reads");
  config.add("score", options.score,
             {{"tanh", ScoreFunction::kTanh}, {"relu", ScoreFunction::kRelu}},
             "activation of the attention score");
  config.add("query", options.query,
             {{"hidden", AttentionQuery::kHidden}, {"word", AttentionQuery::kHiddenAndWord}},
             "attention query: hidden state, or hidden state and previous word");
  config.add("gate", options.gate,
             {{"none", ContextGate::kNone},
              {"scalar", ContextGate::kScalar},
              {"vector", ContextGate::kVector}},
             "gate on the context vector");
  config.add("initial_state", options.initial_state,
             {{"linear", InitialState::kLinear},
              {"tanh", InitialState::kTanh},
              {"mlp", InitialState::kMlp},
              {"zero", InitialState::kZero}},
             "initial hidden state from the mean feature");
  config.add(
      "image_input", options.image_input,
      {{"first", ImageInput::kFirst}, {"every", ImageInput::kEvery}, {"state", ImageInput::kState}},
      "decoder=fixed reads the picture before the first word, beside every word, or as its "
      "first state");
  config.add(
      "output", options.output,
      {{"plain", OutputLayer::kPlain}, {"sum", OutputLayer::kSum}, {"deep", OutputLayer::kDeep}},
      "output layer");
  config.add("semi_sampling", options.semi_sampling, {0, 1},
             "decoder=hard: probability that a step samples regions; the others take their mean");
  config.add("decoding_region", options.decoding_region,
             {{"expectation", DecodingRegion::kExpectation},
              {"argmax", DecodingRegion::kArgmax},
              {"sample", DecodingRegion::kSample}},
             "decoder=hard: regions that captioning reads");
  config.add("embedding_dropout", options.embedding_dropout, {0, 0.99F},
             "dropout on word embeddings");
  config.add("output_dropout", options.output_dropout, {0, 0.99F},
             "dropout before the output layer");
}

}  // namespace storyteller
