#pragma once

#include <array>
#include <cstdint>

#include "train/metrics/ngram/references.h"

namespace storyteller {

/// What BLEU sums over captions (Papineni et al. 2002).
struct BleuStatistics {
  std::array<uint64_t, kMaxOrder>
      correct{};                            ///< n-grams matched, clipped by the references' maximum
  std::array<uint64_t, kMaxOrder> guess{};  ///< n-grams in the hypothesis
  uint64_t length = 0;                      ///< tokens of the hypothesis
  uint64_t reference_length = 0;            ///< closest reference length, the shorter of two

  BleuStatistics& operator+=(const BleuStatistics& other);
};

/// Statistics of one hypothesis against the references of `image`.
BleuStatistics bleu_statistics(const PreparedReferences& references, size_t image,
                               const PreparedCaption& hypothesis);

/// BLEU-1..4 in [0, 1], of one caption or of summed statistics, with the smoothing of coco-caption:
///   (prod_{n<=k} (correct_n + 1e-15) / (guess_n + 1e-9))^(1/k) * exp(min(0, 1 - 1/ratio)),
///   ratio = (length + 1e-15) / (reference_length + 1e-9).
std::array<double, kMaxOrder> bleu(const BleuStatistics& statistics);

}  // namespace storyteller
