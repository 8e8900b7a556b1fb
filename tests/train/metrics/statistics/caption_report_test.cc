#include "train/metrics/statistics/caption_report.h"

#include <gtest/gtest.h>

#include "tests/train/metrics/published_captions.h"

namespace storyteller::caption_report_test {
namespace {

TEST(CaptionReport, TakesAsManyCaptionsOfPeopleAsThereAreOfTheModel) {
  const TokenizedReferences references = {
      {words("a man runs"), words("a man is running"), words("somebody runs")},
      {words("a woman reads"), words("a woman with a book"), words("she reads")}};
  const std::vector<Hypothesis> hypotheses = {
      {0, words("a man runs")}, {0, words("a man runs")}, {1, words("a man reads")}};
  const CaptionReport report = make_caption_report(hypotheses, references, nullptr);
  EXPECT_EQ(report.captions.captions, 3U);
  EXPECT_EQ(report.captions.distinct_captions, 2U);
  EXPECT_EQ(report.people.captions, 3U) << "two of the first image, one of the second";
  EXPECT_EQ(report.people.distinct_captions, 3U);
  EXPECT_EQ(report.bias.female.wrong, 1U);
  EXPECT_EQ(report.bias.male.wrong, 0U);
  EXPECT_FALSE(report.unseen);

  const SeenCaptions training({{words("a man runs")}});
  const CaptionReport told = make_caption_report(hypotheses, references, &training);
  EXPECT_DOUBLE_EQ(told.unseen.value(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(told.people_unseen.value(), 2.0 / 3);
}

}  // namespace
}  // namespace storyteller::caption_report_test
