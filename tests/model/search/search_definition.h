#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/search/search.h"
#include "tests/model/search/tiny_decoder.h"

namespace storyteller {

// The definition of the search (model/search/search.h) written as plainly as can be: one picture,
// sentences as lists of words, the decoder run anew for each of them.

struct Sentence {
  std::vector<int> words;  // <end> included
  double log_probability = 0;

  bool ended() const { return !words.empty() && words.back() == Vocabulary::kEnd; }
  double score(double penalty) const {
    return log_probability / std::pow(static_cast<double>(words.size()), penalty);
  }
};

/// Whether `sentence` may go on with `word`.
inline bool may_follow(const std::vector<int>& sentence, int word, int no_repeat_ngram) {
  if (word == Vocabulary::kPad || word == Vocabulary::kStart || word == Vocabulary::kUnk)
    return false;
  if (word == Vocabulary::kEnd) return !sentence.empty();
  std::vector<int> longer = sentence;
  longer.push_back(word);
  const auto n = static_cast<size_t>(no_repeat_ngram);
  if (n == 0 || longer.size() < n) return true;
  const std::vector<int> last(longer.end() - no_repeat_ngram, longer.end());
  for (size_t at = 0; at + n < longer.size(); ++at) {
    if (std::equal(last.begin(), last.end(), longer.begin() + static_cast<int64_t>(at)))
      return false;
  }
  return true;
}

/// log p(word | sentence, picture), among the words that may follow; empty weight: barred.
inline std::vector<Sentence> continuations(TinyDecoder& model, int64_t picture,
                                           const Sentence& sentence, const SearchOptions& options) {
  const std::vector<double> all = model.read(picture, sentence.words).logits;
  const double* logits = all.data() + std::ssize(sentence.words) * model.vocabulary();
  double sum = 0;
  std::vector<int> allowed;
  for (int word = 0; word < model.vocabulary(); ++word) {
    if (!may_follow(sentence.words, word, options.no_repeat_ngram)) continue;
    allowed.push_back(word);
    sum += std::exp(logits[word]);
  }
  std::vector<Sentence> longer;
  for (int word : allowed) {
    longer.push_back(sentence);
    longer.back().words.push_back(word);
    longer.back().log_probability += logits[word] - std::log(sum);
  }
  return longer;
}

/// Of several sentences the one of the best score, of equals the first; of the ended ones if any.
inline Sentence best_of(const std::vector<Sentence>& sentences, double penalty) {
  return *std::max_element(sentences.begin(), sentences.end(), [&](const auto& a, const auto& b) {
    return a.score(penalty) < b.score(penalty);
  });
}

inline Sentence beam_by_definition(TinyDecoder& model, int64_t picture,
                                   const SearchOptions& options) {
  std::vector<Sentence> live = {{}}, ended;
  for (int length = 1; length <= options.max_words && !live.empty(); ++length) {
    std::vector<Sentence> candidates;
    for (const Sentence& sentence : live) {
      for (const Sentence& longer : continuations(model, picture, sentence, options)) {
        candidates.push_back(longer);
      }
    }
    // Better hypotheses and lower words come first already: a stable sort gives them the ties.
    std::stable_sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
      return a.log_probability > b.log_probability;
    });
    const size_t kept = static_cast<size_t>(options.beam) - ended.size();
    if (candidates.size() > kept) candidates.resize(kept);
    live.clear();
    for (const Sentence& sentence : candidates) {
      (sentence.ended() ? ended : live).push_back(sentence);
    }
  }
  return ended.empty() ? live[0] : best_of(ended, options.length_penalty);
}

/// Every sentence there is: at most max_words words with <end>; the cut ones apart.
inline void enumerate(TinyDecoder& model, int64_t picture, const Sentence& sentence,
                      const SearchOptions& options, std::vector<Sentence>* ended,
                      std::vector<Sentence>* cut) {
  for (const Sentence& longer : continuations(model, picture, sentence, options)) {
    if (longer.ended()) {
      ended->push_back(longer);
    } else if (std::ssize(longer.words) == options.max_words) {
      cut->push_back(longer);
    } else {
      enumerate(model, picture, longer, options, ended, cut);
    }
  }
}

}  // namespace storyteller
