#pragma once

#include <memory>
#include <string>
#include <vector>

#include "train/metrics/ngram/references.h"

namespace storyteller {

class SpiceModel;

/// How alike captions are.
enum class Similarity {
  kCider,  ///< CIDEr-D of one against the other, 0 to 10
  kSpice,  ///< SPICE-native of one against the other, 0 to 1
};

/// The choice of a caption among candidates for one image by what they have in common (Devlin et
/// al., 2015, "Exploring Nearest Neighbor Approaches for Image Captioning"; minimum Bayes risk
/// where the candidates are samples of a model). Const and thread-safe.
class Consensus {
 public:
  /// @param frequencies of CIDEr-D; null: all n-grams weigh alike.
  /// @param spice null: default_spice_model(), where SPICE is wanted; InputError where there is
  /// none.
  explicit Consensus(Similarity similarity,
                     std::shared_ptr<const DocumentFrequencies> frequencies = nullptr,
                     std::shared_ptr<const SpiceModel> spice = nullptr);

  /// For each candidate the mean similarity to the others, which stand in for references; equal
  /// candidates count as many times as they come. Of one candidate it is 0.
  std::vector<double> agreement(const std::vector<Tokens>& candidates) const;
  /// Candidates by falling agreement, ties by place: the first is the choice.
  static std::vector<size_t> ranking(const std::vector<double>& agreement);

 private:
  Similarity similarity_;
  std::shared_ptr<const DocumentFrequencies> frequencies_;
  std::shared_ptr<const SpiceModel> spice_;
};

}  // namespace storyteller
