#include <array>
#include <memory>
#include <string>

#include "core/dispatch.h"
#include "core/error.h"
#include "model/decoder/cells/recurrent_cell.h"
#include "model/decoder/decoder.h"
#include "model/decoder/initial_state.h"
#include "model/decoder/kinds/cell_parameters.h"
#include "model/decoder/output_layer.h"
#include "model/decoder/word_embedding.h"

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

/// Where the picture is an input, the first state knows nothing of it.
DecoderOptions of_picture(DecoderOptions options) {
  if (options.image_input != ImageInput::kState) options.initial_state = InitialState::kZero;
  return options;
}

/// "Show and Tell" (Vinyals 2015): the picture is read once, as if it were the word before <start>,
/// and nothing is attended to. With the mean feature a, the zero state and y the previous word:
///   h_0 = cell(W_y W_p a + b, 0)        h' = cell(W_y E y + b, h)
/// Or, by ImageInput, beside every word, h' = cell(W_y (E y + W_p a) + b, h) from the zero state,
/// or through the first state alone.
class FixedDecoder final : public Decoder {
 public:
  /// Throws UsageError where the output layer reads what is attended to.
  FixedDecoder(const DecoderOptions& options, Parameters& parameters);

  int64_t vocabulary() const override { return options_.vocabulary; }
  std::unique_ptr<DecoderLoop> make_loop() const override;
  DecoderMemory prepare(Tape& tape, const Var& features) override;
  DecoderState initial_state(Tape& tape, const DecoderMemory& memory, const RowMap& map) override;
  void begin(Tape& tape, DecoderLoop& loop, const DecoderMemory& memory, const RowMap& map,
             StepRows rows, const Tensor& words, const DropoutSite& site) override;
  DecoderState step(Tape& tape, DecoderLoop& loop, int64_t t, const DecoderState& state) override;
  Var logits(Tape& tape, const DecoderLoop& loop) override;
  void refresh() override { cell_->refresh(); }

 private:
  struct Loop;

  DecoderOptions options_;
  const Parameters& parameters_;
  // In the order in which model files hold their values.
  WordEmbedding words_;
  LinearLayer picture_;
  StateInitializer initial_;
  Parameters::Id word_weight_;
  std::unique_ptr<RecurrentCell> cell_;
  Parameters::Id bias_;
  WordScorer output_;
};

struct FixedDecoder::Loop : DecoderLoop {
  Var word;     // (N,E) embedded previous words
  Var picture;  // (B,G·H) what the picture adds to the gates of each caption, if it is read at all
  RecurrentCell::Rows cell;
};

FixedDecoder::FixedDecoder(const DecoderOptions& options, Parameters& parameters)
    : options_(checked(options)),
      parameters_(parameters),
      words_(options, parameters),
      picture_(options.image_input == ImageInput::kState
                   ? LinearLayer()
                   : LinearLayer(parameters, "decoder.picture",
                                 {options.embedding, options.feature_width},
                                 LinearLayer::Bias::kNone)),
      initial_(of_picture(options), parameters),
      word_weight_(declare_gates(options, parameters, cell_name(options) + ".word.weight",
                                 options.embedding)),
      cell_(make_cell(options.cell, parameters, cell_name(options), options.hidden)),
      bias_(parameters.declare(cell_name(options) + ".bias", {gate_width(options)},
                               cell_->traits().input_bias)),
      output_(options, parameters, WordScorer::Context::kNone) {}

std::unique_ptr<DecoderLoop> FixedDecoder::make_loop() const { return std::make_unique<Loop>(); }

DecoderMemory FixedDecoder::prepare(Tape& tape, const Var& features) {
  const Var mean = region_mean(tape, scaled_features(tape, features, options_));
  DecoderMemory memory{.features = {}, .keys = {}, .mean = mean, .picture = {}};
  if (options_.image_input == ImageInput::kEvery) {
    memory.picture = linear(tape, picture_.apply(tape, mean), parameters_.var(word_weight_), Var());
  }
  return memory;
}

DecoderState FixedDecoder::initial_state(Tape& tape, const DecoderMemory& memory,
                                         const RowMap& map) {
  if (options_.image_input != ImageInput::kFirst) {
    const RecurrentCell::State state = initial_.state(tape, memory.mean, map, *cell_);
    return make_state(std::array{state.h, state.carried});
  }
  const Var gates = linear(tape, picture_.apply(tape, memory.mean), parameters_.var(word_weight_),
                           parameters_.var(bias_));
  const RecurrentCell::State state = cell_->step_from_zero(tape, gates);
  return make_state(std::array{picture_rows(tape, state.h, map),
                               state.carried ? picture_rows(tape, state.carried, map) : Var()});
}

void FixedDecoder::begin(Tape& tape, DecoderLoop& of_decoder, const DecoderMemory& memory,
                         const RowMap& map, StepRows rows, const Tensor& words,
                         const DropoutSite& site) {
  auto& loop = static_cast<Loop&>(of_decoder);
  loop.rows = rows;
  loop.dropout = site;
  loop.word = words_.rows(tape, words, site);
  loop.picture = memory.picture ? picture_rows(tape, memory.picture, map) : Var();
  loop.cell.gates = words_.product(tape, loop.word, words, site, parameters_.var(word_weight_),
                                   parameters_.var(bias_));
  cell_->begin(tape, loop.cell);
}

DecoderState FixedDecoder::step(Tape& tape, DecoderLoop& of_decoder, int64_t t,
                                const DecoderState& state) {
  auto& loop = static_cast<Loop&>(of_decoder);
  const int64_t begin = loop.rows.begin(t), count = loop.rows.count(t);
  RecurrentCell::carry(tape, loop.cell, begin, count, part(state, 0));
  if (loop.picture) add_rows(tape, loop.picture, tape.rows(loop.cell.gates, begin, count));
  cell_->add_state(tape, loop.cell, begin, count);
  const RecurrentCell::State after = cell_->activate(tape, loop.cell, begin, count, part(state, 1));
  return make_state(std::array{after.h, after.carried});
}

Var FixedDecoder::logits(Tape& tape, const DecoderLoop& of_decoder) {
  const auto& loop = static_cast<const Loop&>(of_decoder);
  return output_.logits(tape, {.h = loop.cell.h, .word = loop.word, .z = {}}, loop.dropout);
}

}  // namespace

std::unique_ptr<Decoder> make_fixed(const DecoderOptions& options, Parameters& parameters) {
  return std::make_unique<FixedDecoder>(options, parameters);
}

}  // namespace storyteller
