#include "model/decoder/decoder_options.h"

namespace storyteller {

void declare(DecoderOptions& options, Config& config) {
  config.add("decoder", options.kind, decoder_choices(),
             "soft attends to regions, for each word anew; fixed reads their mean once, before the "
             "first word");
  config.add("cell", options.cell, cell_choices(),
             "lstm, gru or rnn: what makes a state out of the state before and the word");
  config.add("embedding", options.embedding, {1, 65536}, "width of the word vectors");
  config.add("hidden", options.hidden, {1, 65536}, "width of the state");
  config.add("attention", options.attention, {1, 65536}, "width of keys and query");
  config.add("feature_scale", options.feature_scale, {1e-6, 1e6},
             "what features are multiplied by before the decoder reads them");
  config.add("score", options.score,
             {{"tanh", ScoreFunction::kTanh}, {"relu", ScoreFunction::kRelu}},
             "squashing inside the attention score");
  config.add("query", options.query,
             {{"hidden", AttentionQuery::kHidden}, {"word", AttentionQuery::kHiddenAndWord}},
             "what the attention asks with: the state, or the state and the previous word");
  config.add("gate", options.gate,
             {{"none", ContextGate::kNone},
              {"scalar", ContextGate::kScalar},
              {"vector", ContextGate::kVector}},
             "gate on the attended context");
  config.add("initial_state", options.initial_state,
             {{"linear", InitialState::kLinear},
              {"tanh", InitialState::kTanh},
              {"mlp", InitialState::kMlp}},
             "how the first state follows from the mean feature");
  config.add(
      "output", options.output,
      {{"plain", OutputLayer::kPlain}, {"sum", OutputLayer::kSum}, {"deep", OutputLayer::kDeep}},
      "how words are scored");
  config.add("embedding_dropout", options.embedding_dropout, {0, 0.99F}, "dropout on word vectors");
  config.add("output_dropout", options.output_dropout, {0, 0.99F},
             "dropout before the output layer");
}

}  // namespace storyteller
