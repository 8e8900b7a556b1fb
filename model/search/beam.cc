#include "model/search/beam.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace storyteller {

Beam::Beam(const SearchOptions& options) : options_(options) {
  nodes_.push_back({Vocabulary::kStart, -1, -1, 0.0, 0});
  live_.push_back(0);
}

int32_t Beam::last_word(int64_t i) const {
  return nodes_[static_cast<size_t>(live_[static_cast<size_t>(i)])].word;
}

std::vector<int32_t> Beam::words_of(int node) const {
  std::vector<int32_t> words;
  for (; nodes_[static_cast<size_t>(node)].parent >= 0;
       node = nodes_[static_cast<size_t>(node)].parent) {
    words.push_back(nodes_[static_cast<size_t>(node)].word);
  }
  std::reverse(words.begin(), words.end());
  return words;
}

void Beam::barred(int64_t i, std::vector<int32_t>* words) const {
  words->insert(words->end(), {Vocabulary::kPad, Vocabulary::kStart, Vocabulary::kUnk});
  const int node = live_[static_cast<size_t>(i)];
  if (nodes_[static_cast<size_t>(node)].length == 0) words->push_back(Vocabulary::kEnd);
  const int n = options_.no_repeat_ngram;
  if (n <= 0) return;
  const std::vector<int32_t> said = words_of(node);
  const auto last = said.end() - std::min<std::ptrdiff_t>(n - 1, std::ssize(said));
  for (auto at = said.begin(); std::distance(at, said.end()) >= n; ++at) {
    if (std::equal(last, said.end(), at, at + (n - 1))) words->push_back(at[n - 1]);
  }
}

void Beam::advance(const std::vector<Continuations>& rows, const float* alpha, int64_t L,
                   std::vector<int32_t>* parents) {
  struct Candidate {
    double log_probability;
    int32_t row, word;
  };
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < live_.size(); ++i) {
    const double so_far = nodes_[static_cast<size_t>(live_[i])].log_probability;
    for (int64_t j = 0; j < rows[i].k; ++j) {
      // Written so that NaN is no offer either.
      if (!(rows[i].log_probabilities[j] > -std::numeric_limits<float>::infinity())) break;
      candidates.push_back(
          {so_far + rows[i].log_probabilities[j], static_cast<int32_t>(i), rows[i].words[j]});
    }
  }
  const size_t wanted = static_cast<size_t>(options_.beam) - finished_.size();
  // Candidates of a row come best first and rows in their order, so a stable sort settles ties.
  std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
    return a.log_probability > b.log_probability;
  });
  if (candidates.size() > wanted) candidates.resize(wanted);

  const auto first_row = regions_ == 0 ? 0 : static_cast<int>(std::ssize(attention_) / L);
  regions_ = L;
  attention_.insert(attention_.end(), alpha, alpha + live() * L);
  std::vector<int> next;
  parents->clear();
  for (const Candidate& candidate : candidates) {
    const int parent = live_[static_cast<size_t>(candidate.row)];
    const int length = nodes_[static_cast<size_t>(parent)].length + 1;
    const int node = static_cast<int>(nodes_.size());
    nodes_.push_back(
        {candidate.word, parent, first_row + candidate.row, candidate.log_probability, length});
    if (candidate.word == Vocabulary::kEnd) {
      finished_.push_back(node);
    } else {
      next.push_back(node);
      parents->push_back(candidate.row);
    }
  }
  // Where every continuation is barred, what was said so far has to do.
  if (candidates.empty() && finished_.empty()) {
    if (nodes_[static_cast<size_t>(live_[0])].length == 0) {
      throw ModelError(
          "no word has a probability for a picture: its features or the model's "
          "weights are not finite; train or download the model again");
    }
    finished_.push_back(live_[0]);
  }
  const bool cut =
      !next.empty() && nodes_[static_cast<size_t>(next[0])].length >= options_.max_words;
  if (cut) {
    if (finished_.empty()) finished_.push_back(next[0]);
    next.clear();
    parents->clear();
  }
  live_ = std::move(next);
}

double Beam::score(const Node& node) const {
  return node.log_probability /
         std::pow(static_cast<double>(std::max(node.length, 1)), options_.length_penalty);
}

FoundCaption Beam::best() const {
  const Node* winner = nullptr;
  int winner_index = 0;
  for (int index : finished_) {
    const Node& node = nodes_[static_cast<size_t>(index)];
    if (winner == nullptr || score(node) > score(*winner)) {
      winner = &node;
      winner_index = index;
    }
  }
  FoundCaption found;
  if (winner == nullptr) return found;
  found.log_probability = winner->log_probability;
  found.score = score(*winner);
  found.finished = winner->word == Vocabulary::kEnd;
  std::vector<int> path;
  for (int node = winner_index; nodes_[static_cast<size_t>(node)].parent >= 0;
       node = nodes_[static_cast<size_t>(node)].parent) {
    path.push_back(node);
  }
  std::reverse(path.begin(), path.end());
  for (int index : path) {
    const Node& node = nodes_[static_cast<size_t>(index)];
    if (node.word == Vocabulary::kEnd) break;
    found.words.push_back(node.word);
    const auto* row = attention_.data() + node.attention * regions_;
    found.alpha.insert(found.alpha.end(), row, row + regions_);
  }
  return found;
}

}  // namespace storyteller
