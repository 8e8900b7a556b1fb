#pragma once

#include <memory>
#include <string>
#include <vector>

#include "train/metrics/spice/spice_scorer.h"

namespace storyteller::speak {

/// Tells whether two captions say the same of the same: who does what to what, in dictionary forms,
/// as the tuples of SPICE have it. Without WordNet, which is read with the first caption, the words
/// themselves are compared.
class Meanings {
 public:
  /// Equal for captions that mean the same. The first statement of three parts (dog, chase, ball);
  /// where there is none the first of two (dog, brown); else the first thing, else the words.
  std::string of(const std::vector<std::string>& words);

 private:
  bool opened_ = false;
  std::unique_ptr<const SpiceModel> model_;  // null: no WordNet
};

}  // namespace storyteller::speak
