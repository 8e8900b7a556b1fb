#include "train/metrics/sets/self_cider.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "train/metrics/sets/symmetric_eigenvalues.h"

namespace storyteller {
namespace {

/// A caption's tf-idf vector, sorted by n-gram, and its norms by order.
struct Weighted {
  std::vector<std::pair<Ngram, double>> entries;
  std::array<double, kMaxOrder> norms{};
};

Weighted weigh(const Tokens& caption, const DocumentFrequencies& frequencies, TextSet& unknown) {
  std::vector<TokenId> ids;
  for (const std::string& token : split_at_white_space(caption)) {
    const TokenId id = frequencies.tokens().find(token);
    ids.push_back(id != TextSet::kAbsent
                      ? id
                      : static_cast<TokenId>(frequencies.tokens().size()) + unknown.insert(token));
  }
  std::vector<NgramCount> ngrams;
  count_ngrams(ids, ngrams);
  const double log_documents =
      std::log(static_cast<double>(std::max<size_t>(1, frequencies.documents())));
  Weighted out;
  for (const NgramCount& n : ngrams) {
    const double df = std::max<double>(1, frequencies.count(n.ngram));
    const double weight = n.count * (log_documents - std::log(df));
    out.entries.emplace_back(n.ngram, weight);
    out.norms[n.ngram.order() - 1] += weight * weight;
  }
  for (double& norm : out.norms) norm = std::sqrt(norm);
  return out;
}

double similarity(const Weighted& a, const Weighted& b) {
  std::array<double, kMaxOrder> products{};
  for (size_t i = 0, j = 0; i < a.entries.size() && j < b.entries.size();) {
    const auto& [left, x] = a.entries[i];
    const auto& [right, y] = b.entries[j];
    if (left == right) {
      products[left.order() - 1] += x * y;
      ++i, ++j;
    } else {
      left < right ? ++i : ++j;
    }
  }
  double sum = 0;
  for (size_t n = 0; n < kMaxOrder; ++n) {
    const double norms = a.norms[n] * b.norms[n];
    if (norms > 0) sum += products[n] / norms;
  }
  return sum / kMaxOrder;
}

}  // namespace

std::vector<double> cider_kernel(const std::vector<Tokens>& captions,
                                 const DocumentFrequencies& frequencies) {
  TextSet unknown;
  std::vector<Weighted> weighted;
  weighted.reserve(captions.size());
  for (const Tokens& caption : captions) weighted.push_back(weigh(caption, frequencies, unknown));
  const size_t k = captions.size();
  std::vector<double> kernel(k * k);
  for (size_t i = 0; i < k; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      kernel[i * k + j] = kernel[j * k + i] = similarity(weighted[i], weighted[j]);
    }
  }
  return kernel;
}

std::optional<double> self_cider(const std::vector<Tokens>& captions,
                                 const DocumentFrequencies& frequencies) {
  const size_t k = captions.size();
  if (k < 2) return std::nullopt;
  double sum = 0, largest = 0;
  for (const double value : symmetric_eigenvalues(cider_kernel(captions, frequencies))) {
    const double root = std::sqrt(std::max(0.0, value));  // rounding may leave -1e-17
    sum += root;
    largest = std::max(largest, root);
  }
  if (sum == 0) return std::nullopt;
  return std::max(0.0, -std::log(largest / sum) / std::log(static_cast<double>(k)));
}

}  // namespace storyteller
