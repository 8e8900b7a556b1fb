#include "train/metrics/ngram/cider.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace storyteller {
namespace {

using ByOrder = std::array<double, kMaxOrder>;

/// Length in bigrams, as the reference implementation counts it.
double bigrams(size_t tokens) { return tokens > 0 ? static_cast<double>(tokens - 1) : 0; }

/// Inner products of the hypothesis with one reference, by order.
struct Products {
  ByOrder clipped{};
  ByOrder plain{};
};

}  // namespace

CiderScores cider_scores(const PreparedReferences& references, size_t image,
                         const PreparedCaption& hypothesis) {
  constexpr double kSigma2 = 6.0 * 6.0;
  const PreparedReferences::Image& target = references.image(image);
  const size_t count = target.references();
  ByOrder squares{};
  std::vector<Products> products(count);
  uint64_t absent = 0;  // beginning of n-grams that this image cannot hold
  uint64_t rare = 0;    // beginning of n-grams that occur in at most one image
  for (const NgramCount& n : hypothesis.ngrams) {
    const int order = n.ngram.order() - 1;
    // A longer n-gram is no more frequent than the bigram it begins with, sorted before it.
    const uint64_t beginning = n.ngram.low;
    const uint32_t number = beginning == absent ? NgramIndex::kAbsent : target.index.find(n.ngram);
    const bool known = number != NgramIndex::kAbsent;
    if (!known && n.ngram.high == 0) absent = beginning;
    const double idf = known               ? target.entries[number].idf
                       : beginning == rare ? references.largest_idf()
                                           : references.idf(n.ngram);
    if (n.ngram.high == 0 && idf == references.largest_idf()) rare = beginning;
    const double h = n.count * idf;
    squares[order] += h * h;
    if (!known) continue;
    for (size_t r = 0; r < count; ++r) {
      const double g = target.counts[number * count + r] * idf;
      products[r].clipped[order] += std::min(h, g) * g;
      products[r].plain[order] += h * g;
    }
  }
  CiderScores sum;
  for (size_t r = 0; r < count; ++r) {
    const double delta = bigrams(hypothesis.tokens.size()) - bigrams(target.lengths[r]);
    const double penalty = std::exp(-delta * delta / (2 * kSigma2));
    for (int order = 0; order < kMaxOrder; ++order) {
      const double norms = std::sqrt(squares[order]) * target.norms[r][order];
      if (norms == 0) continue;
      sum.clipped += products[r].clipped[order] / norms * penalty;
      sum.plain += products[r].plain[order] / norms;
    }
  }
  const double scale = 10.0 / (kMaxOrder * static_cast<double>(count));
  return {sum.clipped * scale, sum.plain * scale};
}

double cider_d(const PreparedReferences& references, size_t image,
               const PreparedCaption& hypothesis) {
  return cider_scores(references, image, hypothesis).clipped;
}

double cider(const PreparedReferences& references, size_t image,
             const PreparedCaption& hypothesis) {
  return cider_scores(references, image, hypothesis).plain;
}

}  // namespace storyteller
