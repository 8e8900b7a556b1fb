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

/// "decoder.attending.lstm"
std::string attending_name(const DecoderOptions& options) {
  return "decoder.attending." + name_of(options.cell);
}
std::string speaking_name(const DecoderOptions& options) {
  return "decoder.speaking." + name_of(options.cell);
}

/// "Bottom-Up and Top-Down Attention" (Anderson 2018, section 3.2), over the regions of a grid: one
/// cell attends, another speaks. With regions a_l, their mean a and the previous word y:
///   gates1 = W_y E y + W_a a + W_2 h2 + W_h h1 + b1     h1' = cell1(gates1, h1)
///   z = Attention(h1', y)
///   gates2 = W_1 h1' + W_z z + U_h h2 + b2              h2' = cell2(gates2, h2)
/// Words are scored by h2'. The initial state of the options is that of both cells.
class TopDownDecoder final : public Decoder {
 public:
  TopDownDecoder(const DecoderOptions& options, Parameters& parameters);

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
  // Of the cell that attends.
  Parameters::Id word_weight_;
  LinearLayer picture_;
  StepLinear spoken_;
  std::unique_ptr<RecurrentCell> attending_;
  Parameters::Id attending_bias_;
  // Of the cell that speaks.
  StepLinear attended_, context_;
  std::unique_ptr<RecurrentCell> speaking_;
  WordScorer output_;
};

struct TopDownDecoder::Loop : DecoderLoop {
  Var word;     // (N,E) embedded previous words
  Var picture;  // (B,G·H) what the whole picture adds to the gates of each caption
  RecurrentCell::Rows attending, speaking;
  AttentionLoop attention;
};

TopDownDecoder::TopDownDecoder(const DecoderOptions& options, Parameters& parameters)
    : options_(options),
      parameters_(parameters),
      words_(options, parameters),
      initial_(options, parameters),
      attention_(options, parameters),
      word_weight_(declare_gates(options, parameters, attending_name(options) + ".word.weight",
                                 options.embedding)),
      picture_(parameters, attending_name(options) + ".picture",
               {gate_width(options), options.feature_width}, LinearLayer::Bias::kNone),
      spoken_(parameters,
              declare_gates(options, parameters, attending_name(options) + ".spoken.weight",
                            options.hidden)),
      attending_(make_cell(options.cell, parameters, attending_name(options), options.hidden)),
      attending_bias_(parameters.declare(attending_name(options) + ".bias", {gate_width(options)},
                                         attending_->traits().input_bias)),
      attended_(parameters,
                declare_gates(options, parameters, speaking_name(options) + ".attended.weight",
                              options.hidden),
                parameters.declare(speaking_name(options) + ".bias", {gate_width(options)},
                                   traits_of(options.cell).input_bias)),
      context_(parameters,
               declare_gates(options, parameters, speaking_name(options) + ".context.weight",
                             options.feature_width)),
      speaking_(make_cell(options.cell, parameters, speaking_name(options), options.hidden)),
      output_(options, parameters) {}

void TopDownDecoder::refresh() {
  attention_.refresh();
  spoken_.refresh();
  attending_->refresh();
  attended_.refresh();
  context_.refresh();
  speaking_->refresh();
}

std::unique_ptr<DecoderLoop> TopDownDecoder::make_loop() const { return std::make_unique<Loop>(); }

DecoderMemory TopDownDecoder::prepare(Tape& tape, const Var& features) {
  const Var scaled = scaled_features(tape, features, options_);
  const Var keys = attention_.keys(tape, scaled), mean = region_mean(tape, scaled);
  return {.features = scaled, .keys = keys, .mean = mean, .picture = picture_.apply(tape, mean)};
}

DecoderState TopDownDecoder::initial_state(Tape& tape, const DecoderMemory& memory,
                                           const RowMap& map) {
  const RecurrentCell::State state = initial_.state(tape, memory.mean, map, *attending_);
  return make_state(std::array{state.h, state.carried, state.h, state.carried});
}

void TopDownDecoder::begin(Tape& tape, DecoderLoop& of_decoder, const DecoderMemory& memory,
                           const RowMap& map, StepRows rows, const Tensor& words,
                           const DropoutSite& site) {
  auto& loop = static_cast<Loop&>(of_decoder);
  loop.rows = rows;
  loop.dropout = site;
  loop.word = words_.rows(tape, words, site);
  loop.picture = picture_rows(tape, memory.picture, map);
  loop.attending.gates = words_.product(tape, loop.word, words, site, parameters_.var(word_weight_),
                                        parameters_.var(attending_bias_));
  const Tensor& gates = loop.attending.gates.value();
  loop.speaking.gates =
      packed_rows(tape, rows.total(), gates.size(1), gates.dtype(), gates.device());
  attending_->begin(tape, loop.attending);
  speaking_->begin(tape, loop.speaking);
  spoken_.begin(tape, loop.speaking.h_before, loop.attending.gates);
  attention_.begin(tape, loop.attention, memory, map, rows, loop.word, loop.attending.h);
  attended_.begin(tape, loop.attending.h, loop.speaking.gates);
  context_.begin(tape, loop.attention.z, loop.speaking.gates);
}

DecoderState TopDownDecoder::step(Tape& tape, DecoderLoop& of_decoder, int64_t t,
                                  const DecoderState& state) {
  auto& loop = static_cast<Loop&>(of_decoder);
  const int64_t begin = loop.rows.begin(t), count = loop.rows.count(t);
  const auto rows = [&](const Var& packed) { return tape.rows(packed, begin, count); };
  RecurrentCell::carry(tape, loop.attending, begin, count, part(state, 0));
  const Var spoken = RecurrentCell::carry(tape, loop.speaking, begin, count, part(state, 2));

  const Var attending_gates = rows(loop.attending.gates);
  add_rows(tape, loop.picture, attending_gates);
  spoken_.step(tape, spoken, attending_gates, true);
  attending_->add_state(tape, loop.attending, begin, count);
  const RecurrentCell::State attending =
      attending_->activate(tape, loop.attending, begin, count, part(state, 1));
  attention_.step(tape, loop.attention, t, attending.h);

  const Var speaking_gates = rows(loop.speaking.gates);
  attended_.step(tape, attending.h, speaking_gates, false);
  context_.step(tape, rows(loop.attention.z), speaking_gates, true);
  speaking_->add_state(tape, loop.speaking, begin, count);
  const RecurrentCell::State speaking =
      speaking_->activate(tape, loop.speaking, begin, count, part(state, 3));
  return make_state(std::array{attending.h, attending.carried, speaking.h, speaking.carried});
}

AttentionTrace TopDownDecoder::attention(const DecoderLoop& loop) const {
  return {.alpha = static_cast<const Loop&>(loop).attention.alpha,
          .sentinel = {},
          .gate = static_cast<const Loop&>(loop).attention.gate,
          .drawn = {},
          .reward_state = {}};
}

Var TopDownDecoder::logits(Tape& tape, const DecoderLoop& of_decoder) {
  const auto& loop = static_cast<const Loop&>(of_decoder);
  return output_.logits(tape, {loop.speaking.h, loop.word, loop.attention.z}, loop.dropout);
}

}  // namespace

std::unique_ptr<Decoder> make_top_down(const DecoderOptions& options, Parameters& parameters) {
  return std::make_unique<TopDownDecoder>(options, parameters);
}

}  // namespace storyteller
