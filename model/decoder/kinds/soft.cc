#include "model/decoder/kinds/soft.h"

#include "core/dispatch.h"
#include "model/decoder/kinds/cell_parameters.h"

namespace storyteller {

namespace {

/// Pre-activations that z adds to.
int64_t context_width(const DecoderOptions& options, SoftDecoder::ContextInto into) {
  return into == SoftDecoder::ContextInto::kGates
             ? gate_width(options)
             : traits_of(options.cell).candidates * options.hidden;
}

}  // namespace

struct SoftDecoder::Loop : DecoderLoop {
  Var word;       // (N,E) embedded previous words
  Var candidate;  // what z adds to the candidate, where it enters that alone
  RecurrentCell::Rows cell;
  AttentionLoop attention;
};

SoftDecoder::SoftDecoder(const DecoderOptions& options, Parameters& parameters, ContextInto into)
    : options_(options),
      into_(into),
      parameters_(parameters),
      words_(options, parameters),
      initial_(options, parameters),
      attention_(options, parameters),
      word_weight_(declare_gates(options, parameters, cell_name(options) + ".word.weight",
                                 options.embedding)),
      context_(parameters, parameters.declare(cell_name(options) + ".context.weight",
                                              {context_width(options, into), options.feature_width},
                                              linear_uniform(options.hidden))),
      cell_(make_cell(options.cell, parameters, cell_name(options), options.hidden)),
      bias_(parameters.declare(cell_name(options) + ".bias", {gate_width(options)},
                               cell_->traits().input_bias)),
      output_(options, parameters) {}

void SoftDecoder::refresh() {
  attention_.refresh();
  context_.refresh();
  cell_->refresh();
}

std::unique_ptr<DecoderLoop> SoftDecoder::make_loop() const { return std::make_unique<Loop>(); }

DecoderMemory SoftDecoder::prepare(Tape& tape, const Var& features) {
  const Var scaled = scaled_features(tape, features, options_);
  const Var keys = attention_.keys(tape, scaled);
  return {.features = scaled, .keys = keys, .mean = region_mean(tape, scaled), .picture = {}};
}

DecoderState SoftDecoder::initial_state(Tape& tape, const DecoderMemory& memory,
                                        const RowMap& map) {
  return state_of(initial_.state(tape, memory.mean, map, *cell_));
}

void SoftDecoder::begin(Tape& tape, DecoderLoop& of_decoder, const DecoderMemory& memory,
                        const RowMap& map, StepRows rows, const Tensor& words,
                        const DropoutSite& site) {
  auto& loop = static_cast<Loop&>(of_decoder);
  loop.rows = rows;
  loop.dropout = site;
  loop.word = words_.rows(tape, words, site);
  loop.cell.gates = words_.product(tape, loop.word, words, site, parameters_.var(word_weight_),
                                   parameters_.var(bias_));
  cell_->begin(tape, loop.cell);
  loop.attention.draw = draw(tape, site);
  attention_.begin(tape, loop.attention, memory, map, rows, loop.word, loop.cell.h_before);
  const Tensor& gates = loop.cell.gates.value();
  loop.candidate =
      into_ == ContextInto::kGates
          ? Var()
          : packed_rows(tape, rows.total(), context_.outputs(), gates.dtype(), gates.device());
  context_.begin(tape, loop.attention.z, loop.candidate ? loop.candidate : loop.cell.gates);
}

DecoderState SoftDecoder::step(Tape& tape, DecoderLoop& of_decoder, int64_t t,
                               const DecoderState& state) {
  auto& loop = static_cast<Loop&>(of_decoder);
  const int64_t begin = loop.rows.begin(t), count = loop.rows.count(t);
  const Var h = RecurrentCell::carry(tape, loop.cell, begin, count, part(state, 0));
  attention_.step(tape, loop.attention, t, h);
  cell_->add_state(tape, loop.cell, begin, count);
  const Var z = tape.rows(loop.attention.z, begin, count);
  const Var gates = tape.rows(loop.cell.gates, begin, count);
  if (into_ == ContextInto::kGates) {
    context_.step(tape, z, gates, true);
  } else {
    const Var candidate = tape.rows(loop.candidate, begin, count);
    context_.step(tape, z, candidate, false);
    add_rows(tape, candidate, gates, cell_->traits().candidate * options_.hidden);
  }
  return state_of(cell_->activate(tape, loop.cell, begin, count, part(state, 1)));
}

AttentionTrace SoftDecoder::attention(const DecoderLoop& loop) const {
  const AttentionLoop& attention = static_cast<const Loop&>(loop).attention;
  return {.alpha = attention.alpha,
          .sentinel = {},
          .gate = attention.gate,
          .drawn = attention.drawn,
          .reward_state = {}};
}

Var SoftDecoder::logits(Tape& tape, const DecoderLoop& of_decoder) {
  const auto& loop = static_cast<const Loop&>(of_decoder);
  return output_.logits(tape, {loop.cell.h, loop.word, loop.attention.z}, loop.dropout);
}

std::unique_ptr<Decoder> make_soft(const DecoderOptions& options, Parameters& parameters) {
  return std::make_unique<SoftDecoder>(options, parameters);
}

}  // namespace storyteller
