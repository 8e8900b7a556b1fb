#include "train/metrics/caption_scorer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "core/error.h"
#include "tests/train/metrics/published_captions.h"
#include "train/metrics/ngram/bleu.h"
#include "train/metrics/ngram/cider.h"
#include "train/metrics/ngram/rouge.h"
#include "train/metrics/wordnet/wordnet.h"

namespace storyteller::caption_scorer_test {
namespace {

constexpr const char* kNoWordNet = "no WordNet for METEOR and SPICE (tools/setup installs it)";

/// BLEU-1..4.
std::vector<double> bleu_of(const MetricScores& scores) {
  std::vector<double> bleu;
  for (const ScoreColumn& column : score_columns({Metric::kBleu}))
    bleu.push_back(column.of(scores));
  return bleu;
}

TokenizedReferences references_of(const std::vector<std::vector<std::string>>& texts) {
  TokenizedReferences out;
  for (const auto& image : texts) {
    out.emplace_back();
    for (const auto& text : image) out.back().push_back(words(text));
  }
  return out;
}

/// Random captions of a small vocabulary, so that n-grams repeat and some make sense.
std::vector<Tokens> random_captions(std::mt19937_64& random, size_t count, size_t longest) {
  constexpr std::array kWords = {"a", "red", "dog", "runs", "on", "grass"};
  std::vector<Tokens> out(count);
  for (Tokens& caption : out) {
    const size_t length = random() % (longest + 1);
    for (size_t i = 0; i < length; ++i) caption.emplace_back(kWords[random() % kWords.size()]);
  }
  return out;
}

TokenizedReferences random_references(std::mt19937_64& random, size_t images) {
  TokenizedReferences out;
  for (size_t i = 0; i < images; ++i) out.push_back(random_captions(random, 1 + random() % 5, 12));
  return out;
}

TEST(CaptionScorer, BleuWorkedByHand) {
  // h: the the the cat; r: "the cat sat", "the the dog". Unigrams: the 2 of 3, cat 1 -> 3/4.
  // Bigrams: "the the" clipped to 1 of 2, "the cat" 1 -> 2/3. Closest length 3: no penalty.
  const CaptionScorer scorer(references_of({{"the cat sat", "the the dog"}}));
  const MetricScores scores = scorer.score(0, words("the the the cat"));
  EXPECT_NEAR(scores["bleu_1"], 3.0 / 4, 1e-8);
  EXPECT_NEAR(scores["bleu_2"], std::sqrt(3.0 / 4 * 2 / 3), 1e-8);
  EXPECT_LT(scores["bleu_3"], 1e-4);  // no trigram in common
  // Two tokens against three: exp(1 - 3/2).
  EXPECT_NEAR(scorer.score(0, words("the cat"))["bleu_1"], std::exp(-0.5), 1e-8);
}

TEST(CaptionScorer, ClosestReferenceLengthPrefersTheShorter) {
  const CaptionScorer scorer(references_of({{"a b c d e", "a b c"}}));
  const BleuStatistics statistics =
      bleu_statistics(scorer.references(), 0, scorer.references().prepare(words("a b c d")));
  EXPECT_EQ(statistics.reference_length, 3U);
}

TEST(CaptionScorer, RougeWorkedByHand) {
  // LCS "a c" with both: P = 2/3 (from either), R = 2/2 (from the second alone).
  const CaptionScorer scorer(references_of({{"a x c y", "a c"}}));
  const double p = 2.0 / 3;
  const double r = 1;
  EXPECT_NEAR(scorer.score(0, words("a b c"))["rouge_l"], (1 + 1.44) * p * r / (r + 1.44 * p),
              1e-12);
}

TEST(CaptionScorer, CiderWorkedByHand) {
  // Two images; "a" occurs in both (idf 0), "b" and "c" in one (idf ln 2). Hypothesis = reference
  // but for the repeated b: unigram vectors h = (b: 2), r = (b: 1), in units of ln 2.
  const CaptionScorer scorer(references_of({{"a b"}, {"a c"}}),
                             {.metrics = {Metric::kCider, Metric::kPlainCider}});
  const double clipped = 1.0 / (2 * 1);        // min(2, 1) * 1 / (|h| |r|)
  const double bigram = 1 / std::sqrt(2.0);    // h = (ab, bb), r = (ab)
  const double penalty = std::exp(-1.0 / 72);  // one bigram longer
  const MetricScores scores = scorer.score(0, words("a b b"));
  EXPECT_NEAR(scores["cider"], 10 * (clipped + bigram) * penalty / 4, 1e-12);
  EXPECT_NEAR(scores["plain_cider"], 10 * (1 + bigram) / 4, 1e-12);
}

TEST(CaptionScorer, PerfectCaptionsReachTheMaximum) {
  if (!std::filesystem::exists(default_wordnet_folder())) GTEST_SKIP() << kNoWordNet;
  const auto references = references_of({{"a dog runs over grass"}, {"two men play a guitar now"}});
  const CaptionScores scores = CaptionScorer(references, {.metrics = parse_metrics("all", "")})
                                   .score_all({references[0][0], references[1][0]});
  for (const double b : bleu_of(scores)) EXPECT_NEAR(b, 1, 1e-8);
  EXPECT_NEAR(scores["rouge_l"], 1, 1e-12);
  EXPECT_NEAR(scores["cider"], 10, 1e-12);
  EXPECT_NEAR(scores["plain_cider"], 10, 1e-12);
  EXPECT_NEAR(scores["meteor"], 1, 1e-12);
  EXPECT_NEAR(scores["spice"], 1, 1e-12);
  EXPECT_EQ(scores.distinct_captions, 2U);
}

TEST(CaptionScorer, CiderOfOneImageIsZero) {
  const CaptionScorer scorer(references_of({{"a dog runs", "a dog"}}));
  EXPECT_EQ(scorer.score_all({words("a dog runs")})["cider"], 0);
}

TEST(CaptionScorer, EmptyHypothesisScoresZeroAndIsFinite) {
  const CaptionScorer scorer(references_of({{"a dog runs"}, {"a cat"}}));
  const CaptionScores scores = scorer.score_all(std::vector<Tokens>(2));
  for (const double b : bleu_of(scores)) EXPECT_EQ(b, 0);
  EXPECT_EQ(scores["rouge_l"], 0);
  EXPECT_EQ(scores["cider"], 0);
}

TEST(CaptionScorer, EmptyReferenceIsAccepted) {
  const CaptionScorer scorer({{Tokens{}}, {words("a b")}});
  const MetricScores scores = scorer.score(0, words("a b"));
  EXPECT_TRUE(std::isfinite(scores["bleu_4"]) && std::isfinite(scores["cider"]));
  EXPECT_EQ(scores["rouge_l"], 0);
}

TEST(CaptionScorer, MissingReferencesAndHypothesesAreInputErrors) {
  EXPECT_THROW(PreparedReferences(TokenizedReferences{}), InputError);
  try {
    PreparedReferences({{words("a")}, {}});
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("image 1"), std::string::npos) << error.what();
  }
  const CaptionScorer scorer(references_of({{"a"}, {"b"}}));
  EXPECT_THROW(scorer.score_all({words("a")}), InputError);
  EXPECT_THROW(scorer.references().image(2), InternalError);
}

TEST(CaptionScorer, NonBreakingSpaceSplitsForBleuButNotForRouge) {
  const CaptionScorer scorer({{{"22\u00A03/4", "st."}}, {words("x")}});
  const MetricScores scores = scorer.score(0, {"22", "3/4", "st."});
  EXPECT_NEAR(scores["bleu_1"], 1, 1e-8);
  EXPECT_NEAR(scores["rouge_l"], 2.44 * (1.0 / 3) * 0.5 / (0.5 + 1.44 / 3), 1e-12);
}

TEST(CaptionScorer, SuppliedFrequenciesGiveTheSameAsComputedOnes) {
  std::mt19937_64 random(3);
  const auto train = random_references(random, 40);
  const auto frequencies = std::make_shared<const DocumentFrequencies>(train);
  const CaptionScorer own(train);
  const CaptionScorer subset({train.begin(), train.begin() + 5}, {.frequencies = frequencies});
  for (size_t i = 0; i < 5; ++i) {
    Tokens hypothesis = random_captions(random, 1, 10)[0];
    hypothesis.push_back("unseen");
    EXPECT_DOUBLE_EQ(own.score(i, hypothesis)["cider"], subset.score(i, hypothesis)["cider"]);
  }
  EXPECT_THROW(PreparedReferences(train, nullptr), InternalError);
}

TEST(CaptionScorer, ScoresDoNotDependOnThreads) {
  if (!std::filesystem::exists(default_wordnet_folder())) GTEST_SKIP() << kNoWordNet;
  const MetricSet all = parse_metrics("all", "");
  std::mt19937_64 random(11);
  const auto references = random_references(random, 1000);
  const auto hypotheses = random_captions(random, 1000, 14);
  const CaptionScores one =
      CaptionScorer(references, {.metrics = all, .threads = 1}).score_all(hypotheses);
  for (const int threads : {2, 3, 8}) {
    const CaptionScores many =
        CaptionScorer(references, {.metrics = all, .threads = threads}).score_all(hypotheses);
    EXPECT_EQ(one.distinct_captions, many.distinct_captions);
    for (const ScoreColumn& column : score_columns(all)) {
      EXPECT_EQ(column.of(one), column.of(many)) << column.key;
      for (size_t i = 0; i < 1000; ++i) {
        ASSERT_EQ(std::bit_cast<uint64_t>(column.of(one.each[i])),
                  std::bit_cast<uint64_t>(column.of(many.each[i])))
            << column.key << i;
      }
    }
  }
}

TEST(CaptionScorer, OneObjectServesManyThreads) {
  std::mt19937_64 random(12);
  const CaptionScorer scorer(random_references(random, 50));
  const auto hypotheses = random_captions(random, 50, 14);
  const CaptionScores expected = scorer.score_all(hypotheses);
  std::vector<std::jthread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round) {
        for (size_t i = 0; i < 50; ++i) {
          if (scorer.score(i, hypotheses[i])["cider"] != expected.each[i]["cider"]) ++wrong;
        }
      }
    });
  }
  threads.clear();
  EXPECT_EQ(wrong, 0);
}

