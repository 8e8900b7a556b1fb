#pragma once

#include "core/ops/ops.h"
#include "core/parameters.h"

namespace storyteller {

/// Scores every word in every region by one linear map. Trained to tell which words the captions of
/// a picture use (word_presence_loss), it teaches an encoder that starts from nothing what there is
/// to see and where, before the decoder has learned to speak. A decoder whose output is a sum
/// (OutputLayer::kSum) reads what it attends to by the very same map; another does not need it.
class WordDetector {
 public:
  /// Declares "words.bias" (V), and "words.weight" (V,D) where there is no `shared` weight, in the
  /// current group.
  WordDetector(int64_t vocabulary, int64_t feature_width, Parameters& parameters,
               Parameters::Id shared = -1)
      : parameters_(parameters),
        weight_(shared >= 0 ? shared
                            : parameters.declare("words.weight", {vocabulary, feature_width},
                                                 Initializer::normal(0.01F))),
        bias_(parameters.declare("words.bias", {vocabulary}, Initializer::constant(-2))) {}

  /// features (I,L,D) -> (I, L, padded_width of V), 0 behind the words
  Var scores(Tape& tape, const Var& features) const {
    const int64_t I = features.shape()[0], L = features.shape()[1], D = features.shape()[2];
    const Var rows = linear(
        tape, tape.reshaped(features, {I * L, D}), parameters_.var(weight_), parameters_.var(bias_),
        padded_width(features.value().device(), parameters_.value(bias_).elements()));
    return tape.reshaped(rows, {I, L, rows.shape()[1]});
  }

 private:
  Parameters& parameters_;
  Parameters::Id weight_, bias_;
};

}  // namespace storyteller
