#include "train/metrics/consensus.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/words.h"
#include "train/metrics/metric_scorer.h"
#include "train/metrics/ngram/cider.h"
#include "train/metrics/spice/spice.h"

namespace storyteller::consensus_test {
namespace {

using Weights = std::map<Tokens, double>;

/// n-grams of one order, with how often they come times the weight of each.
Weights vector_of(const Tokens& caption, size_t n, const Weights& idf, double rare) {
  Weights weights;
  for (size_t i = 0; i + n <= caption.size(); ++i) {
    const auto first = caption.begin() + static_cast<int64_t>(i);
    const Tokens ngram(first, first + static_cast<int64_t>(n));
    weights[ngram] += idf.contains(ngram) ? idf.at(ngram) : rare;
  }
  return weights;
}

double norm(const Weights& weights) {
  double sum = 0;
  for (const auto& [ngram, weight] : weights) sum += weight * weight;
  return std::sqrt(sum);
}

/// CIDEr-D of one caption against one reference, as the paper has it.
double cider_d(const Tokens& caption, const Tokens& reference, const Weights& idf, double rare) {
  const double delta = static_cast<double>(caption.size()) - static_cast<double>(reference.size());
  double sum = 0;
  for (size_t n = 1; n <= 4; ++n) {
    const Weights h = vector_of(caption, n, idf, rare), r = vector_of(reference, n, idf, rare);
    double product = 0;
    for (const auto& [ngram, weight] : h) {
      if (r.contains(ngram)) product += std::min(weight, r.at(ngram)) * r.at(ngram);
    }
    if (norm(h) * norm(r) > 0) sum += product / (norm(h) * norm(r));
  }
  return 10 * sum / 4 * std::exp(-delta * delta / (2 * 36));
}

const std::vector<Tokens> kCandidates = {
    words("a dog runs on the grass"),
    words("a dog runs in the grass"),
    words("a cat sits on a red chair"),
    words("a dog runs on the green grass"),
    words("a dog runs on the grass"),
    words("two people"),
    words("a a a dog dog"),
};

void expect_definition(const Consensus& consensus, const Weights& idf, double rare) {
  const std::vector<double> agreement = consensus.agreement(kCandidates);
  ASSERT_EQ(agreement.size(), kCandidates.size());
  for (size_t i = 0; i < kCandidates.size(); ++i) {
    double mean = 0;
    for (size_t j = 0; j < kCandidates.size(); ++j) {
      if (j != i) mean += cider_d(kCandidates[i], kCandidates[j], idf, rare);
    }
    EXPECT_NEAR(agreement[i], mean / static_cast<double>(kCandidates.size() - 1), 1e-9) << i;
  }
}

TEST(Consensus, IsTheMeanSimilarityToTheOthers) {
  expect_definition(Consensus(Similarity::kCider), {}, 1);
  const std::vector<double> agreement = Consensus(Similarity::kCider).agreement(kCandidates);
  EXPECT_EQ(Consensus::ranking(agreement)[0], 0U) << "of the two that are alike the first";
  EXPECT_EQ(Consensus::ranking(agreement)[1], 4U);
  EXPECT_EQ(agreement[0], agreement[4]);
}

TEST(Consensus, RepetitionChangesNoBit) {
  std::vector<Tokens> candidates;
  for (size_t i = 0; i < 40; ++i) candidates.push_back(kCandidates[i * i % kCandidates.size()]);
  TokenizedReferences each;
  for (const Tokens& candidate : candidates) each.push_back({candidate});
  const PreparedReferences references(each, std::make_shared<const DocumentFrequencies>(
                                                TokenizedReferences{{Tokens()}, {Tokens()}}));
  const std::vector<double> agreement = Consensus(Similarity::kCider).agreement(candidates);
  for (size_t i = 0; i < candidates.size(); ++i) {
    const PreparedCaption prepared = references.prepare(candidates[i]);
    double mean = 0;
    for (size_t j = 0; j < candidates.size(); ++j) {
      if (j != i) mean += storyteller::cider_d(references, j, prepared);
    }
    EXPECT_EQ(agreement[i], mean / static_cast<double>(candidates.size() - 1)) << i;
  }
}

TEST(Consensus, WeighsByFrequenciesThatAreGiven) {
  // "dog" is in all three images, "a" in two; everything else in one or none.
  const TokenizedReferences corpus = {{words("a dog")}, {words("dog a")}, {words("dog")}};
  const Weights idf = {{{"dog"}, 0}, {{"a"}, std::log(3.0 / 2)}};
  expect_definition(
      Consensus(Similarity::kCider, std::make_shared<const DocumentFrequencies>(corpus)), idf,
      std::log(3.0));
}

TEST(Consensus, BySpiceIsTheMeanF1) {
  std::shared_ptr<const SpiceModel> model;
  try {
    model = default_spice_model();
  } catch (const std::exception& error) {
    GTEST_SKIP() << error.what();
  }
  const std::vector<double> agreement =
      Consensus(Similarity::kSpice, nullptr, model).agreement(kCandidates);
  for (size_t i = 0; i < kCandidates.size(); ++i) {
    double mean = 0;
    for (size_t j = 0; j < kCandidates.size(); ++j) {
      if (j == i) continue;
      mean += SpiceReferences({{kCandidates[j]}}, model, 1).score(0, kCandidates[i]).f1();
    }
    EXPECT_NEAR(agreement[i], mean / static_cast<double>(kCandidates.size() - 1), 1e-12) << i;
  }
}

TEST(Consensus, OfOneOrNoneIsNothing) {
  const Consensus consensus(Similarity::kCider);
  EXPECT_EQ(consensus.agreement({words("a dog")}), std::vector<double>{0});
  EXPECT_TRUE(consensus.agreement({}).empty());
  EXPECT_EQ(Consensus::ranking({0.5, 1, 1, 0}), (std::vector<size_t>{1, 2, 0, 3}));
}

}  // namespace
}  // namespace storyteller::consensus_test
