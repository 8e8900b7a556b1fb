#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/ops/ops.h"
#include "core/parameters.h"
#include "model/concepts/concept_options.h"
#include "model/concepts/concept_table.h"

namespace storyteller {

/// A concept that is in a picture, and how probable that is.
struct SeenConcept {
  int number = 0;  ///< in the table
  float p = 1;
  bool operator==(const SeenConcept&) const = default;
};
/// Those of each picture, the most probable first.
using SeenConcepts = std::vector<std::vector<SeenConcept>>;

/// What a decoder is told beside the regions: of each concept k that is seen in a picture a row
///   p_k E_k, E (K,D) learned,
/// as if it were a further region, so that every kind of decoder attends to it. What is in a
/// picture, a linear map of the mean of its regions says, and the classifier that the encoder was
/// trained with, where the model has it.
class Concepts {
 public:
  /// Declares "concepts.embedding" (K,D), "concepts.weight" (K,D) and "concepts.bias" (K) in the
  /// current group, and "classifier.weight" (classes,D) and "classifier.bias" in a frozen one where
  /// the table has classes. Throws InternalError for a table without words.
  Concepts(const ConceptOptions& options, ConceptTable table, int64_t feature_width,
           Parameters& parameters);

  const ConceptTable& table() const { return table_; }
  int64_t size() const { return static_cast<int64_t>(table_.size()); }  ///< K
  /// The least probability of what is seen.
  double threshold() const { return options_.threshold; }
  /// Rows that the decoder has beside the regions, C.
  int64_t inputs() const { return options_.inputs; }

  /// The detector's scores, before the sigmoid: features (I,L,D) -> (I, padded_width of K), 0
  /// behind the concepts.
  Var scores(Tape& tape, const Var& features) const;
  /// (I,K): how probable the concepts are, the greater of what detector and classifier say.
  std::vector<float> probabilities(const Tensor& features) const;
  /// Of each picture the most probable ones above the threshold, C at most.
  SeenConcepts detect(const Tensor& features) const;
  /// What the decoder reads: the regions (I,L,D), and behind them the rows of what was seen (C at
  /// most of a picture), 0 where there are no more -> (I,L+C,D).
  Var beside(Tape& tape, const Var& features, const SeenConcepts& seen) const;

 private:
  void add_classes(const Var& mean, std::vector<float>* probabilities) const;

  ConceptOptions options_;
  ConceptTable table_;
  Parameters& parameters_;
  Parameters::Id embedding_, weight_, bias_;
  Parameters::Id classifier_weight_ = -1, classifier_bias_ = -1;
};

}  // namespace storyteller
