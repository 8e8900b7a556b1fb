#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace storyteller {

/// A word or a phrase that a sentence must hold, in any one of several forms (dog, dogs).
struct Constraint {
  std::vector<std::vector<int32_t>> forms;  ///< of one word or more each; at least one form
};

/// Places, in `constraints`, of those that a sentence does not meet.
std::vector<size_t> unmet(std::span<const Constraint> constraints, std::span<const int32_t> words);

/// Reads a sentence word by word and knows which constraints it meets, and how far into others it
/// is: the automaton of Aho and Corasick (1975) over all forms, once for each set of constraints
/// that may be met. Its links of failure find a phrase that begins inside of another one, and a
/// repeated beginning: "fire fire hydrant" holds "fire hydrant".
class ConstraintAutomaton {
 public:
  static constexpr size_t kMostConstraints = 4;
  static constexpr size_t kMostStates = 128;

  /// Of no constraints there is one state, which has met all. Throws UsageError where there are
  /// more constraints or states than that.
  explicit ConstraintAutomaton(std::span<const Constraint> constraints);
  static const ConstraintAutomaton& of_none();

  /// States are numbered from 0, which is that of the empty sentence.
  size_t states() const { return met_.size(); }
  uint32_t next(uint32_t state, int32_t word) const;
  /// How many constraints a sentence in this state meets.
  int met(uint32_t state) const { return met_[state]; }
  /// The one state in which all are met.
  uint32_t accepting() const { return accepting_; }
  /// The words of all forms, ascending; every other word leads to one state from each.
  const std::vector<int32_t>& words() const { return words_; }

 private:
  std::vector<int32_t> words_;
  std::vector<uint32_t> next_;  // (states, words + 1), the last one for every other word
  std::vector<int> met_;        // [state]
  uint32_t accepting_ = 0;
};

}  // namespace storyteller
