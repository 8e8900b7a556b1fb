#include "model/search/beam.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "model/vocabulary.h"

namespace storyteller {

Beam::Beam(const SearchOptions& options) : options_(options) {
  nodes_.push_back({Vocabulary::kStart, -1, -1, 0.0, 0});
  live_.push_back(0);
}

int32_t Beam::last_word(int64_t i) const { return live_node(i).word; }

double Beam::log_probability(int64_t i) const { return live_node(i).log_probability; }

void Beam::append_words(int64_t i, std::vector<int32_t>* words) const {
  const auto first = std::ssize(*words);
  for (const Node* node = &live_node(i); node->parent >= 0;
       node = &nodes_[static_cast<size_t>(node->parent)]) {
    words->push_back(node->word);
  }
  std::reverse(words->begin() + first, words->end());
}

void Beam::advance(const std::vector<Continuations>& rows, std::span<const float> alpha,
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

  regions_ = std::ssize(alpha) / live();
  const auto first_row = regions_ == 0 ? 0 : static_cast<int>(std::ssize(attention_) / regions_);
  attention_.insert(attention_.end(), alpha.begin(), alpha.end());
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

std::vector<Caption> Beam::captions() const {
  std::vector<Caption> captions;
  captions.reserve(finished_.size());
  for (const int node : finished_) captions.push_back(caption_of(node));
  std::stable_sort(captions.begin(), captions.end(),
                   [](const Caption& a, const Caption& b) { return a.score > b.score; });
  return captions;
}

Caption Beam::caption_of(int last) const {
  const Node& end = nodes_[static_cast<size_t>(last)];
  Caption caption;
  caption.log_probability = end.log_probability;
  caption.score = score(end);
  caption.finished = end.word == Vocabulary::kEnd;
  std::vector<const Node*> path;
  for (const Node* node = &end; node->parent >= 0;
       node = &nodes_[static_cast<size_t>(node->parent)]) {
    if (node->word != Vocabulary::kEnd) path.push_back(node);
  }
  std::reverse(path.begin(), path.end());
  for (const Node* node : path) {
    caption.words.push_back(node->word);
    const auto row = attention_.begin() + node->attention * regions_;
    caption.alpha.insert(caption.alpha.end(), row, row + regions_);
  }
  return caption;
}

}  // namespace storyteller
