#pragma once

#include <cstdint>
#include <memory>

#include "model/decoder/cells/recurrent_cell.h"
#include "model/decoder/decoder.h"
#include "model/decoder/output_layer.h"
#include "model/decoder/word_embedding.h"

namespace storyteller {

/// "Show and Tell" (Vinyals 2015): the picture is read once, as if it were the word before <start>,
/// and nothing is attended to. With the mean feature a, the zero state and y the previous word:
///   h_0 = cell(W_y W_p a + b, 0)        h' = cell(W_y E y + b, h)
class FixedDecoder : public Decoder {
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
  Var gates(Tape& tape, const Var& input) const;

  DecoderOptions options_;
  const Parameters& parameters_;
  // In the order in which model files hold their values.
  WordEmbedding words_;
  LinearLayer picture_;
  Parameters::Id word_weight_;
  std::unique_ptr<RecurrentCell> cell_;
  Parameters::Id bias_;
  WordScorer output_;
};

}  // namespace storyteller