TEST(CaptionScorer, WhatWasNotAskedForIsNotComputed) {
  const auto references = references_of({{"a dog runs"}, {"a cat"}});
  const CaptionScorer scorer(references, {.metrics = {Metric::kRougeL}});
  const CaptionScores scores = scorer.score_all(std::vector<Tokens>{words("a dog"), {}});
  EXPECT_TRUE(std::isnan(scores["bleu_1"]) && std::isnan(scores["cider"]));
  EXPECT_TRUE(std::isnan(scores.each[0]["plain_cider"]));
  EXPECT_GT(scores["rouge_l"], 0);
  ASSERT_EQ(score_columns(scorer.metrics()).size(), 1U);
  EXPECT_EQ(score_columns(scorer.metrics())[0].of(scores), scores["rouge_l"]);
}

TEST(CaptionScorer, SpiceSpeaksOfCategoriesToo) {
  if (!std::filesystem::exists(default_wordnet_folder())) GTEST_SKIP() << kNoWordNet;
  const auto references = references_of({{"a red dog runs on grass"}, {"two cats sleep"}});
  const CaptionScorer scorer(references, {.metrics = {Metric::kSpice}});
  CaptionScores scores =
      scorer.score_all({words("a red dog runs on the grass"), words("two dogs sleep")});
  ASSERT_TRUE(scores.spice_categories);
  EXPECT_EQ(scores["spice"], scores.spice_categories->f1);
  EXPECT_EQ(scores.each[0]["spice"], 1);
  EXPECT_EQ(scores["spice"], (scores.each[0]["spice"] + scores.each[1]["spice"]) / 2);
  const auto category = [&](SpiceCategory c) {
    return scores.spice_categories->categories[static_cast<size_t>(c)];
  };
  EXPECT_EQ(category(SpiceCategory::kColor), 1);  // of the one image whose references have one
  EXPECT_EQ(category(SpiceCategory::kObject), 0.5);
  EXPECT_FALSE(category(SpiceCategory::kSize));

  SpiceCounts imported;
  imported.categories[0] = {.matched = 1, .candidate_only = 1, .reference_only = 0};
  set_imported_spice({imported, SpiceCounts()}, scores);
  EXPECT_TRUE(scores.spice_imported);
  EXPECT_NEAR(scores["spice"], 1.0 / 3, 1e-12);  // P 1/2, R 1; nothing of the other image
  EXPECT_EQ(scores.each[1]["spice"], 0);
  EXPECT_THROW(set_imported_spice({imported}, scores), InternalError);
}

