#pragma once

#include <cstdint>

#include "core/ops/ops.h"
#include "core/parameters.h"
#include "model/decoder/decoder_options.h"
#include "model/decoder/decoder_state.h"
#include "model/decoder/linear_layer.h"

namespace storyteller {

/// Additive attention over regions (Bahdanau 2015; Xu 2015, section 3.1.2): with the state h and
/// the previous word y,
///   q = W_q h [+ U_q E y] + b_q          e_l = w · score(k_l + q)        alpha = softmax(e)
///   beta = sigmoid(W_b h + b_b)        z = beta * sum_l alpha_l a_l
class Attention {
 public:
  /// Declares "decoder.attention." in the current group. `width`: of the regions that are attended
  /// to, D.
  Attention(const DecoderOptions& options, Parameters& parameters, int64_t width);
  Attention(const DecoderOptions& options, Parameters& parameters)
      : Attention(options, parameters, options.feature_width) {}

  /// features (I,L,D) -> (I,L,A). Once per picture.
  Var keys(Tape& tape, const Var& features) const;
  /// Makes the rows of the loop, which must stay in place until the tape is reset. `word` (N,E) are
  /// the words that the steps read, `h` (N,H) the packed states that they ask with. The loop's
  /// `log_sum` and `draw` are the caller's.
  void begin(Tape& tape, AttentionLoop& loop, const DecoderMemory& memory, const RowMap& map,
             StepRows rows, const Var& word, const Var& h);
  /// Step t, with the rows of h that it asks with: writes alpha and z.
  void step(Tape& tape, AttentionLoop& loop, int64_t t, const Var& h);
  void refresh();

 private:
  DecoderOptions options_;
  const Parameters& parameters_;
  LinearLayer key_;
  Parameters::Id query_word_weight_ = -1, query_bias_ = -1, score_weight_ = -1;
  StepLinear query_, gate_;
};

}  // namespace storyteller
