#include "train/confidence/confidence_scores.h"

#include <gtest/gtest.h>

namespace storyteller::confidence_scores_test {
namespace {

TEST(ConfidenceScores, CountsGradesAndWhatIsRight) {
  const std::vector<Tokens> captions = {{"a", "dog"}, {"a", "cat"}, {}, {"a", "man"}, {"a", "dog"}};
  const TokenizedReferences references = {{{"a", "dog"}, {"one", "dog"}, {"it"}},
                                          {{"a", "dog"}, {"one", "dog"}, {"a", "cat"}},
                                          {{"a", "dog"}},
                                          {{"a", "man"}},
                                          {{"a", "dog"}}};
  const auto graded = [](double confidence, Grade grade) {
    return Assessment{.confidence = confidence, .photo = 0.9, .domain = 0.5, .grade = grade};
  };
  std::vector<Assessment> assessments = {graded(0.9, Grade::kSure), graded(0.6, Grade::kLikely),
                                         graded(0.9, Grade::kSure), graded(0.8, Grade::kLikely),
                                         Assessment{}};
  assessments[3].photo = 0.1;
  const auto scores = confidence_scores(captions, assessments, references);
  ASSERT_TRUE(scores.has_value());
  EXPECT_EQ(scores->captions, 3U);  // without the empty one and the one that knows nothing
  EXPECT_DOUBLE_EQ(scores->right, 2.0 / 3);
  EXPECT_DOUBLE_EQ(*scores->auroc, 1);
  EXPECT_EQ(scores->grades.sure.captions, 1U);
  EXPECT_DOUBLE_EQ(*scores->grades.likely.precision(), 0.5);
  EXPECT_EQ(scores->no_photographs, 1U);
  EXPECT_FALSE(confidence_scores({{}}, {Assessment{}}, {{}}).has_value());
}

}  // namespace
}  // namespace storyteller::confidence_scores_test
