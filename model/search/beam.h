#pragma once

#include <cstdint>
#include <vector>

#include "model/search/search.h"

namespace storyteller {

/// What one row of the decoder may be continued with, best first.
struct Continuations {
  const int32_t* words;            ///< (k)
  const float* log_probabilities;  ///< (k), -infinity where nothing is left
  int64_t k;
};

/// The hypotheses of one picture. Hypotheses are leaves of a tree: each step appends nodes that
/// point to their parents, so nothing is copied when the beam reorders.
class Beam {
 public:
  explicit Beam(const SearchOptions& options);

  bool done() const { return live_.empty(); }
  int64_t live() const { return static_cast<int64_t>(live_.size()); }
  /// The last word of live hypothesis i; <start> in the beginning.
  int32_t last_word(int64_t i) const;
  /// Words that live hypothesis i must not be continued with.
  void barred(int64_t i, std::vector<int32_t>* words) const;
  /// Takes the best continuations; `rows[i]` continues live hypothesis i and `alpha` (live,L) is
  /// where the step looked. `parents` receives, for each hypothesis that lives on, the live index
  /// that it continues.
  void advance(const std::vector<Continuations>& rows, const float* alpha, int64_t L,
               std::vector<int32_t>* parents);
  FoundCaption best() const;

 private:
  struct Node {
    int32_t word;
    int parent;     // -1: the beginning
    int attention;  // row of attention_
    double log_probability;
    int length;  // words and <end>
  };

  std::vector<int32_t> words_of(int node) const;
  double score(const Node& node) const;

  SearchOptions options_;
  std::vector<Node> nodes_;
  std::vector<float> attention_;  // (rows, L)
  int64_t regions_ = 0;
  std::vector<int> live_, finished_;  // nodes
};

}  // namespace storyteller
