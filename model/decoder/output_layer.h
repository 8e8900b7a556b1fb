#pragma once

#include "core/ops/ops.h"
#include "core/parameters.h"
#include "model/decoder/decoder_options.h"
#include "model/decoder/decoder_state.h"
#include "model/decoder/linear_layer.h"

namespace storyteller {

/// Scores every word after each step, in the way that DecoderOptions name; for all steps at once.
class WordScorer {
 public:
  /// Whether the decoder attends to something that words can be scored by.
  enum class Context : int { kNone, kAttended };

  /// Declares "decoder.output." in the current group. Without a context, OutputLayer::kSum has
  /// nothing to add and kDeep leaves L_z z out. `width`: of the context; 0: of the features.
  WordScorer(const DecoderOptions& options, Parameters& parameters,
             Context context = Context::kAttended, int64_t width = 0);

  /// What the steps left, packed.
  struct Rows {
    Var h;     ///< (N,H) state after the step
    Var word;  ///< (N,E) word that the step read
    Var z;     ///< (N,width) what it attended to; empty without a context
  };
  /// (N, padded_width of V), the words being the first V.
  Var logits(Tape& tape, const Rows& rows, const DropoutSite& site) const;
  /// W_z (V,width) of OutputLayer::kSum; negative for other outputs.
  Parameters::Id context_weight() const { return context_weight_; }

 private:
  OutputLayer kind_;
  float dropout_;
  int64_t vocabulary_;
  const Parameters& parameters_;
  LinearLayer deep_hidden_, deep_context_;
  Parameters::Id weight_ = -1, context_weight_ = -1, bias_ = -1;
};

}  // namespace storyteller
