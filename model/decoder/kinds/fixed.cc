#include "model/decoder/kinds/fixed.h"

#include <array>
#include <string>

#include "core/dispatch.h"
#include "core/error.h"
#include "model/decoder/kinds/cell_parameters.h"

namespace storyteller {
namespace {

const DecoderOptions& checked(const DecoderOptions& options) {
  if (options.output == OutputLayer::kSum) {
    throw UsageError(
        "output=sum scores words by what the decoder attends to, and decoder=fixed attends to "
        "nothing; set output=plain or output=deep");
  }
  return options;
}

}  // namespace

struct FixedDecoder::Loop : DecoderLoop {
  Var word;  // (N,E) embedded previous words
  RecurrentCell::Rows cell;
};

FixedDecoder::FixedDecoder(const DecoderOptions& options, Parameters& parameters)
    : options_(checked(options)),
      parameters_(parameters),
      words_(options, parameters),
      picture_(parameters, "decoder.picture", {options.embedding, options.feature_width},
               LinearLayer::Bias::kNone),
      word_weight_(parameters.declare(cell_name(options) + ".word.weight",
                                      {gate_width(options), options.embedding},
                                      linear_uniform(options.hidden))),
      cell_(make_cell(options.cell, parameters, cell_name(options), options.hidden)),
      bias_(parameters.declare(cell_name(options) + ".bias", {gate_width(options)},
                               cell_->traits().input_bias)),
      output_(options, parameters, WordScorer::Context::kNone) {}

Var FixedDecoder::gates(Tape& tape, const Var& input) const {
  return linear(tape, input, parameters_.var(word_weight_), parameters_.var(bias_));
}

std::unique_ptr<DecoderLoop> FixedDecoder::make_loop() const { return std::make_unique<Loop>(); }

DecoderMemory FixedDecoder::prepare(Tape& tape, const Var& features) {
  check_shape("decoder",
              features.shape().rank() == 3 && features.shape()[2] == options_.feature_width,
              "features must be (I,L,D) with the model's D", features.shape());
  return {.features = {},
          .keys = {},
          .mean = region_mean(tape, scale(tape, features, options_.feature_scale))};
}

DecoderState FixedDecoder::initial_state(Tape& tape, const DecoderMemory& memory,
                                         const RowMap& map) {
  const RecurrentCell::State state =
      cell_->step_from_zero(tape, gates(tape, picture_.apply(tape, memory.mean)));
  return make_state(std::array{picture_rows(tape, state.h, map),
                               state.carried ? picture_rows(tape, state.carried, map) : Var()});
}

void FixedDecoder::begin(Tape& tape, DecoderLoop& of_decoder, const DecoderMemory& /*memory*/,
                         const RowMap& /*map*/, StepRows rows, const Tensor& words,
                         const DropoutSite& site) {
  auto& loop = static_cast<Loop&>(of_decoder);
  loop.rows = rows;
  loop.dropout = site;
  loop.word = words_.rows(tape, words, site);
  loop.cell.gates = gates(tape, loop.word);
  cell_->begin(tape, loop.cell);
}

DecoderState FixedDecoder::step(Tape& tape, DecoderLoop& of_decoder, int64_t t,
                                const DecoderState& state) {
  auto& loop = static_cast<Loop&>(of_decoder);
  const int64_t begin = loop.rows.begin(t), count = loop.rows.count(t);
  RecurrentCell::carry(tape, loop.cell, begin, count, part(state, 0));
  cell_->add_state(tape, loop.cell, begin, count);
  const RecurrentCell::State after = cell_->activate(tape, loop.cell, begin, count, part(state, 1));
  return make_state(std::array{after.h, after.carried});
}

Var FixedDecoder::logits(Tape& tape, const DecoderLoop& of_decoder) {
  const auto& loop = static_cast<const Loop&>(of_decoder);
  return output_.logits(tape, {.h = loop.cell.h, .word = loop.word, .z = {}}, loop.dropout);
}

}  // namespace storyteller
