#pragma once

#include <vector>

#include "train/data/dataset.h"

namespace storyteller {

/// Pointing accuracy: of the words that name something, the share for which the centre of the cell
/// with the greatest attention lies in a right object's mask. Chance is the share that a pointer
/// blind to the picture would reach: the mean share of the picture that the right masks cover.
/// A word that names nothing in the picture counts as missed, with chance 0.
class PointingScore {
 public:
  /// One caption. `attention` is (tokens, rows * columns) row-major: the weights with which each
  /// token was generated.
  void add(const std::vector<WordTarget>& targets, const std::vector<ObjectMask>& masks,
           const float* attention, int rows, int columns);

  size_t words() const { return words_; }
  double accuracy() const {
    return words_ == 0 ? 0 : static_cast<double>(hits_) / static_cast<double>(words_);
  }
  double chance() const { return words_ == 0 ? 0 : covered_ / static_cast<double>(words_); }

 private:
  size_t words_ = 0, hits_ = 0;
  double covered_ = 0;
};

/// Share of the picture that the union of these objects' masks covers.
double mask_share(const std::vector<ObjectMask>& masks, const std::vector<int>& objects);

/// Whether the centre of the heaviest of rows * columns cells lies in one of these objects.
bool points_at(const std::vector<ObjectMask>& masks, const std::vector<int>& objects,
               const float* attention, int rows, int columns);

}  // namespace storyteller
