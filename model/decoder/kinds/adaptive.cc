#include <array>
#include <memory>

#include "core/dispatch.h"
#include "core/error.h"
#include "model/decoder/attention.h"
#include "model/decoder/cells/recurrent_cell.h"
#include "model/decoder/decoder.h"
#include "model/decoder/initial_state.h"
#include "model/decoder/kinds/cell_parameters.h"
#include "model/decoder/output_layer.h"
#include "model/decoder/word_embedding.h"

namespace storyteller {
namespace {

/// The options with the cell that has a sentinel.
DecoderOptions with_sentinel(DecoderOptions options) {
  if (options.cell != CellKind::kLstm) {
    throw UsageError("decoder=adaptive looks away to the cell state of an LSTM, and cell=" +
                     name_of(options.cell) + " is none; set cell=lstm or decoder=soft");
  }
  options.cell = CellKind::kSentinelLstm;
  return options;
}

/// Adaptive attention, "Knowing When to Look" (Lu 2017): beside the regions there is a sentinel to
/// attend to, which holds what the cell knows without looking. With regions a_l, their mean a, the
/// previous word y and an LSTM of a fifth gate s:
///   v_l = relu(W_a a_l)   v = relu(W_b a)   gates = W_y E y + W_v v + W_h h + b
///   c', h' = lstm(gates, c)   sentinel = sigmoid(s) tanh(c')
///   z = VisualSentinel(Attention(v_l, h'), sentinel with the key W_s sentinel)
/// Words are scored by h' + z (OutputLayer::kPlain: equation 13), or as the output layer has it.
class AdaptiveDecoder final : public Decoder {
 public:
  /// Throws UsageError for another cell than lstm: the others hold nothing apart from their state.
  AdaptiveDecoder(const DecoderOptions& options, Parameters& parameters);

  int64_t vocabulary() const override { return options_.vocabulary; }
  std::unique_ptr<DecoderLoop> make_loop() const override;
  DecoderMemory prepare(Tape& tape, const Var& features) override;
  DecoderState initial_state(Tape& tape, const DecoderMemory& memory, const RowMap& map) override;
  void begin(Tape& tape, DecoderLoop& loop, const DecoderMemory& memory, const RowMap& map,
             StepRows rows, const Tensor& words, const DropoutSite& site) override;
  DecoderState step(Tape& tape, DecoderLoop& loop, int64_t t, const DecoderState& state) override;
  Var logits(Tape& tape, const DecoderLoop& loop) override;
  bool attends() const override { return true; }
  AttentionTrace attention(const DecoderLoop& loop) const override;
  void refresh() override;

 private:
  struct Loop;