TEST(CaptionScorer, SeveralHypothesesOfAnImageCountEachForItself) {
  const CaptionScorer scorer(references_of({{"a dog runs"}, {"a cat sleeps"}}));
  const std::vector<Hypothesis> samples = {
      {1, words("a cat")}, {0, words("dogs")}, {1, words("a")}};
  const CaptionScores scores = scorer.score_hypotheses(samples);
  ASSERT_EQ(scores.each.size(), 3U);
  double sum = 0;
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(scores.each[i]["cider"], scorer.score(samples[i].image, samples[i].tokens)["cider"]);
    sum += scores.each[i]["cider"];
  }
  EXPECT_DOUBLE_EQ(scores["cider"], sum / 3);
  EXPECT_THROW(scorer.score_hypotheses({}), InputError);
  EXPECT_THROW(scorer.score_hypotheses({{2, {}}}), InternalError);
}

TEST(CaptionScorer, AnotherReferenceNeverLowersClippedCounts) {
  std::mt19937_64 random(8);
  for (int round = 0; round < 500; ++round) {
    auto captions = random_captions(random, 1 + random() % 4, 12);
    const Tokens hypothesis = random_captions(random, 1, 12)[0];
    const PreparedReferences fewer(TokenizedReferences{captions});
    captions.push_back(random_captions(random, 1, 12)[0]);
    const PreparedReferences more(TokenizedReferences{captions});
    const BleuStatistics before = bleu_statistics(fewer, 0, fewer.prepare(hypothesis));
    const BleuStatistics after = bleu_statistics(more, 0, more.prepare(hypothesis));
    for (int n = 0; n < kMaxOrder; ++n) EXPECT_GE(after.correct[n], before.correct[n]);
    EXPECT_GE(rouge_l(more, 0, more.prepare(hypothesis)),
              rouge_l(fewer, 0, fewer.prepare(hypothesis)));
  }
}

