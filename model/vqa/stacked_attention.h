#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/ops/ops.h"
#include "core/parameters.h"
#include "model/decoder/decoder_state.h"
#include "model/decoder/linear_layer.h"
#include "model/vqa/question_encoder.h"
#include "model/vqa/vqa_options.h"

namespace storyteller {

/// Answers questions about pictures by looking K times (Yang et al. 2016, "Stacked Attention
/// Networks for Image Question Answering"):
///   v_l = tanh(W_I f_l + b_I)        q = last state of an LSTM over the words        u^0 = q
///   e_l = w^k · tanh(W_v^k v_l + b^k + W_u^k u^{k-1})      p^k = softmax(e)
///   z^k = sum_l p^k_l v_l      u^k = z^k + u^{k-1}, or with the fusion kProduct, by which an
///   answer can turn on whether both agree, 1 + u^k = (1 + z^k) (1 + u^{k-1}), element by element
///   logits = W_a u^K + b_a
/// In training q and u^K are dropped in part.
class StackedAttention {
 public:
  /// Declares "vqa." in the current group. `width`: of the features, D.
  StackedAttention(const VqaOptions& options, int64_t vocabulary, int64_t width, int64_t answers,
                   Parameters& parameters);

  /// What is known of the pictures before a question is asked.
  struct Memory {
    Var regions;            ///< (I,L,H)
    std::vector<Var> keys;  ///< (I,L,A) of each hop
  };
  /// features (I,L,D). Once per picture.
  Memory prepare(Tape& tape, const Var& features) const;

  /// What one answering makes and the tape's closures point into: it must stay in place until the
  /// tape is reset.
  struct Loop {
    QuestionEncoder::Loop question;
    std::array<int64_t, 2> offset{};  ///< of a loop of one step
    std::vector<AttentionLoop> hops;  ///< `alpha` (B,L) of each is where it looked
  };
  /// Logits (B, padded_width of the answers) of questions about pictures as `map` says. The
  /// parameters are refreshed.
  Var answer(Tape& tape, Loop& loop, const Memory& memory, const QuestionRows& questions,
             const RowMap& map, const DropoutSite& dropout = {});

  int64_t answers() const { return answers_; }
  /// Takes up the parameters' present values; call after an optimizer step.
  void refresh() { question_.refresh(); }

 private:
  struct Hop {
    LinearLayer key, query;
    Parameters::Id score;
  };

  VqaOptions options_;
  int64_t answers_;
  const Parameters& parameters_;
  LinearLayer region_;
  QuestionEncoder question_;
  std::vector<Hop> hops_;
  LinearLayer output_;
};

}  // namespace storyteller
