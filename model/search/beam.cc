#include "model/search/beam.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "model/search/caption_score.h"
#include "model/vocabulary.h"

namespace storyteller {

Beam::Beam(const SearchOptions& options, const ConstraintAutomaton& automaton)
    : options_(options), automaton_(&automaton), room_(automaton.states(), options.beam) {
  nodes_.push_back({Vocabulary::kStart, -1, -1, 0.0, 0.0, 0, 0});
  live_.push_back(0);
}

int32_t Beam::last_word(int64_t i) const { return live_node(i).word; }

double Beam::log_probability(int64_t i) const { return live_node(i).log_probability; }

void Beam::append_words_to(const Node& last, std::vector<int32_t>* words) const {
  const auto first = std::ssize(*words);
  for (const Node* node = &last; node->parent >= 0;
       node = &nodes_[static_cast<size_t>(node->parent)]) {
    words->push_back(node->word);
  }
  std::reverse(words->begin() + first, words->end());
}

void Beam::append_words(int64_t i, std::vector<int32_t>* words) const {
  append_words_to(live_node(i), words);
}

std::vector<std::vector<int32_t>> Beam::chosen() const {
  std::vector<std::vector<int32_t>> sentences(chosen_.size());
  for (size_t i = 0; i < chosen_.size(); ++i) {
    append_words_to(nodes_[static_cast<size_t>(chosen_[i])], &sentences[i]);
  }
  return sentences;
}

void Beam::advance(const std::vector<Continuations>& rows, std::span<const float> alpha,
                   std::vector<int32_t>* parents) {
  struct Candidate {
    double log_probability, augmented;
    int32_t row, word;
  };
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < live_.size(); ++i) {
    const Node& so_far = nodes_[static_cast<size_t>(live_[i])];
    for (int64_t j = 0; j < rows[i].k; ++j) {
      // Written so that NaN is no offer either.
      if (!(rows[i].log_probabilities[j] > -std::numeric_limits<float>::infinity())) break;
      const double penalty = rows[i].penalties == nullptr ? 0 : rows[i].penalties[j];
      candidates.push_back({so_far.log_probability + rows[i].log_probabilities[j],
                            so_far.augmented + rows[i].log_probabilities[j] - penalty,
                            static_cast<int32_t>(i), rows[i].words[j]});
    }
  }
  // Ties go to the better hypothesis, then to the lower word.
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(b.augmented, a.row, a.word) < std::tie(a.augmented, b.row, b.word);
  });

  regions_ = std::ssize(alpha) / live();
  const auto first_row = regions_ == 0 ? 0 : static_cast<int>(std::ssize(attention_) / regions_);
  attention_.insert(attention_.end(), alpha.begin(), alpha.end());
  std::vector<int> next, room = room_;
  parents->clear();
  chosen_.clear();
  taken_.clear();
  for (const Candidate& candidate : candidates) {
    const int parent = live_[static_cast<size_t>(candidate.row)];
    const auto [length, before] = std::pair(nodes_[static_cast<size_t>(parent)].length,
                                            nodes_[static_cast<size_t>(parent)].state);
    const bool ends = candidate.word == Vocabulary::kEnd;
    // An end says nothing: it stays where the sentence is.
    const uint32_t state = ends ? before : automaton_->next(before, candidate.word);
    if (room[state] == 0) continue;
    --room[state];
    const int node = static_cast<int>(nodes_.size());
    nodes_.push_back({candidate.word, parent, first_row + candidate.row, candidate.log_probability,
                      candidate.augmented, length + 1, state});
    chosen_.push_back(node);
    taken_.push_back({candidate.row, candidate.word});
    if (ends) {
      finished_.push_back(node);
      --room_[state];
    } else {
      next.push_back(node);
      parents->push_back(candidate.row);
    }
  }
  // Where every continuation is barred, what was said so far has to do.
  if (candidates.empty()) {
    if (nodes_[static_cast<size_t>(live_[0])].length == 0) throw no_word_has_a_probability();
    end_unfinished(live_);
  }
  const bool cut =
      !next.empty() && nodes_[static_cast<size_t>(next[0])].length >= options_.max_words;
  if (cut) end_unfinished(next);
  if (cut || room_[automaton_->accepting()] == 0) {
    next.clear();
    parents->clear();
  }
  live_ = std::move(next);
}

int Beam::most_met(const std::vector<int>& nodes) const {
  int most = -1;
  for (const int node : nodes) most = std::max(most, met(node));
  return most;
}

void Beam::end_unfinished(const std::vector<int>& nodes) {
  const int most = most_met(nodes);
  if (most <= most_met(finished_)) return;
  finished_.push_back(
      *std::find_if(nodes.begin(), nodes.end(), [&](int node) { return met(node) == most; }));
}

double Beam::score(const Node& node, double value) const {
  return caption_score(value, node.length, options_.length_penalty);
}

std::vector<Caption> Beam::captions() const {
  std::vector<std::pair<double, int>> ended;
  const int most = most_met(finished_);
  for (const int last : finished_) {
    if (met(last) < most) continue;
    const Node& node = nodes_[static_cast<size_t>(last)];
    ended.emplace_back(score(node, node.augmented), last);
  }
  std::stable_sort(ended.begin(), ended.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Caption> captions;
  captions.reserve(ended.size());
  for (const auto& [augmented, node] : ended) captions.push_back(caption_of(node));
  return captions;
}

Caption Beam::caption_of(int last) const {
  const Node& end = nodes_[static_cast<size_t>(last)];
  Caption caption;
  caption.log_probability = end.log_probability;
  caption.score = score(end, end.log_probability);
  caption.finished = end.word == Vocabulary::kEnd;
  std::vector<const Node*> path;
  for (const Node* node = &end; node->parent >= 0;
       node = &nodes_[static_cast<size_t>(node->parent)]) {
    path.push_back(node);
  }
  std::reverse(path.begin(), path.end());
  double before = 0;
  for (const Node* node : path) {
    const double of_word = node->log_probability - std::exchange(before, node->log_probability);
    caption.word_log_probabilities.push_back(static_cast<float>(of_word));
    if (node->word == Vocabulary::kEnd) break;
    caption.words.push_back(node->word);
    const auto row = attention_.begin() + node->attention * regions_;
    caption.alpha.insert(caption.alpha.end(), row, row + regions_);
  }
  return caption;
}

}  // namespace storyteller
