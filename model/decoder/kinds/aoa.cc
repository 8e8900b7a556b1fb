#include <array>
#include <memory>
#include <string>

#include "core/dispatch.h"
#include "model/decoder/attention.h"
#include "model/decoder/cells/recurrent_cell.h"
#include "model/decoder/decoder.h"
#include "model/decoder/initial_state.h"
#include "model/decoder/kinds/cell_parameters.h"
#include "model/decoder/output_layer.h"
#include "model/decoder/word_embedding.h"

namespace storyteller {
namespace {

/// What makes information and gate out of one of their two inputs, bounded as one map of both.
Parameters::Id declare_halves(const DecoderOptions& options, Parameters& parameters,
                              const std::string& input) {
  return parameters.declare("decoder.context." + input + ".weight",
                            {2 * options.hidden, options.hidden},
                            linear_uniform(2 * options.hidden));
}

/// "Attention on Attention" (Huang 2019, section 3.3): what was attended to is looked at once more,
/// and a gate lets of it through what goes with the state. With regions a_l, the previous word y
/// and the context x of the word before, at first 0:
///   v_l = relu(W_a a_l + b_a)   v = their mean
///   gates = W_y E y + W_v (v + x) + W_h h + b        h' = cell(gates, h)
///   z = Attention(v_l, h')      i|g = W_z z + U h' + c      x' = i sigmoid(g)
/// Words are scored by x'. The attention is additive, with one head.
class AoaDecoder final : public Decoder {
 public:
  AoaDecoder(const DecoderOptions& options, Parameters& parameters);

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
  LinearLayer region_;
  StateInitializer initial_;
  Attention attention_;
  Parameters::Id word_weight_, picture_weight_;
  StepLinear context_gates_;
  std::unique_ptr<RecurrentCell> cell_;
  Parameters::Id bias_, context_bias_;
  StepLinear attended_, hidden_;
  WordScorer output_;
};

struct AoaDecoder::Loop : DecoderLoop {
  Var word;            // (N,E) embedded previous words
  Var picture;         // (B,G·H) what the whole picture adds to the gates of each caption
  Var context_before;  // (N,H) the context that each step starts from
  Var halves;          // (N,2H) information and gate
  Var context;         // (N,H) their product
  RecurrentCell::Rows cell;
  AttentionLoop attention;
};

AoaDecoder::AoaDecoder(const DecoderOptions& options, Parameters& parameters)
    : options_(options),
      parameters_(parameters),
      words_(options, parameters),
      region_(parameters, "decoder.region", {options.hidden, options.feature_width}),
      initial_(options, parameters),
      attention_(options, parameters, options.hidden),
      word_weight_(declare_gates(options, parameters, cell_name(options) + ".word.weight",
                                 options.embedding)),
      picture_weight_(declare_gates(options, parameters, cell_name(options) + ".picture.weight",
                                    options.hidden)),
      context_gates_(parameters, picture_weight_),
      cell_(make_cell(options.cell, parameters, cell_name(options), options.hidden)),
      bias_(parameters.declare(cell_name(options) + ".bias", {gate_width(options)},
                               cell_->traits().input_bias)),
      context_bias_(parameters.declare("decoder.context.bias", {2 * options.hidden},
                                       Initializer::constant(0))),
      attended_(parameters, declare_halves(options, parameters, "attended"), context_bias_),
      hidden_(parameters, declare_halves(options, parameters, "hidden")),
      output_(options, parameters, WordScorer::Context::kAttended, options.hidden) {}

void AoaDecoder::refresh() {
  attention_.refresh();
  context_gates_.refresh();
  cell_->refresh();
  attended_.refresh();
  hidden_.refresh();
}

std::unique_ptr<DecoderLoop> AoaDecoder::make_loop() const { return std::make_unique<Loop>(); }

DecoderMemory AoaDecoder::prepare(Tape& tape, const Var& features) {
  const int64_t I = features.shape()[0], L = features.shape()[1];
  const Var scaled = scaled_features(tape, features, options_);
  const Var flat = tape.reshaped(scaled, {I * L, options_.feature_width});
  const Var regions = tape.reshaped(relu(tape, region_.apply(tape, flat)), {I, L, options_.hidden});
  const Var mean = region_mean(tape, regions);
  const bool from_zero = options_.initial_state == InitialState::kZero;
  return {.features = regions,
          .keys = attention_.keys(tape, regions),
          .mean = from_zero ? mean : region_mean(tape, scaled),
          .picture = linear(tape, mean, parameters_.var(picture_weight_), Var())};
}

DecoderState AoaDecoder::initial_state(Tape& tape, const DecoderMemory& memory, const RowMap& map) {
  const RecurrentCell::State state = initial_.state(tape, memory.mean, map, *cell_);
  const Tensor& regions = memory.features.value();
  const Var nothing(
      Tensor::zeros({map.rows(), options_.hidden}, regions.dtype(), regions.device()));
  return make_state(std::array{state.h, state.carried, nothing});
}

void AoaDecoder::begin(Tape& tape, DecoderLoop& of_decoder, const DecoderMemory& memory,
                       const RowMap& map, StepRows rows, const Tensor& words,
                       const DropoutSite& site) {
  auto& loop = static_cast<Loop&>(of_decoder);
  loop.rows = rows;
  loop.dropout = site;
  loop.word = words_.rows(tape, words, site);
  loop.picture = picture_rows(tape, memory.picture, map);
  loop.cell.gates = words_.product(tape, loop.word, words, site, parameters_.var(word_weight_),
                                   parameters_.var(bias_));
  const Tensor& gates = loop.cell.gates.value();
  const auto packed = [&](int64_t width) {
    return packed_rows(tape, rows.total(), width, gates.dtype(), gates.device());
  };
  loop.context_before = packed(options_.hidden);
  loop.halves = packed(2 * options_.hidden);
  loop.context = packed(options_.hidden);
  cell_->begin(tape, loop.cell);
  context_gates_.begin(tape, loop.context_before, loop.cell.gates);
  attention_.begin(tape, loop.attention, memory, map, rows, loop.word, loop.cell.h);
  attended_.begin(tape, loop.attention.z, loop.halves);
  hidden_.begin(tape, loop.cell.h, loop.halves);
}

DecoderState AoaDecoder::step(Tape& tape, DecoderLoop& of_decoder, int64_t t,
                              const DecoderState& state) {
  auto& loop = static_cast<Loop&>(of_decoder);
  const int64_t begin = loop.rows.begin(t), count = loop.rows.count(t);
  const auto rows = [&](const Var& packed) { return tape.rows(packed, begin, count); };
  RecurrentCell::carry(tape, loop.cell, begin, count, part(state, 0));
  const Var before = rows(loop.context_before), gates = rows(loop.cell.gates);
  carry_rows(tape, part(state, 2), before);
  add_rows(tape, loop.picture, gates);
  context_gates_.step(tape, before, gates, true);
  cell_->add_state(tape, loop.cell, begin, count);
  const RecurrentCell::State after = cell_->activate(tape, loop.cell, begin, count, part(state, 1));
  attention_.step(tape, loop.attention, t, after.h);

  const Var halves = rows(loop.halves), context = rows(loop.context);
  attended_.step(tape, rows(loop.attention.z), halves, false);
  hidden_.step(tape, after.h, halves, true);
  glu(tape, halves, context);
  return make_state(std::array{after.h, after.carried, context});
}

AttentionTrace AoaDecoder::attention(const DecoderLoop& loop) const {
  return {.alpha = static_cast<const Loop&>(loop).attention.alpha,
          .sentinel = {},
          .gate = static_cast<const Loop&>(loop).halves,
          .gate_begin = options_.hidden,
          .drawn = {},
          .reward_state = {}};
}

Var AoaDecoder::logits(Tape& tape, const DecoderLoop& of_decoder) {
  const auto& loop = static_cast<const Loop&>(of_decoder);
  return output_.logits(tape, {.h = loop.context, .word = loop.word, .z = loop.attention.z},
                        loop.dropout);
}

}  // namespace

std::unique_ptr<Decoder> make_aoa(const DecoderOptions& options, Parameters& parameters) {
  return std::make_unique<AoaDecoder>(options, parameters);
}

}  // namespace storyteller
