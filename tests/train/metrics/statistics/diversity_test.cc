#include "train/metrics/statistics/diversity.h"

#include <gtest/gtest.h>

#include "tests/train/metrics/published_captions.h"

namespace storyteller::diversity_test {
namespace {

std::vector<Tokens> all_words(const std::vector<std::string>& texts) {
  std::vector<Tokens> out;
  for (const std::string& text : texts) out.push_back(words(text));
  return out;
}

TEST(Diversity, StatisticsWorkedByHand) {
  const auto captions = all_words({"a dog runs", "a dog with a", "a dog runs", ""});
  const CaptionStatistics found = caption_statistics(captions);
  EXPECT_EQ(found.captions, 4U);
  EXPECT_EQ(found.distinct_captions, 3U);
  EXPECT_EQ(found.words, 10U);
  EXPECT_EQ(found.vocabulary, 4U);          // a dog runs with
  EXPECT_DOUBLE_EQ(found.distinct_1, 0.4);  // of 10 tokens
  EXPECT_DOUBLE_EQ(found.distinct_2, 0.4);  // "a dog" "dog runs" "dog with" "with a"
  EXPECT_DOUBLE_EQ(found.mean_length, 2.5);
  EXPECT_DOUBLE_EQ(found.dangling, 0.25);
  EXPECT_EQ(found.lengths[0], 1U);
  EXPECT_EQ(found.lengths[3], 2U);
  EXPECT_EQ(found.lengths[4], 1U);
  EXPECT_EQ(caption_statistics({}).distinct_1, 0);
  const std::vector<Tokens> long_one = {Tokens(10000, "a")};
  EXPECT_EQ(caption_statistics(long_one).lengths.back(), 1U);
}

TEST(Diversity, UnseenIsCountedByTokens) {
  const auto captions = all_words({"a dog", "a cat", "a dog", "dog a"});
  EXPECT_DOUBLE_EQ(share_unseen(captions, SeenCaptions(all_words({"a dog", "two cats"}))), 0.5);
  EXPECT_DOUBLE_EQ(share_unseen(captions, {}), 1);
  EXPECT_DOUBLE_EQ(share_unseen({}, SeenCaptions(captions)), 0);
}

}  // namespace
}  // namespace storyteller::diversity_test
