#include "train/metrics/sets/set_report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>

#include <nlohmann/json.hpp>

#include "core/error.h"
#include "tests/train/metrics/published_captions.h"

namespace storyteller::set_report_test {
namespace {

using nlohmann::json;

std::vector<Tokens> all_words(const json& texts) {
  std::vector<Tokens> out;
  for (const auto& text : texts) out.push_back(words(text.get<std::string>()));
  return out;
}

/// What is made of captions, [picture][caption], and references.
SetReport report_of(const std::vector<std::vector<Tokens>>& captions,
                    const TokenizedReferences& references, MetricSet metrics,
                    const SeenCaptions* training = nullptr, int threads = 1) {
  std::vector<Hypothesis> hypotheses;
  for (size_t i = 0; i < captions.size(); ++i) {
    for (const Tokens& caption : captions[i]) hypotheses.push_back({i, caption});
  }
  const CaptionScorer scorer(references, {.metrics = metrics, .threads = threads});
  return make_set_report(hypotheses, references, scorer, scorer.score_hypotheses(hypotheses),
                         training, threads);
}

/// Written by make_set_measure_goldens.py from the definitions.
TEST(SetReport, AgreesWithTheDefinitions) {
  std::ifstream in(std::filesystem::path(STORYTELLER_SOURCE_DIR) /
                   "tests/goldens/set_measures.json");
  const json goldens = json::parse(in);
  ASSERT_EQ(goldens.size(), 2U);
  for (const auto& [name, golden] : goldens.items()) {
    std::vector<std::vector<Tokens>> captions;
    TokenizedReferences references;
    for (const json& set : golden["captions"]) captions.push_back(all_words(set));
    for (const json& set : golden["references"]) references.push_back(all_words(set));
    const SeenCaptions training(all_words(golden["training"]));
    const SetReport report = report_of(
        captions, references, {Metric::kBleu, Metric::kRougeL, Metric::kCider, Metric::kPlainCider},
        &training, 2);
    for (const auto& [scores, expected] :
         {std::pair(report.measures, golden["measures"]), {report.people, golden["people"]}}) {
      EXPECT_EQ(expected.size(), 10U);
      for (const auto& [key, value] : expected.items()) {
        ASSERT_TRUE(set_score(scores, key).value) << name << ' ' << key;
        // An eigenvalue that is 0 may come out as 1e-17, and its root counts.
        const double tolerance = key == "self_cider" ? 1e-7 : 1e-11;
        EXPECT_NEAR(*set_score(scores, key).value, value, tolerance) << name << ' ' << key;
      }
    }
    for (const auto& [scores, expected] : {std::pair(report.spread->first, golden["first"]),
                                           {report.spread->average, golden["average"]},
                                           {report.spread->oracle, golden["oracle"]}}) {
      EXPECT_EQ(expected.size(), 5U);
      for (const auto& [key, value] : expected.items()) {
        EXPECT_NEAR(scores[key], value, 1e-9) << name << ' ' << key;
      }
    }
  }
}

TEST(SetReport, CountsPicturesAndCaptions) {
  const TokenizedReferences references = {{words("a b"), words("c d"), words("e f")},
                                          {words("g h")}};
  const SetReport report = report_of({{words("a b"), words("a b"), words("x")}, {words("a b")}},
                                     references, {Metric::kCider});
  EXPECT_EQ(report.pictures, 2U);
  EXPECT_EQ(report.captions, 4U);
  EXPECT_EQ(report.distinct_captions, 2U);
  EXPECT_EQ(report.several, 1U);
  EXPECT_EQ(report.people_several, 1U);
  EXPECT_EQ(report.fewest, 1U);
  EXPECT_EQ(report.most, 3U);
  EXPECT_EQ(report.documents, 2U);
  EXPECT_DOUBLE_EQ(set_score(report.people, "div_1").value.value(), 1);
  EXPECT_TRUE(std::isnan(report.spread->oracle["bleu_4"])) << "it was not asked for";
}

/// References: dog, ball, brown ball. "a dog" and "a ball" say two of the three.
TEST(SetReport, AllSpiceIsOfWhatTheCaptionsSayTogether) {
  const TokenizedReferences references = {{words("a dog"), words("a brown ball")},
                                          {words("a cat")}};
  const auto apart = report_of({{words("a dog"), words("a ball")}, {words("a cat")}}, references,
                               {Metric::kSpice});
  EXPECT_DOUBLE_EQ(apart.spread->first["spice"], (0.5 + 1) / 2);
  EXPECT_DOUBLE_EQ(apart.spread->average["spice"], (0.5 + 1) / 2);
  EXPECT_DOUBLE_EQ(apart.spread->oracle["spice"], (0.5 + 1) / 2);
  EXPECT_DOUBLE_EQ(set_score(apart.measures, "all_spice").value.value(), (0.8 + 1) / 2);
  // What is said twice counts once; what is wrong costs.
  const auto twice =
      report_of({{words("a dog"), words("the dog"), words("a house")}, {words("a cat")}},
                references, {Metric::kSpice});
  EXPECT_DOUBLE_EQ(set_score(twice.measures, "all_spice").value.value(), (0.4 + 1) / 2);
  EXPECT_FALSE(set_score(twice.people, "all_spice").value);
  // Not asked for: absent.
  const auto without = report_of({{words("a dog"), words("a ball")}, {words("a cat")}}, references,
                                 {Metric::kCider});
  EXPECT_EQ(set_score(without.measures, "all_spice").absent, "SPICE-native was not computed");
}

// Where less is better the least is the best, and captions without a score count for nothing.
TEST(SetReport, OracleIsTheBestOfAPictureByEveryMetric) {
  const TokenizedReferences references = {{words("a dog runs on grass")}, {words("a cat sleeps")}};
  const MetricSet metrics = parse_metrics("all", "");
  const std::vector<std::vector<Tokens>> captions = {
      {words("a cat"), words("a dog runs on grass"), words("grass")},
      {words("a cat sleeps"), words("a green man")}};
  const SetReport report = report_of(captions, references, metrics);
  const CaptionScorer scorer(references, {.metrics = metrics});
  for (const ScoreColumn& column : score_columns(metrics)) {
    double first = 0, average = 0, oracle = 0;
    for (size_t i = 0; i < 2; ++i) {
      std::vector<double> there;
      for (const Tokens& caption : captions[i]) {
        const double score = column.of(scorer.score(i, caption));
        if (!std::isnan(score)) there.push_back(score);
      }
      first += there.front() / 2;
      average +=
          std::accumulate(there.begin(), there.end(), 0.0) / static_cast<double>(there.size()) / 2;
      oracle += (column.greater_is_better ? *std::max_element(there.begin(), there.end())
                                          : *std::min_element(there.begin(), there.end())) /
                2;
    }
    EXPECT_NEAR(column.of(report.spread->first), first, 1e-12) << column.key;
    EXPECT_NEAR(column.of(report.spread->average), average, 1e-12) << column.key;
    EXPECT_NEAR(column.of(report.spread->oracle), oracle, 1e-12) << column.key;
    EXPECT_TRUE(column.greater_is_better ? oracle > average : oracle < average) << column.key;
  }
}

TEST(SetReport, OfSingleCaptionsThereIsNoSpread) {
  const TokenizedReferences references = {{words("a b")}, {words("c d")}};
  const SetReport report = report_of({{words("a b")}, {words("c")}}, references, {Metric::kCider});
  EXPECT_FALSE(report.spread);
  EXPECT_EQ(report.several, 0U);
  EXPECT_FALSE(set_score(report.measures, "self_cider").value);
  const CaptionScorer scorer(references, {.metrics = {Metric::kCider}});
  EXPECT_THROW(make_set_report({}, references, scorer, {}, nullptr), InputError);
}

TEST(SetReport, DoesNotDependOnThreads) {
  TokenizedReferences references;
  std::vector<std::vector<Tokens>> captions;
  for (int i = 0; i < 40; ++i) {
    const std::string n = std::to_string(i % 7), m = std::to_string(i % 5);
    references.push_back({words("a dog " + n + " runs " + m), words("dog " + m)});
    captions.push_back({words("a dog " + n), words("dog runs " + m + " a"), words("a " + m)});
  }
  const auto one = report_of(captions, references, parse_metrics("all", ""), nullptr, 1);
  const auto more = report_of(captions, references, parse_metrics("all", ""), nullptr, 3);
  for (size_t i = 0; i < one.measures.size(); ++i) {
    EXPECT_EQ(one.measures[i].value, more.measures[i].value) << set_measure_table()[i].key;
  }
}

}  // namespace
}  // namespace storyteller::set_report_test
