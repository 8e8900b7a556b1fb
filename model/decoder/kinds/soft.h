#pragma once

#include <cstdint>
#include <memory>

#include "model/decoder/decoder.h"

namespace storyteller {

/// Soft-attention LSTM decoder: "Show, Attend and Tell" (Xu 2015, section 3.1.2) with the choices
/// of DecoderOptions. One step, with h and c the previous state and y the previous word:
///   q = W_q h [+ U_q E y] + b_q          e_l = w · score(k_l + q)        alpha = softmax(e)
///   beta = sigmoid(W_b h + b_b)        z = beta * sum_l alpha_l a_l
///   i|f|g|o = W_y E y + W_z z + W_h h + b        (h', c') = LSTM
class SoftDecoder : public Decoder {
 public:
  SoftDecoder(const DecoderOptions& options, Parameters& parameters);

  int64_t vocabulary() const override { return options_.vocabulary; }
  std::unique_ptr<DecoderLoop> make_loop() const override;
  DecoderMemory prepare(Tape& tape, const Var& features) override;
  DecoderState initial_state(Tape& tape, const DecoderMemory& memory, const RowMap& map) override;
  void begin(Tape& tape, DecoderLoop& loop, const DecoderMemory& memory, const RowMap& map,
             StepRows rows, const Tensor& words, const DropoutSite& site) override;
  DecoderState step(Tape& tape, DecoderLoop& loop, int64_t t, const DecoderState& state) override;
  Var logits(Tape& tape, const DecoderLoop& loop) override;
  AttentionTrace attention(const DecoderLoop& loop) const override;
  void refresh() override;
  Parameters::Id word_context_weight() const override { return output_context_weight_; }

 private:
  struct Loop;
  /// Copies of a weight for the way there and the way back.
  struct PackedBothWays {
    PackedWeight weight, transpose;
  };
  StepWeight step_weight(Parameters::Id weight, PackedBothWays& packed, Parameters::Id bias = -1);
  StepWeight query_weight();

  DecoderOptions options_;
  Parameters& parameters_;
  Parameters::Id embedding_, key_weight_, key_bias_, query_weight_, query_bias_,
      query_word_weight_ = -1, score_weight_, gate_weight_ = -1, gate_bias_ = -1, word_weight_,
      gates_bias_, hidden_weight_, context_weight_, mean_weight_ = -1, mean_bias_ = -1,
      initial_hidden_weight_, initial_hidden_bias_, initial_cell_weight_, initial_cell_bias_,
      deep_hidden_weight_ = -1, deep_hidden_bias_ = -1, deep_context_weight_ = -1, output_weight_,
      output_context_weight_ = -1, output_bias_;
  PackedBothWays packed_query_, packed_gate_, packed_hidden_, packed_context_;
};

}  // namespace storyteller
