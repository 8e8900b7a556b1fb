#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "train/metrics/spice/feature_hash.h"
#include "train/metrics/spice/tag_set.h"
#include "train/metrics/spice/weight_table.h"

namespace storyteller::spice {

/// The arc-hybrid system (Kuhlmann et al. 2011) over a stack and the buffer of words not yet read:
///   shift   moves the first word of the buffer onto the stack
///   left    takes the top of the stack away; its head is the first word of the buffer
///   right   takes the top of the stack away; its head is the word below it
/// It begins with an empty stack and ends with an empty buffer and one word on the stack, the root,
/// after 2n - 1 transitions: every tree is projective and has one root.
enum class Transition : uint8_t { kShift, kLeft, kRight };
constexpr int kTransitions = 3;

/// A tree over the words of a caption; empty for none.
struct DependencyTree {
  std::vector<int32_t> heads;  ///< kNoHead for the root
  std::vector<Label> labels;   ///< kRoot for the root
  size_t size() const { return heads.size(); }
};

/// What is known of a word's dependents while parsing.
struct Dependents {
  int32_t leftmost = -1, rightmost = -1;
  int32_t left = 0, right = 0;  ///< how many
  uint32_t labels = 0;          ///< bit set of their labels
};

/// A state of the transition system. Reusable: `start` keeps the memory.
class ParserState {
 public:
  void start(size_t words);
  bool finished() const { return next_ == size_ && stack_.size() <= 1; }
  bool allows(Transition transition) const;
  /// `label` is ignored by shift.
  void apply(Transition transition, Label label);
  /// The dependent and the head of the arc that left or right would draw.
  int32_t dependent() const { return stack_.back(); }
  int32_t head_of(Transition transition) const {
    return transition == Transition::kLeft ? next_ : stack_[stack_.size() - 2];
  }

  /// Word at `depth` below the top of the stack, -1 if there is none.
  int32_t stack(size_t depth) const {
    return depth < stack_.size() ? stack_[stack_.size() - 1 - depth] : -1;
  }
  std::span<const int32_t> stack() const { return stack_; }
  /// Word `ahead` of the buffer's first, -1 beyond its end.
  int32_t buffer(int32_t ahead) const { return next_ + ahead < size_ ? next_ + ahead : -1; }
  int32_t next() const { return next_; }
  const Dependents& dependents(int32_t word) const { return dependents_[word]; }
  const DependencyTree& tree() const { return tree_; }
  DependencyTree take_tree() { return std::move(tree_); }

 private:
  int32_t size_ = 0, next_ = 0;
  std::vector<int32_t> stack_;
  std::vector<Dependents> dependents_;
  DependencyTree tree_;
};

/// How many arcs of the `gold` tree each transition makes unreachable: the dynamic oracle of the
/// arc-hybrid system (Goldberg and Nivre 2013). Exact for projective trees; the root's missing head
/// counts nothing. Values of transitions that are not allowed mean nothing.
std::array<int32_t, kTransitions> oracle_costs(const ParserState& state,
                                               std::span<const int32_t> gold);

constexpr size_t kTransitionFeatures = 52;
constexpr size_t kLabelFeatures = 28;
using TransitionFeatures = std::array<Feature, kTransitionFeatures>;
using LabelFeatures = std::array<Feature, kLabelFeatures>;

/// A tagged sentence as features see it.
struct TaggedWords {
  std::span<const WordFeatures> words;
  std::span<const Tag> tags;
};
TransitionFeatures transition_features(const ParserState& state, const TaggedWords& sentence);
/// For the arc from `head` to `dependent`.
LabelFeatures label_features(const ParserState& state, const TaggedWords& sentence, int32_t head,
                             int32_t dependent);

using TransitionWeights = WeightTable<kTransitions>;
using LabelWeights = WeightTable<kLabels>;

/// The allowed transition with the largest score, the first of equals. One is allowed unless the
/// state is finished.
Transition best_transition(const ParserState& state,
                           const std::array<int32_t, kTransitions>& scores);

/// Parses greedily, in time linear in the number of words; the tree is state.tree().
void parse(const TransitionWeights& transitions, const LabelWeights& labels,
           const TaggedWords& sentence, ParserState& state);

}  // namespace storyteller::spice
