#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "model/search/constraints.h"
#include "model/search/hypothesis.h"
#include "model/search/search_options.h"

namespace storyteller {

/// The hypotheses of one picture. Hypotheses are leaves of a tree: each step appends nodes that
/// point to their parents, so nothing is copied when the beam reorders. Those in one state of the
/// automaton compete with each other alone.
class Beam {
 public:
  /// The automaton must outlive it.
  explicit Beam(const SearchOptions& options,
                const ConstraintAutomaton& automaton = ConstraintAutomaton::of_none());

  bool done() const { return live_.empty(); }
  int64_t live() const { return static_cast<int64_t>(live_.size()); }
  /// The last word of live hypothesis i; <start> in the beginning.
  int32_t last_word(int64_t i) const;
  /// What live hypothesis i has said, and how probable it is.
  void append_words(int64_t i, std::vector<int32_t>* words) const;
  double log_probability(int64_t i) const;
  /// Takes the best continuations; `rows[i]` continues live hypothesis i and `alpha` (live,L) is
  /// where the step looked, empty where the model does not attend. `parents` receives, for each
  /// hypothesis that lives on, the live index that it continues.
  void advance(const std::vector<Continuations>& rows, std::span<const float> alpha,
               std::vector<int32_t>* parents);
  /// What the last advance() chose, whole sentences, <end> included.
  std::vector<std::vector<int32_t>> chosen() const;
  /// What the last advance() chose, the best first.
  std::span<const TakenWord> taken() const { return taken_; }
  /// Those that ended and meet the most constraints, the best score first, penalties included, ties
  /// in the order in which they ended.
  std::vector<Caption> captions() const;

 private:
  struct Node {
    int32_t word;
    int parent;     // -1: the beginning
    int attention;  // row of attention_
    double log_probability;
    double augmented;  // the same, less the penalties
    int length;        // words and <end>
    uint32_t state;    // of the automaton
  };

  const Node& live_node(int64_t i) const {
    return nodes_[static_cast<size_t>(live_[static_cast<size_t>(i)])];
  }
  int met(int node) const { return automaton_->met(nodes_[static_cast<size_t>(node)].state); }
  int most_met(const std::vector<int>& nodes) const;
  /// The first of those that meet the most constraints has to do, where no ended one meets as many.
  void end_unfinished(const std::vector<int>& nodes);
  void append_words_to(const Node& last, std::vector<int32_t>* words) const;
  /// `value` by the sentence's length, as length_penalty says.
  double score(const Node& node, double value) const;
  Caption caption_of(int node) const;

  SearchOptions options_;
  const ConstraintAutomaton* automaton_;
  std::vector<int> room_;  // [state] hypotheses that may be kept
  std::vector<Node> nodes_;
  std::vector<float> attention_;  // (rows, L)
  int64_t regions_ = 0;
  std::vector<int> live_, finished_, chosen_;  // nodes
  std::vector<TakenWord> taken_;               // as chosen_
};

}  // namespace storyteller
