#include "train/metrics/metric.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace storyteller {
namespace {

TEST(Metric, ListsAreReadAndWrittenAlike) {
  for (const Metric metric : kAllMetrics) {
    const MetricSet one = {metric};
    EXPECT_EQ(parse_metrics(name_of(metric), "--metrics"), one);
    EXPECT_EQ(to_string(one), name_of(metric));
  }
  EXPECT_EQ(to_string(parse_metrics(" cider, rouge_l ,bleu,", "--metrics")), "bleu,rouge-l,cider");
  MetricSet all = parse_metrics("all", "--metrics");
  for (const Metric metric : kAllMetrics) {
    EXPECT_TRUE(all.contains(metric));
    all.erase(metric);
  }
  EXPECT_TRUE(all.empty());
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
}  // namespace storyteller
