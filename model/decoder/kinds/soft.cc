#include "model/decoder/kinds/soft.h"

#include <array>
#include <cmath>
#include <string>

#include "core/dispatch.h"
#include "kernels/philox.h"

namespace storyteller {
namespace {

// Sites of the dropout masks; see philox_key.
constexpr uint64_t kEmbeddingSite = 0x656D6264, kOutputSite = 0x6F757470, kDeepSite = 0x64656570;

/// The bound that torch.nn.Linear takes for K inputs.
Initializer linear_uniform(int64_t K) {
  return Initializer::uniform(1.0F / std::sqrt(static_cast<float>(K)));
}

Var packed_rows(Tape& tape, int64_t N, int64_t width, DType type, Device device) {
  return tape.output(Tensor::empty({N, width}, type, device), true);
}

}  // namespace

struct SoftDecoder::Loop : DecoderLoop {
  Var word;      // (N,E) embedded previous words
  Var h_before;  // (N,H) hidden state that each step started from
  Var gates;     // (N,4H)
  Var h;         // (N,H) hidden state after each step
  AttentionLoop attention;
};

SoftDecoder::SoftDecoder(const DecoderOptions& options, Parameters& parameters)
    : options_(options), parameters_(parameters) {
  const int64_t V = options.vocabulary, D = options.feature_width, E = options.embedding,
                H = options.hidden, A = options.attention;
  const auto declare = [&](const char* name, Shape shape, Initializer initializer) {
    return parameters.declare(std::string("decoder.") + name, shape, initializer);
  };
  const Initializer zero = Initializer::constant(0);
  embedding_ = declare("embedding.weight", {V, E}, Initializer::uniform(0.1F));
  int64_t state_input = D;
  if (options.initial_state == InitialState::kMlp) {
    mean_weight_ = declare("initial.mean.weight", {H, D}, linear_uniform(D));
    mean_bias_ = declare("initial.mean.bias", {H}, zero);
    state_input = H;
  }
  initial_hidden_weight_ =
      declare("initial.hidden.weight", {H, state_input}, linear_uniform(state_input));
  initial_hidden_bias_ = declare("initial.hidden.bias", {H}, zero);
  initial_cell_weight_ =
      declare("initial.cell.weight", {H, state_input}, linear_uniform(state_input));
  initial_cell_bias_ = declare("initial.cell.bias", {H}, zero);
  key_weight_ = declare("attention.key.weight", {A, D}, linear_uniform(D));
  key_bias_ = declare("attention.key.bias", {A}, zero);
  query_weight_ = declare("attention.query.weight", {A, H}, linear_uniform(H));
  query_bias_ = declare("attention.query.bias", {A}, zero);
  if (options.query == AttentionQuery::kHiddenAndWord) {
    query_word_weight_ = declare("attention.query.word.weight", {A, E}, linear_uniform(E));
  }
  score_weight_ = declare("attention.score.weight", {A}, linear_uniform(A));
  if (options.gate != ContextGate::kNone) {
    const int64_t width = options.gate == ContextGate::kVector ? D : 1;
    gate_weight_ = declare("attention.gate.weight", {width, H}, linear_uniform(H));
    gate_bias_ = declare("attention.gate.bias", {width}, zero);
  }
  word_weight_ = declare("lstm.word.weight", {4 * H, E}, linear_uniform(H));
  context_weight_ = declare("lstm.context.weight", {4 * H, D}, linear_uniform(H));
  hidden_weight_ = declare("lstm.hidden.weight", {4 * H, H}, Initializer::orthogonal());
  gates_bias_ = declare("lstm.bias", {4 * H}, Initializer::forget_bias());
  int64_t output_input = H;
  if (options.output == OutputLayer::kDeep) {
    deep_hidden_weight_ = declare("output.hidden.weight", {E, H}, linear_uniform(H));
    deep_hidden_bias_ = declare("output.hidden.bias", {E}, zero);
    deep_context_weight_ = declare("output.context.weight", {E, D}, linear_uniform(D));
    output_input = E;
  }
  output_weight_ = declare("output.weight", {V, output_input}, Initializer::uniform(0.1F));
  if (options.output == OutputLayer::kSum) {
    output_context_weight_ = declare("output.context.weight", {V, D}, Initializer::normal(0.01F));
  }
  output_bias_ = declare("output.bias", {V}, zero);
}

StepWeight SoftDecoder::step_weight(Parameters::Id weight, PackedBothWays& packed,
                                    Parameters::Id bias) {
  return {parameters_.var(weight), bias < 0 ? Var() : parameters_.var(bias), &packed.weight,
          &packed.transpose};
}

StepWeight SoftDecoder::query_weight() {  // where words ask too, the bias came with them
  return step_weight(query_weight_, packed_query_, query_word_weight_ < 0 ? query_bias_ : -1);
}

void SoftDecoder::refresh() {
  const uint64_t version = parameters_.version();
  pack(step_weight(query_weight_, packed_query_), version);
  if (gate_weight_ >= 0) pack(step_weight(gate_weight_, packed_gate_), version);
  pack(step_weight(hidden_weight_, packed_hidden_), version);
  pack(step_weight(context_weight_, packed_context_), version);
}

DecoderMemory SoftDecoder::prepare(Tape& tape, const Var& features) {
  check_shape("decoder",
              features.shape().rank() == 3 && features.shape()[2] == options_.feature_width,
              "features must be (I,L,D) with the model's D", features.shape());
  const int64_t I = features.shape()[0], L = features.shape()[1], D = features.shape()[2];
  const Var scaled = scale(tape, features, options_.feature_scale);
  const Var rows = tape.reshaped(scaled, {I * L, D});
  const Var keys = linear(tape, rows, parameters_.var(key_weight_), parameters_.var(key_bias_));
  return {scaled, tape.reshaped(keys, {I, L, options_.attention}), region_mean(tape, scaled)};
}

DecoderState SoftDecoder::initial_state(Tape& tape, const DecoderMemory& memory,
                                        const RowMap& map) {
  Var mean = memory.mean;
  if (options_.initial_state == InitialState::kMlp) {
    mean =
        relu(tape, linear(tape, mean, parameters_.var(mean_weight_), parameters_.var(mean_bias_)));
  }
  const auto state = [&](Parameters::Id weight, Parameters::Id bias) {
    Var x = linear(tape, mean, parameters_.var(weight), parameters_.var(bias));
    if (options_.initial_state != InitialState::kLinear) x = tanh(tape, x);
    return picture_rows(tape, x, map);
  };
  const Var c = state(initial_cell_weight_, initial_cell_bias_);
  return make_state(std::array{state(initial_hidden_weight_, initial_hidden_bias_),
                               cast(tape, c, wide(c.value().dtype()))});
}

std::unique_ptr<DecoderLoop> SoftDecoder::make_loop() const { return std::make_unique<Loop>(); }

void SoftDecoder::begin(Tape& tape, DecoderLoop& of_decoder, const DecoderMemory& memory,
                        const RowMap& map, StepRows rows, const Tensor& words,
                        const DropoutSite& site) {
  auto& loop = static_cast<Loop&>(of_decoder);
  const DType type = memory.features.value().dtype();
  const Device device = memory.features.value().device();
  const int64_t N = rows.total(), H = options_.hidden, D = options_.feature_width,
                L = memory.features.shape()[1];
  loop.rows = rows;
  loop.dropout = site;
  loop.word =
      dropout(tape, embedding(tape, parameters_.var(embedding_), words), options_.embedding_dropout,
              {philox_key(site.seed, site.step, kEmbeddingSite), site.row_key});
  loop.gates = linear(tape, loop.word, parameters_.var(word_weight_), parameters_.var(gates_bias_));
  loop.h_before = packed_rows(tape, N, H, type, device);
  loop.h = packed_rows(tape, N, H, type, device);

  AttentionLoop& attention = loop.attention;
  attention.keys = memory.keys;
  attention.values = memory.features;
  attention.score_weight = parameters_.var(score_weight_);
  attention.query = query_word_weight_ < 0
                        ? packed_rows(tape, N, options_.attention, type, device)
                        : linear(tape, loop.word, parameters_.var(query_word_weight_),
                                 parameters_.var(query_bias_));
  attention.alpha = packed_rows(tape, N, L, wide(type), device);
  attention.z = packed_rows(tape, N, D, type, device);
  attention.map = map;
  attention.rows = rows;
  attention.score = options_.score;
  attention.gate_kind = options_.gate;
  linear_weight_gradient(tape, loop.h_before, query_weight(), attention.query);
  if (options_.gate != ContextGate::kNone) {
    attention.gate = packed_rows(
        tape, N, gate_weight_ < 0 ? 0 : parameters_.value(gate_bias_).elements(), type, device);
    linear_weight_gradient(tape, loop.h_before, step_weight(gate_weight_, packed_gate_, gate_bias_),
                           attention.gate);
  }
  linear_weight_gradient(tape, loop.h_before, step_weight(hidden_weight_, packed_hidden_),
                         loop.gates);
  linear_weight_gradient(tape, attention.z, step_weight(context_weight_, packed_context_),
                         loop.gates);
  attention_begin(tape, attention);
}

DecoderState SoftDecoder::step(Tape& tape, DecoderLoop& of_decoder, int64_t t,
                               const DecoderState& state) {
  auto& loop = static_cast<Loop&>(of_decoder);
  AttentionLoop& attention = loop.attention;
  const int64_t begin = loop.rows.begin(t), count = loop.rows.count(t);
  const auto rows = [&](const Var& packed) { return tape.rows(packed, begin, count); };

  const Var h = rows(loop.h_before);
  carry_rows(tape, part(state, 0), h);
  linear_step(tape, h, query_weight(), rows(attention.query), query_word_weight_ >= 0);
  if (options_.gate != ContextGate::kNone) {
    linear_step(tape, h, step_weight(gate_weight_, packed_gate_, gate_bias_), rows(attention.gate),
                false);
  }
  attention_step(tape, attention, t);

  const Var gates = rows(loop.gates);
  linear_step(tape, h, step_weight(hidden_weight_, packed_hidden_), gates, true);
  linear_step(tape, rows(attention.z), step_weight(context_weight_, packed_context_), gates, true);
  const Var& before = part(state, 1);
  const Var c = before.shape()[0] == count ? before : tape.rows(before, 0, count);
  const Var h_out = rows(loop.h);
  const Var c_out = lstm_cell(tape, gates, c, h_out);
  return make_state(std::array{h_out, c_out});
}

AttentionTrace SoftDecoder::attention(const DecoderLoop& loop) const {
  return {.alpha = static_cast<const Loop&>(loop).attention.alpha};
}

Var SoftDecoder::logits(Tape& tape, const DecoderLoop& of_decoder) {
  const auto& loop = static_cast<const Loop&>(of_decoder);
  const DropoutSite& site = loop.dropout;
  Var h = dropout(tape, loop.h, options_.output_dropout,
                  {philox_key(site.seed, site.step, kOutputSite), site.row_key});
  if (options_.output == OutputLayer::kDeep) {
    h = add(
        tape,
        linear(tape, h, parameters_.var(deep_hidden_weight_), parameters_.var(deep_hidden_bias_)),
        linear(tape, loop.attention.z, parameters_.var(deep_context_weight_), Var()));
    h = dropout(tape, tanh(tape, add(tape, h, loop.word)), options_.output_dropout,
                {philox_key(site.seed, site.step, kDeepSite), site.row_key});
  }
  const int64_t width = padded_width(h.value().device(), options_.vocabulary);
  const Var words =
      linear(tape, h, parameters_.var(output_weight_), parameters_.var(output_bias_), width);
  if (options_.output != OutputLayer::kSum) return words;
  const Var z = dropout(tape, loop.attention.z, options_.output_dropout,
                        {philox_key(site.seed, site.step, kDeepSite), site.row_key});
  return add(tape, words, linear(tape, z, parameters_.var(output_context_weight_), Var(), width));
}

}  // namespace storyteller
