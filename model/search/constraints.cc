#include "model/search/constraints.h"

#include <algorithm>
#include <bit>
#include <map>
#include <string>
#include <utility>

#include "core/error.h"

namespace storyteller {
namespace {

/// Sets of constraints are bits of a number.
using Set = uint32_t;

struct Node {
  std::map<int32_t, size_t> children = {};
  size_t failure = 0;  // the longest proper end of it that begins a form
  Set ends = 0;        // constraints of which a form ends here, or in a node on the way of failures
  Set begins = 0;      // constraints that have a longer form which begins so
};

/// Beginnings of all forms; node 0 is the empty one.
class Trie {
 public:
  explicit Trie(std::span<const Constraint> constraints) : nodes_(1) {
    for (size_t c = 0; c < constraints.size(); ++c) {
      for (const std::vector<int32_t>& form : constraints[c].forms) add(form, Set{1} << c);
    }
    link();
  }

  /// Where a sentence is after `word`, with `met` fulfilled, which grows; what only begins a form
  /// of a constraint that is met counts for nothing.
  size_t next(size_t node, int32_t word, Set* met) const {
    node = step(node, word);
    *met |= nodes_[node].ends;
    while (node != 0 && (nodes_[node].begins & ~*met) == 0) node = nodes_[node].failure;
    return node;
  }

 private:
  void add(const std::vector<int32_t>& form, Set constraint) {
    if (form.empty()) throw InternalError("a constraint: a form has no words");
    size_t at = 0;
    for (const int32_t word : form) {
      nodes_[at].begins |= constraint;
      const auto [child, fresh] = nodes_[at].children.try_emplace(word, nodes_.size());
      at = child->second;
      if (fresh) nodes_.emplace_back();
    }
    nodes_[at].ends |= constraint;
  }

  size_t step(size_t node, int32_t word) const {
    for (;; node = nodes_[node].failure) {
      const auto child = nodes_[node].children.find(word);
      if (child != nodes_[node].children.end()) return child->second;
      if (node == 0) return 0;
    }
  }

  /// Breadth first, so that the failures of shorter beginnings are known.
  void link() {
    std::vector<size_t> queue = {0};
    for (size_t i = 0; i < queue.size(); ++i) {
      const size_t parent = queue[i];
      for (const auto& [word, child] : nodes_[parent].children) {
        nodes_[child].failure = parent == 0 ? 0 : step(nodes_[parent].failure, word);
        nodes_[child].ends |= nodes_[nodes_[child].failure].ends;
        queue.push_back(child);
      }
    }
  }

  std::vector<Node> nodes_;
};

}  // namespace

ConstraintAutomaton::ConstraintAutomaton(std::span<const Constraint> constraints) {
  if (constraints.size() > kMostConstraints) {
    throw UsageError("at most " + std::to_string(kMostConstraints) +
                     " words or phrases can be asked for at once, and these are " +
                     std::to_string(constraints.size()));
  }
  for (const Constraint& constraint : constraints) {
    if (constraint.forms.empty()) throw InternalError("a constraint has no forms");
    for (const auto& form : constraint.forms) words_.insert(words_.end(), form.begin(), form.end());
  }
  std::sort(words_.begin(), words_.end());
  words_.erase(std::unique(words_.begin(), words_.end()), words_.end());

  const Trie trie(constraints);
  using State = std::pair<Set, size_t>;
  std::vector<State> states = {{0, 0}};
  std::map<State, uint32_t> numbers = {{states[0], 0}};
  const auto number_of = [&](const State& state) {
    const auto [found, fresh] = numbers.try_emplace(state, static_cast<uint32_t>(states.size()));
    if (fresh) states.push_back(state);
    return found->second;
  };
  const Set all = (Set{1} << constraints.size()) - 1;
  for (size_t s = 0; s < states.size(); ++s) {
    if (states.size() > kMostStates) {
      throw UsageError(
          "so many long phrases cannot be asked for at once; ask for fewer words, phrases or "
          "forms");
    }
    const auto [met, node] = states[s];
    met_.push_back(std::popcount(met));
    if (met == all) accepting_ = static_cast<uint32_t>(s);
    for (const int32_t word : words_) {
      Set then = met;
      const size_t at = trie.next(node, word, &then);
      next_.push_back(number_of({then, at}));
    }
    next_.push_back(number_of({met, 0}));
  }
}

const ConstraintAutomaton& ConstraintAutomaton::of_none() {
  static const ConstraintAutomaton none({});
  return none;
}

uint32_t ConstraintAutomaton::next(uint32_t state, int32_t word) const {
  const auto found = std::lower_bound(words_.begin(), words_.end(), word);
  const bool known = found != words_.end() && *found == word;
  const size_t column = known ? static_cast<size_t>(found - words_.begin()) : words_.size();
  return next_[state * (words_.size() + 1) + column];
}

std::vector<size_t> unmet(std::span<const Constraint> constraints, std::span<const int32_t> words) {
  std::vector<size_t> places;
  for (size_t c = 0; c < constraints.size(); ++c) {
    const auto& forms = constraints[c].forms;
    const bool met = std::any_of(forms.begin(), forms.end(), [&](const auto& form) {
      return std::search(words.begin(), words.end(), form.begin(), form.end()) != words.end();
    });
    if (!met) places.push_back(c);
  }
  return places;
}

}  // namespace storyteller
