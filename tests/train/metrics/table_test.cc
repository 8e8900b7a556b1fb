#include "train/metrics/table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"

namespace storyteller::table_test {
namespace {

TEST(Metric, ListsAreReadAndWrittenAlike) {
  for (size_t i = 0; i < metric_table().size(); ++i) {
    const MetricSet one = {static_cast<Metric>(i)};
    const std::string name(metric_table()[i].name);
    EXPECT_EQ(parse_metrics(name, "--metrics"), one);
    EXPECT_EQ(to_string(one), name);
  }
  EXPECT_EQ(to_string(parse_metrics(" cider, rouge_l ,bleu,", "--metrics")), "bleu,rouge-l,cider");
  MetricSet all = parse_metrics("all", "--metrics");
  for (size_t i = 0; i < metric_table().size(); ++i) {
    EXPECT_TRUE(all.contains(static_cast<Metric>(i)));
    all.erase(static_cast<Metric>(i));
  }
  EXPECT_TRUE(all.empty());
}

TEST(Metric, RowsStandWhereTheirNamesSay) {
  const std::vector<std::pair<Metric, std::string>> named = {
      {Metric::kBleu, "bleu"},   {Metric::kRougeL, "rouge-l"},         {Metric::kMeteor, "meteor"},
      {Metric::kCider, "cider"}, {Metric::kPlainCider, "plain-cider"}, {Metric::kSpice, "spice"}};
  for (const auto& [metric, name] : named) EXPECT_EQ(name_of(metric), name);
}

TEST(Metric, EveryColumnHasAKeyOfItsOwnAndANumber) {
  std::set<std::string> keys;
  MetricScores scores;
  for (const ScoreColumn& column : score_columns()) {
    EXPECT_TRUE(keys.insert(std::string(column.key)).second) << column.key;
    EXPECT_TRUE(std::isnan(scores[column.key]));
    scores.set(column.key, static_cast<double>(column.number));
  }
  for (const ScoreColumn& column : score_columns()) {
    EXPECT_EQ(column.of(scores), static_cast<double>(column.number));
    EXPECT_EQ(scores[column.key], column.of(scores));
  }
  EXPECT_THROW(scores["bleu-1"], InternalError);
}

TEST(Metric, UnknownNamesAreUsageErrorsThatKnowBetter) {
  const auto message = [](const char* list) -> std::string {
    try {
      parse_metrics(list, "--metrics");
    } catch (const UsageError& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_NE(message("bleu,cidre").find("--metrics: unknown metric 'cidre'; did you mean 'cider'?"),
            std::string::npos)
      << message("bleu,cidre");
  EXPECT_NE(message("").find("at least one metric of bleu"), std::string::npos) << message("");
  EXPECT_NE(message("\x1b[2J").find("\\x1b"), std::string::npos) << message("\x1b[2J");
}

}  // namespace
}  // namespace storyteller::table_test
