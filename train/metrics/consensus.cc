#include "train/metrics/consensus.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "train/metrics/metric_scorer.h"
#include "train/metrics/ngram/cider.h"
#include "train/metrics/spice/spice.h"

namespace storyteller {
namespace {

/// Two images without a word: every n-gram is in none.
std::shared_ptr<const DocumentFrequencies> equal_weights() {
  return std::make_shared<const DocumentFrequencies>(TokenizedReferences{{Tokens()}, {Tokens()}});
}

/// The mean of similarity(i, j) over all j but i.
template <class Of>
std::vector<double> mean_similarity(size_t count, Of&& similarity) {
  std::vector<double> means(count);
  if (count < 2) return means;
  for (size_t i = 0; i < count; ++i) {
    for (size_t j = 0; j < count; ++j) {
      if (j != i) means[i] += similarity(i, j);
    }
    means[i] /= static_cast<double>(count - 1);
  }
  return means;
}

std::vector<double> cider_agreement(const std::vector<Tokens>& candidates,
                                    const std::shared_ptr<const DocumentFrequencies>& frequencies) {
  TokenizedReferences each;
  for (const Tokens& candidate : candidates) each.push_back({candidate});
  const PreparedReferences references(each, frequencies);
  std::vector<PreparedCaption> prepared;
  prepared.reserve(candidates.size());
  for (const Tokens& candidate : candidates) prepared.push_back(references.prepare(candidate));
  return mean_similarity(candidates.size(),
                         [&](size_t i, size_t j) { return cider_d(references, j, prepared[i]); });
}

std::vector<double> spice_agreement(const std::vector<Tokens>& candidates,
                                    const SpiceModel& model) {
  std::vector<spice::ReferenceGraph> graphs;
  graphs.reserve(candidates.size());
  for (const Tokens& candidate : candidates) graphs.emplace_back(model.graph({candidate}));
  return mean_similarity(candidates.size(), [&](size_t i, size_t j) {
    return spice_counts(graphs[i].graph(), graphs[j]).f1();
  });
}

}  // namespace

Consensus::Consensus(Similarity similarity, std::shared_ptr<const DocumentFrequencies> frequencies,
                     std::shared_ptr<const SpiceModel> spice)
    : similarity_(similarity), frequencies_(std::move(frequencies)), spice_(std::move(spice)) {
  if (frequencies_ == nullptr) frequencies_ = equal_weights();
  if (similarity_ == Similarity::kSpice && spice_ == nullptr) spice_ = default_spice_model();
}

std::vector<double> Consensus::agreement(const std::vector<Tokens>& candidates) const {
  if (candidates.empty()) return {};
  return similarity_ == Similarity::kCider ? cider_agreement(candidates, frequencies_)
                                           : spice_agreement(candidates, *spice_);
}

std::vector<size_t> Consensus::ranking(const std::vector<double>& agreement) {
  std::vector<size_t> order(agreement.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return agreement[a] > agreement[b]; });
  return order;
}

}  // namespace storyteller
