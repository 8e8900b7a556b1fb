#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "model/decoder/attention.h"
#include "model/decoder/cells/recurrent_cell.h"
#include "model/decoder/decoder.h"
#include "model/decoder/initial_state.h"
#include "model/decoder/output_layer.h"
#include "model/decoder/word_embedding.h"

namespace storyteller {

/// Soft-attention decoder: "Show, Attend and Tell" (Xu 2015, section 3.1.2) with the choices of
/// DecoderOptions. One step, with h the previous state and y the previous word:
///   z = Attention(h, y)        gates = W_y E y + W_z z + W_h h + b        h' = cell(gates, h)
class SoftDecoder : public Decoder {
 public:
  /// What of the cell reads z.
  enum class ContextInto : int {
    kGates,      ///< all of its gates
    kCandidate,  ///< the candidate for the new state alone: "att2in"
  };

  SoftDecoder(const DecoderOptions& options, Parameters& parameters,
              ContextInto into = ContextInto::kGates);

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

 protected:
  const DecoderOptions& options() const { return options_; }

 private:
  struct Loop;
  /// How the loop takes regions; empty: all, by their weight.
  virtual std::optional<RegionDraw> draw(const Tape& /*tape*/, const DropoutSite& /*site*/) const {
    return {};
  }
  static DecoderState state_of(const RecurrentCell::State& state) {
    return make_state(std::array{state.h, state.carried});
  }

  DecoderOptions options_;
  ContextInto into_;
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

}  // namespace storyteller