TEST(CaptionScorer, ScoresDoNotDependOnTheOrderOfImagesOrReferences) {
  if (!std::filesystem::exists(default_wordnet_folder())) GTEST_SKIP() << kNoWordNet;
  const ScorerOptions all = {.metrics = parse_metrics("all", "")};
  std::mt19937_64 random(5);
  auto references = random_references(random, 200);
  auto hypotheses = random_captions(random, 200, 14);
  const CaptionScores before = CaptionScorer(references, all).score_all(hypotheses);
  std::reverse(references.begin(), references.end());
  std::reverse(hypotheses.begin(), hypotheses.end());
  for (auto& image : references) std::reverse(image.begin(), image.end());
  const CaptionScores after = CaptionScorer(references, all).score_all(hypotheses);
  EXPECT_EQ(bleu_of(before), bleu_of(after));
  for (const ScoreColumn& column : score_columns(all.metrics)) {
    EXPECT_NEAR(column.of(before), column.of(after), 1e-12) << column.key;
    for (size_t i = 0; i < 200; ++i) {
      const double x = column.of(before.each[i]), y = column.of(after.each[199 - i]);
      EXPECT_TRUE(std::abs(x - y) <= 1e-12 || (std::isnan(x) && std::isnan(y))) << column.key;
    }
  }
  EXPECT_GT(before["spice"], 0);
}

