#include "train/metrics/spice/parser.h"

#include <algorithm>

namespace storyteller::spice {

void ParserState::start(size_t words) {
  size_ = static_cast<int32_t>(words);
  next_ = 0;
  stack_.clear();
  dependents_.assign(words, {});
  tree_.heads.assign(words, kNoHead);
  tree_.labels.assign(words, Label::kRoot);
}

bool ParserState::allows(Transition transition) const {
  switch (transition) {
    case Transition::kShift:
      return next_ < size_;
    case Transition::kLeft:
      return next_ < size_ && !stack_.empty();
    case Transition::kRight:
      return stack_.size() >= 2;
  }
  return false;
}

void ParserState::apply(Transition transition, Label label) {
  if (transition == Transition::kShift) {
    stack_.push_back(next_++);
    return;
  }
  const int32_t word = dependent(), head = head_of(transition);
  stack_.pop_back();
  tree_.heads[word] = head;
  tree_.labels[word] = label;
  Dependents& of = dependents_[head];
  of.labels |= 1U << static_cast<unsigned>(label);
  if (transition == Transition::kLeft) {  // nearer words came first: the last one is leftmost
    of.leftmost = word;
    ++of.left;
  } else {
    of.rightmost = word;
    ++of.right;
  }
}

std::array<int32_t, kTransitions> oracle_costs(const ParserState& state,
                                               std::span<const int32_t> gold) {
  const int32_t top = state.stack(0), below = state.stack(1), next = state.buffer(0);
  const auto size = static_cast<int32_t>(gold.size());
  std::array<int32_t, kTransitions> costs{};
  auto& [shift, left, right] = costs;
  if (next >= 0) {
    // The next word, once on the stack, gets its head from the top or from the buffer, and
    // dependents from the buffer alone.
    for (const int32_t word : state.stack()) {
      shift += gold[word] == next;
      shift += word != top && gold[next] == word;
    }
  }
  if (top >= 0) {
    // The top, taken away, loses its dependents in the buffer and every other head it could get.
    int32_t dependents = 0;
    for (int32_t word = state.next(); word < size; ++word) dependents += gold[word] == top;
    const bool head_in_buffer = gold[top] >= state.next();
    left = dependents + (head_in_buffer && gold[top] != next) + (below >= 0 && gold[top] == below);
    right = dependents + head_in_buffer;
  }
  return costs;
}

Transition best_transition(const ParserState& state,
                           const std::array<int32_t, kTransitions>& scores) {
  int best = -1;
  for (int k = 0; k < kTransitions; ++k) {
    if (!state.allows(static_cast<Transition>(k))) continue;
    if (best < 0 || scores[k] > scores[best]) best = k;
  }
  return static_cast<Transition>(best);
}

void parse(const TransitionWeights& transitions, const LabelWeights& labels,
           const TaggedWords& sentence, ParserState& state) {
  state.start(sentence.words.size());
  while (!state.finished()) {
    Transition transition = Transition::kShift;
    if (state.stack(0) >= 0) {  // an empty stack leaves no choice
      transition = best_transition(state, transitions.score(transition_features(state, sentence)));
    }
    Label label = Label::kOther;
    if (transition != Transition::kShift) {
      const auto scores = labels.score(
          label_features(state, sentence, state.head_of(transition), state.dependent()));
      label = static_cast<Label>(std::max_element(scores.begin(), scores.end()) - scores.begin());
    }
    state.apply(transition, label);
  }
}

}  // namespace storyteller::spice
