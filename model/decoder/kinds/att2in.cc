#include <array>
#include <memory>

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

/// "Att2in" (Rennie 2017, section 3.2): SoftDecoder whose attended z enters the candidate of the
/// cell alone, and none of its other gates. With y the previous word:
///   z = Attention(h, y)   gates = W_y E y + W_h h + b   candidate of gates += W_z z
/// The cell of the paper is maxout_lstm.
class Att2inDecoder final : public Decoder {
 public:
  Att2inDecoder(const DecoderOptions& options, Parameters& parameters);

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
  Parameters::Id word_context_weight() const override { return output_.context_weight(); }

 private:
  struct Loop;

  DecoderOptions options_;
  const Parameters& parameters_;
  // In the order in which model files hold their values.
  WordEmbedding words_;
  StateInitializer initial_;
  Attention attention_;
  Parameters::Id word_weight_;
  StepLinear context_;
  std::unique_ptr<RecurrentCell> cell_;
  Parameters::Id bias_;
  WordScorer output_;
};

struct Att2inDecoder::Loop : DecoderLoop {
  Var word;       // (N,E) embedded previous words
  Var candidate;  // (N,·) what z adds to the candidate
  RecurrentCell::Rows cell;
  AttentionLoop attention;
};

Att2inDecoder::Att2inDecoder(const DecoderOptions& options, Parameters& parameters)
    : options_(options),
      parameters_(parameters),
      words_(options, parameters),
      initial_(options, parameters),
      attention_(options, parameters),
      word_weight_(declare_gates(options, parameters, cell_name(options) + ".word.weight",
                                 options.embedding)),
      context_(parameters, parameters.declare(cell_name(options) + ".context.weight",
                                              {traits_of(options.cell).candidates * options.hidden,
                                               options.feature_width},
                                              linear_uniform(options.hidden))),
      cell_(make_cell(options.cell, parameters, cell_name(options), options.hidden)),
      bias_(parameters.declare(cell_name(options) + ".bias", {gate_width(options)},
                               cell_->traits().input_bias)),
      output_(options, parameters) {}

void Att2inDecoder::refresh() {
  attention_.refresh();
  context_.refresh();
  cell_->refresh();
}

std::unique_ptr<DecoderLoop> Att2inDecoder::make_loop() const { return std::make_unique<Loop>(); }

DecoderMemory Att2inDecoder::prepare(Tape& tape, const Var& features) {
  const Var scaled = scaled_features(tape, features, options_);
  const Var keys = attention_.keys(tape, scaled);
  return {.features = scaled, .keys = keys, .mean = region_mean(tape, scaled), .picture = {}};
}

DecoderState Att2inDecoder::initial_state(Tape& tape, const DecoderMemory& memory,
                                          const RowMap& map) {
  const RecurrentCell::State state = initial_.state(tape, memory.mean, map, *cell_);
  return make_state(std::array{state.h, state.carried});
}

void Att2inDecoder::begin(Tape& tape, DecoderLoop& of_decoder, const DecoderMemory& memory,
                          const RowMap& map, StepRows rows, const Tensor& words,
                          const DropoutSite& site) {
  auto& loop = static_cast<Loop&>(of_decoder);
  loop.rows = rows;
  loop.dropout = site;
  loop.word = words_.rows(tape, words, site);
  loop.cell.gates = linear(tape, loop.word, parameters_.var(word_weight_), parameters_.var(bias_));
  cell_->begin(tape, loop.cell);
  attention_.begin(tape, loop.attention, memory, map, rows, loop.word, loop.cell.h_before);
  const Tensor& gates = loop.cell.gates.value();
  loop.candidate =
      packed_rows(tape, rows.total(), context_.outputs(), gates.dtype(), gates.device());
  context_.begin(tape, loop.attention.z, loop.candidate);
}

DecoderState Att2inDecoder::step(Tape& tape, DecoderLoop& of_decoder, int64_t t,
                                 const DecoderState& state) {
  auto& loop = static_cast<Loop&>(of_decoder);
  const int64_t begin = loop.rows.begin(t), count = loop.rows.count(t);
  const auto rows = [&](const Var& packed) { return tape.rows(packed, begin, count); };
  const Var h = RecurrentCell::carry(tape, loop.cell, begin, count, part(state, 0));
  attention_.step(tape, loop.attention, t, h);
  cell_->add_state(tape, loop.cell, begin, count);
  const Var candidate = rows(loop.candidate);
  context_.step(tape, rows(loop.attention.z), candidate, false);
  add_rows(tape, candidate, rows(loop.cell.gates), cell_->traits().candidate * options_.hidden);
  const RecurrentCell::State after = cell_->activate(tape, loop.cell, begin, count, part(state, 1));
  return make_state(std::array{after.h, after.carried});
}

AttentionTrace Att2inDecoder::attention(const DecoderLoop& loop) const {
  return {.alpha = static_cast<const Loop&>(loop).attention.alpha,
          .sentinel = {},
          .drawn = {},
          .reward_state = {}};
}

Var Att2inDecoder::logits(Tape& tape, const DecoderLoop& of_decoder) {
  const auto& loop = static_cast<const Loop&>(of_decoder);
  return output_.logits(tape, {loop.cell.h, loop.word, loop.attention.z}, loop.dropout);
}

}  // namespace

std::unique_ptr<Decoder> make_att2in(const DecoderOptions& options, Parameters& parameters) {
  return std::make_unique<Att2inDecoder>(options, parameters);
}

}  // namespace storyteller
