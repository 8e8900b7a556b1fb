#include "train/metrics/ngram/bleu.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace storyteller {

BleuStatistics& BleuStatistics::operator+=(const BleuStatistics& other) {
  for (int n = 0; n < kMaxOrder; ++n) {
    correct[n] += other.correct[n];
    guess[n] += other.guess[n];
  }
  length += other.length;
  reference_length += other.reference_length;
  return *this;
}

BleuStatistics bleu_statistics(const PreparedReferences& references, size_t image,
                               const PreparedCaption& hypothesis) {
  const PreparedReferences::Image& target = references.image(image);
  BleuStatistics out;
  out.length = hypothesis.tokens.size();
  for (uint64_t n = 0; n < kMaxOrder; ++n) out.guess[n] = out.length > n ? out.length - n : 0;
  uint64_t absent = 0;  // beginning of n-grams that this image cannot hold
  for (const NgramCount& n : hypothesis.ngrams) {
    if (n.ngram.low == absent) continue;
    const uint32_t number = target.index.find(n.ngram);
    if (number == NgramIndex::kAbsent) {
      if (n.ngram.high == 0) absent = n.ngram.low;
      continue;
    }
    out.correct[n.ngram.order() - 1] += std::min(n.count, target.entries[number].max_count);
  }
  const auto distance = [&](uint64_t length) {  // closest, then shorter
    return std::pair(length > out.length ? length - out.length : out.length - length, length);
  };
  out.reference_length =
      *std::min_element(target.lengths.begin(), target.lengths.end(),
                        [&](uint64_t a, uint64_t b) { return distance(a) < distance(b); });
  return out;
}

std::array<double, kMaxOrder> bleu(const BleuStatistics& statistics) {
  constexpr double kTiny = 1e-15;
  constexpr double kSmall = 1e-9;
  const double ratio = (static_cast<double>(statistics.length) + kTiny) /
                       (static_cast<double>(statistics.reference_length) + kSmall);
  const double brevity = ratio < 1 ? std::exp(1 - 1 / ratio) : 1;
  std::array<double, kMaxOrder> out{};
  double product = 1;
  for (int n = 0; n < kMaxOrder; ++n) {
    product *= (static_cast<double>(statistics.correct[n]) + kTiny) /
               (static_cast<double>(statistics.guess[n]) + kSmall);
    out[n] = std::pow(product, 1.0 / (n + 1)) * brevity;
  }
  return out;
}

}  // namespace storyteller
