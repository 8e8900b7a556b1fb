#include "train/metrics/ngram/rouge.h"

#include <algorithm>
#include <bit>
#include <vector>

namespace storyteller {
namespace {

/// Dynamic programming in one row, for captions of any length.
size_t long_lcs(std::span<const TokenId> a, std::span<const TokenId> b) {
  std::vector<size_t> row(b.size() + 1, 0);
  for (const TokenId word : a) {
    size_t diagonal = 0;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t above = row[j + 1];
      row[j + 1] = word == b[j] ? diagonal + 1 : std::max(above, row[j]);
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

size_t longest_common_subsequence(std::span<const TokenId> a, std::span<const TokenId> b) {
  if (a.size() > 64) return long_lcs(a, b);
  uint64_t open = ~uint64_t{0};  // bit i is clear where the LCS grows at a[i]
  for (const TokenId word : b) {
    uint64_t same = 0;
    for (size_t i = 0; i < a.size(); ++i) same |= static_cast<uint64_t>(a[i] == word) << i;
    const uint64_t matched = open & same;
    open = (open + matched) | (open - matched);
  }
  const uint64_t used = a.size() == 64 ? ~uint64_t{0} : (uint64_t{1} << a.size()) - 1;
  return static_cast<size_t>(std::popcount(~open & used));
}

double rouge_l(const PreparedReferences& references, size_t image,
               const PreparedCaption& hypothesis) {
  constexpr double kBeta2 = 1.2 * 1.2;
  double precision = 0;
  double recall = 0;
  for (const std::vector<TokenId>& reference : references.image(image).words) {
    const auto lcs = static_cast<double>(longest_common_subsequence(hypothesis.words, reference));
    precision = std::max(precision, lcs / static_cast<double>(hypothesis.words.size()));
    recall = std::max(recall, lcs / static_cast<double>(reference.size()));
  }
  if (precision == 0 || recall == 0) return 0;
  return (1 + kBeta2) * precision * recall / (recall + kBeta2 * precision);
}

}  // namespace storyteller
