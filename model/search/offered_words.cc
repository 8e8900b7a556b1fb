#include "model/search/offered_words.h"

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

namespace storyteller {
namespace {

constexpr float kNone = -std::numeric_limits<float>::infinity();

bool is_in(std::span<const int32_t> words, int32_t word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

Offers OfferedWords::of(const Tensor& logits, const WordLists& barred) const {
  if (wanted_.empty()) return best(logits, barred);
  const std::vector<float> all = to_host_float(logits);
  Offers offers = best(logits, barred);
  add_wanted(all, barred, &offers);
  return offers;
}

Offers OfferedWords::best(const Tensor& logits, const WordLists& barred) const {
  const BestWords best = top_words(logits, vocabulary_, k_, barred);
  return {best.word.to_host<int32_t>(), to_host_float(best.log_probability), k_};
}

void OfferedWords::add_wanted(const std::vector<float>& logits, const WordLists& barred,
                              Offers* offers) const {
  const size_t few = static_cast<size_t>(k_), k = few + wanted_.size();
  const size_t rows = offers->words.size() / few, width = logits.size() / rows;
  Offers wider{std::vector<int32_t>(rows * k), std::vector<float>(rows * k, kNone),
               static_cast<int64_t>(k)};
  for (size_t row = 0; row < rows; ++row) {
    int32_t* words = &wider.words[row * k];
    float* values = &wider.log_probabilities[row * k];
    size_t best = 0;
    for (; best < few && offers->log_probabilities[row * few + best] > kNone; ++best) {
      words[best] = offers->words[row * few + best];
      values[best] = offers->log_probabilities[row * few + best];
    }
    if (best == 0) continue;
    const float* logit = &logits[row * width];
    const float normalizer = logit[words[0]] - values[0];
    const auto bars = std::span(barred.words)
                          .subspan(static_cast<size_t>(barred.begin[row]),
                                   static_cast<size_t>(barred.begin[row + 1] - barred.begin[row]));
    size_t count = best;
    for (const int32_t word : wanted_) {
      const float value = logit[word] - normalizer;
      if (!(value > kNone) || is_in(bars, word) || is_in({words, best}, word)) continue;
      words[count] = word;
      values[count++] = value;
    }
  }
  *offers = std::move(wider);
}

}  // namespace storyteller