  DecoderOptions options_;
  const Parameters& parameters_;
  // In the order in which model files hold their values.
  WordEmbedding words_;
  LinearLayer region_, picture_;
  StateInitializer initial_;
  Attention attention_;
  StepLinear sentinel_key_;
  Parameters::Id word_weight_;
  LinearLayer picture_gates_;
  std::unique_ptr<RecurrentCell> cell_;
  Parameters::Id bias_;
  WordScorer output_;
};

struct AdaptiveDecoder::Loop : DecoderLoop {
  Var word;     // (N,E) embedded previous words
  Var picture;  // (B,G·H) what the whole picture adds to the gates of each caption
  RecurrentCell::Rows cell;
  AttentionLoop attention;
  SentinelLoop sentinel;
};

AdaptiveDecoder::AdaptiveDecoder(const DecoderOptions& options, Parameters& parameters)
    : options_(with_sentinel(options)),
      parameters_(parameters),
      words_(options, parameters),
      region_(parameters, "decoder.region", {options.hidden, options.feature_width}),
      picture_(parameters, "decoder.picture", {options.embedding, options.feature_width}),
      initial_(options, parameters),
      attention_(options, parameters, options.hidden),
      sentinel_key_(
          parameters,
          parameters.declare("decoder.sentinel.key.weight", {options.attention, options.hidden},
                             linear_uniform(options.hidden)),
          parameters.declare("decoder.sentinel.key.bias", {options.attention},
                             Initializer::constant(0))),
      word_weight_(
          declare_gates(options_, parameters, "decoder.lstm.word.weight", options.embedding)),
      picture_gates_(parameters, "decoder.lstm.picture", {gate_width(options_), options.embedding},
                     LinearLayer::Bias::kNone),
      cell_(make_cell(options_.cell, parameters, "decoder.lstm", options.hidden)),
      bias_(parameters.declare("decoder.lstm.bias", {gate_width(options_)},
                               cell_->traits().input_bias)),
      output_(options, parameters, WordScorer::Context::kAttended, options.hidden) {}

void AdaptiveDecoder::refresh() {
  attention_.refresh();
  sentinel_key_.refresh();
  cell_->refresh();
}

std::unique_ptr<DecoderLoop> AdaptiveDecoder::make_loop() const { return std::make_unique<Loop>(); }

DecoderMemory AdaptiveDecoder::prepare(Tape& tape, const Var& features) {
  const int64_t I = features.shape()[0], L = features.shape()[1];
  const Var scaled = scaled_features(tape, features, options_);
  const Var flat = tape.reshaped(scaled, {I * L, options_.feature_width});
  const Var regions = tape.reshaped(relu(tape, region_.apply(tape, flat)), {I, L, options_.hidden});
  const Var mean = region_mean(tape, scaled);
  const Var picture = relu(tape, picture_.apply(tape, mean));
  return {.features = regions,
          .keys = attention_.keys(tape, regions),
          .mean = mean,
          .picture = picture_gates_.apply(tape, picture)};
}

DecoderState AdaptiveDecoder::initial_state(Tape& tape, const DecoderMemory& memory,
                                            const RowMap& map) {
  const RecurrentCell::State state = initial_.state(tape, memory.mean, map, *cell_);
  return make_state(std::array{state.h, state.carried});
}

void AdaptiveDecoder::begin(Tape& tape, DecoderLoop& of_decoder, const DecoderMemory& memory,
                            const RowMap& map, StepRows rows, const Tensor& words,
                            const DropoutSite& site) {
  auto& loop = static_cast<Loop&>(of_decoder);
  loop.rows = rows;
  loop.dropout = site;
  loop.word = words_.rows(tape, words, site);
  loop.picture = picture_rows(tape, memory.picture, map);
  loop.cell.gates = words_.product(tape, loop.word, words, site, parameters_.var(word_weight_),
                                   parameters_.var(bias_));
  cell_->begin(tape, loop.cell);

  const Tensor& regions = memory.features.value();
  const DType type = regions.dtype();
  const int64_t N = rows.total(), L = regions.size(1);
  const auto packed = [&](int64_t width, DType of) {
    return packed_rows(tape, N, width, of, regions.device());
  };
  loop.attention.log_sum = packed(1, wide(type));
  attention_.begin(tape, loop.attention, memory, map, rows, loop.word, loop.cell.h);
  loop.sentinel.key = packed(options_.attention, type);
  loop.sentinel.sentinel = loop.cell.sentinel;
  loop.sentinel.share = packed(1, wide(type));
  loop.sentinel.weights = packed(L, wide(type));
  loop.sentinel.z = packed(options_.hidden, type);
  sentinel_key_.begin(tape, loop.cell.sentinel, loop.sentinel.key);
  visual_sentinel_begin(tape, loop.attention, loop.sentinel);
}

DecoderState AdaptiveDecoder::step(Tape& tape, DecoderLoop& of_decoder, int64_t t,
                                   const DecoderState& state) {
  auto& loop = static_cast<Loop&>(of_decoder);
  const int64_t begin = loop.rows.begin(t), count = loop.rows.count(t);
  const auto rows = [&](const Var& packed) { return tape.rows(packed, begin, count); };
  RecurrentCell::carry(tape, loop.cell, begin, count, part(state, 0));
  add_rows(tape, loop.picture, rows(loop.cell.gates));
  cell_->add_state(tape, loop.cell, begin, count);
  const RecurrentCell::State after = cell_->activate(tape, loop.cell, begin, count, part(state, 1));
  sentinel_key_.step(tape, rows(loop.cell.sentinel), rows(loop.sentinel.key), false);
  attention_.step(tape, loop.attention, t, after.h);
  visual_sentinel_step(tape, loop.attention, loop.sentinel, t);
  return make_state(std::array{after.h, after.carried});
}

AttentionTrace AdaptiveDecoder::attention(const DecoderLoop& loop) const {
  const SentinelLoop& sentinel = static_cast<const Loop&>(loop).sentinel;
  return {.alpha = sentinel.weights,
          .sentinel = sentinel.share,
          .gate = {},
          .drawn = {},
          .reward_state = {}};
}

Var AdaptiveDecoder::logits(Tape& tape, const DecoderLoop& of_decoder) {
  const auto& loop = static_cast<const Loop&>(of_decoder);
  const Var& z = loop.sentinel.z;
  const Var h = options_.output == OutputLayer::kPlain ? add(tape, loop.cell.h, z) : loop.cell.h;
  return output_.logits(tape, {h, loop.word, z}, loop.dropout);
}

}  // namespace

std::unique_ptr<Decoder> make_adaptive(const DecoderOptions& options, Parameters& parameters) {
  return std::make_unique<AdaptiveDecoder>(options, parameters);
}

}  // namespace storyteller
