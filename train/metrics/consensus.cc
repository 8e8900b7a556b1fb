#include "train/metrics/consensus.h"

#include <algorithm>
#include <map>
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

/// Candidates without repetition, in the order of their first occurrence: samples of a model often
/// agree to the word.
struct Distinct {
  explicit Distinct(const std::vector<Tokens>& candidates) {
    std::map<Tokens, size_t> numbers;
    for (const Tokens& candidate : candidates) {
      const auto [found, fresh] = numbers.try_emplace(candidate, captions.size());
      if (fresh) captions.push_back(candidate);
      number.push_back(found->second);
    }
  }

  std::vector<Tokens> captions;
  std::vector<size_t> number;  ///< [candidate] its place in captions
};

/// For each candidate the mean of similarity(its caption, the caption of another) over all others.
/// Sums go over candidates in their order: they come to the same bits as without Distinct.
template <class Of>
std::vector<double> mean_similarity(const Distinct& distinct, Of&& similarity) {
  const size_t count = distinct.number.size(), captions = distinct.captions.size();
  std::vector<double> means(count);
  if (count < 2) return means;
  std::vector<double> matrix(captions * captions);
  for (size_t a = 0; a < captions; ++a) {
    for (size_t b = 0; b < captions; ++b) matrix[a * captions + b] = similarity(a, b);
  }
  for (size_t i = 0; i < count; ++i) {
    const double* row = matrix.data() + distinct.number[i] * captions;
    for (size_t j = 0; j < count; ++j) {
      if (j != i) means[i] += row[distinct.number[j]];
    }
    means[i] /= static_cast<double>(count - 1);
  }
  return means;
}

std::vector<double> cider_agreement(const Distinct& distinct,
                                    const std::shared_ptr<const DocumentFrequencies>& frequencies) {
  TokenizedReferences each;
  for (const Tokens& caption : distinct.captions) each.push_back({caption});
  const PreparedReferences references(each, frequencies);
  std::vector<PreparedCaption> prepared;
  prepared.reserve(distinct.captions.size());
  for (const Tokens& caption : distinct.captions) prepared.push_back(references.prepare(caption));
  return mean_similarity(distinct,
                         [&](size_t a, size_t b) { return cider_d(references, b, prepared[a]); });
}

std::vector<double> spice_agreement(const Distinct& distinct, const SpiceModel& model) {
  std::vector<spice::ReferenceGraph> graphs;
  graphs.reserve(distinct.captions.size());
  for (const Tokens& caption : distinct.captions) graphs.emplace_back(model.graph({caption}));
  return mean_similarity(distinct, [&](size_t a, size_t b) {
    return spice_counts(graphs[a].graph(), graphs[b]).f1();
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
  const Distinct distinct(candidates);
  return similarity_ == Similarity::kCider ? cider_agreement(distinct, frequencies_)
                                           : spice_agreement(distinct, *spice_);
}

std::vector<size_t> Consensus::ranking(const std::vector<double>& agreement) {
  std::vector<size_t> order(agreement.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return agreement[a] > agreement[b]; });
  return order;
}

}  // namespace storyteller