/// BLEU statistics and CIDEr-D again, slowly, with maps over strings.
using Bag = std::map<std::vector<std::string>, double>;
Bag bag(const Tokens& tokens, size_t n) {
  Bag out;
  for (size_t i = 0; i + n <= tokens.size(); ++i) {
    ++out[{tokens.begin() + static_cast<long>(i), tokens.begin() + static_cast<long>(i + n)}];
  }
  return out;
}

double naive_cider_d(const TokenizedReferences& all, size_t image, const Tokens& hypothesis) {
  double sum = 0;
  for (size_t n = 1; n <= 4; ++n) {
    Bag df;
    for (const auto& references : all) {
      Bag seen;
      for (const Tokens& r : references) seen.merge(bag(r, n));
      for (const auto& [gram, count] : seen) df[gram] += 1;
    }
    const auto weigh = [&](Bag counts) {
      for (auto& [gram, value] : counts) {
        const double d = df.contains(gram) ? df[gram] : 1;
        value *= std::log(static_cast<double>(all.size())) - std::log(d);
      }
      return counts;
    };
    const auto norm = [](const Bag& v) {
      double s = 0;
      for (const auto& [gram, value] : v) s += value * value;
      return std::sqrt(s);
    };
    const Bag h = weigh(bag(hypothesis, n));
    for (const Tokens& reference : all[image]) {
      const Bag r = weigh(bag(reference, n));
      double dot = 0;
      for (const auto& [gram, value] : h) {
        if (r.contains(gram)) dot += std::min(value, r.at(gram)) * r.at(gram);
      }
      const auto length = [](const Tokens& t) { return t.empty() ? 0.0 : t.size() - 1.0; };
      const double delta = length(hypothesis) - length(reference);
      if (norm(h) * norm(r) == 0) continue;
      sum += dot / (norm(h) * norm(r)) * std::exp(-delta * delta / 72) /
             static_cast<double>(all[image].size());
    }
  }
  return sum / 4 * 10;
}

TEST(CaptionScorer, AgreesWithASlowCider) {
  std::mt19937_64 random(21);
  const auto all = random_references(random, 12);
  const CaptionScorer scorer(all);
  for (size_t i = 0; i < all.size(); ++i) {
    Tokens hypothesis = random_captions(random, 1, 12)[0];
    hypothesis.insert(hypothesis.end(), {"new", "new", "words"});
    EXPECT_NEAR(scorer.score(i, hypothesis)["cider"], naive_cider_d(all, i, hypothesis), 1e-12);
  }
}

TEST(CaptionScorer, BitParallelSubsequenceAgreesWithTheTable) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 2000; ++round) {
    std::vector<TokenId> a(random() % 66);
    std::vector<TokenId> b(random() % 70);
    for (auto* s : {&a, &b}) {
      for (TokenId& id : *s) id = static_cast<TokenId>(random() % 5);
    }
    std::vector<std::vector<size_t>> table(a.size() + 1, std::vector<size_t>(b.size() + 1, 0));
    for (size_t i = 0; i < a.size(); ++i) {
      for (size_t j = 0; j < b.size(); ++j) {
        table[i + 1][j + 1] =
            a[i] == b[j] ? table[i][j] + 1 : std::max(table[i][j + 1], table[i + 1][j]);
      }
    }
    ASSERT_EQ(longest_common_subsequence(a, b), table[a.size()][b.size()]);
  }
}

TEST(CaptionScorer, DistinctCaptionsAreCountedByTokens) {
  EXPECT_EQ(count_distinct_captions({{"a", "b"}, {"a", "b"}, {"ab"}, {}}), 3U);
}

}  // namespace
}  // namespace storyteller::caption_scorer_test
