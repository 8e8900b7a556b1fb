#include "model/decoder/attention.h"

#include "core/dispatch.h"

namespace storyteller {

Attention::Attention(const DecoderOptions& options, Parameters& parameters, int64_t width)
    : options_(options),
      parameters_(parameters),
      key_(parameters, "decoder.attention.key", {options.attention, width}) {
  const int64_t E = options.embedding, H = options.hidden, A = options.attention;
  const Initializer zero = Initializer::constant(0);
  const Parameters::Id query =
      parameters.declare("decoder.attention.query.weight", {A, H}, linear_uniform(H));
  query_bias_ = parameters.declare("decoder.attention.query.bias", {A}, zero);
  if (options.query == AttentionQuery::kHiddenAndWord) {
    query_word_weight_ =
        parameters.declare("decoder.attention.query.word.weight", {A, E}, linear_uniform(E));
  }
  // Where words ask too, the bias comes with them.
  query_ = StepLinear(parameters, query, query_word_weight_ < 0 ? query_bias_ : -1);
  score_weight_ = parameters.declare("decoder.attention.score.weight", {A}, linear_uniform(A));
  if (options.gate == ContextGate::kNone) return;
  const int64_t gates = options.gate == ContextGate::kVector ? width : 1;
  const Parameters::Id gate =
      parameters.declare("decoder.attention.gate.weight", {gates, H}, linear_uniform(H));
  gate_ = StepLinear(parameters, gate,
                     parameters.declare("decoder.attention.gate.bias", {gates}, zero));
}

Var Attention::keys(Tape& tape, const Var& features) const {
  const int64_t I = features.shape()[0], L = features.shape()[1], D = features.shape()[2];
  const Var keys = key_.apply(tape, tape.reshaped(features, {I * L, D}));
  return tape.reshaped(keys, {I, L, options_.attention});
}

void Attention::begin(Tape& tape, AttentionLoop& loop, const DecoderMemory& memory,
                      const RowMap& map, StepRows rows, const Var& word, const Var& h) {
  const DType type = memory.features.value().dtype();
  const Device device = memory.features.value().device();
  const int64_t N = rows.total(), D = memory.features.shape()[2], L = memory.features.shape()[1];
  loop.keys = memory.keys;
  loop.values = memory.features;
  loop.score_weight = parameters_.var(score_weight_);
  loop.query = query_word_weight_ < 0 ? packed_rows(tape, N, options_.attention, type, device)
                                      : linear(tape, word, parameters_.var(query_word_weight_),
                                               parameters_.var(query_bias_));
  loop.alpha = packed_rows(tape, N, L, wide(type), device);
  loop.z = packed_rows(tape, N, D, type, device);
  loop.map = map;
  loop.rows = rows;
  loop.score = options_.score;
  loop.gate_kind = options_.gate;
  query_.begin(tape, h, loop.query);
  if (gate_) {
    loop.gate = packed_rows(tape, N, gate_.outputs(), type, device);
    gate_.begin(tape, h, loop.gate);
  }
  attention_begin(tape, loop);
}

void Attention::step(Tape& tape, AttentionLoop& loop, int64_t t, const Var& h) {
  const auto rows = [&](const Var& packed) {
    return tape.rows(packed, loop.rows.begin(t), loop.rows.count(t));
  };
  query_.step(tape, h, rows(loop.query), query_word_weight_ >= 0);
  if (gate_) gate_.step(tape, h, rows(loop.gate), false);
  attention_step(tape, loop, t);
}

void Attention::refresh() {
  query_.refresh();
  if (gate_) gate_.refresh();
}

}  // namespace storyteller
