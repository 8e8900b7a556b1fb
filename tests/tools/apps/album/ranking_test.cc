#include "tools/apps/album/ranking.h"

#include <gtest/gtest.h>

namespace storyteller::album::ranking_test {
namespace {

std::vector<std::int64_t> ids(const std::vector<Hit>& hits) {
  std::vector<std::int64_t> ids;
  for (const Hit& hit : hits) ids.push_back(hit.picture);
  return ids;
}
using Ids = std::vector<std::int64_t>;

TEST(AlbumRanking, RareWordsCountMore) {
  EXPECT_GT(inverse_frequency(1000, 1), inverse_frequency(1000, 500));
  EXPECT_GT(inverse_frequency(1000, 1000), 0);
  EXPECT_GT(inverse_frequency(1000, 0), inverse_frequency(1000, 1));
}

TEST(AlbumRanking, ScoresAreSharesOfTheBestPossible) {
  const std::vector<WordMatches> words = {{{{1, 0.9F}, {2, 0.5F}}, 2.0}, {{{1, 0.9F}}, 1.0}};
  const auto hits = rank(words, {}, {}, {.coverage = 0.5, .cut_off = 0});
  ASSERT_EQ(ids(hits), (Ids{1, 2}));
  EXPECT_NEAR(hits[0].score, 0.9, 1e-6);
  EXPECT_NEAR(hits[1].score, 2 * 0.5 / 3 / 4, 1e-6);  // half of the words, squared
  EXPECT_EQ(hits[1].matched, 1U);
}

TEST(AlbumRanking, AllWordsComeBeforeBetterScores) {
  const std::vector<WordMatches> words = {{{{1, 1.0F}, {2, 0.05F}}, 9.0}, {{{2, 0.05F}}, 0.5}};
  EXPECT_EQ(ids(rank(words, {}, {}, {.cut_off = 0})), (Ids{2, 1}));
}

TEST(AlbumRanking, WhatIsAbsentPullsBelowTheCutOff) {
  // A word that no picture has is the rarest: those with the other word alone are no match.
  const std::vector<WordMatches> words = {{{}, inverse_frequency(1000, 0)},
                                          {{{5, 0.9F}}, inverse_frequency(1000, 300)}};
  EXPECT_TRUE(rank(words, {}, {}, {.cut_off = 0.05}).empty());
  EXPECT_EQ(ids(rank(words, {}, {}, {.cut_off = 0.01})), (Ids{5}));
  EXPECT_TRUE(rank(words, {}, {}, {.coverage = 0.6, .cut_off = 0}).empty());
}

TEST(AlbumRanking, ExcludedPicturesAreLeftOutAndBonusDecidesTies) {
  const std::vector<WordMatches> words = {{{{1, 0.5F}, {2, 0.5F}, {3, 0.5F}}, 1.0}};
  const std::vector<char> excluded = {0, 1, 0, 0};
  const std::vector<float> bonus = {0, 0, 0.01F, 0.09F};
  EXPECT_EQ(ids(rank(words, excluded, bonus, {})), (Ids{3, 2}));
  EXPECT_EQ(ids(rank(words, {}, {}, {})), (Ids{1, 2, 3}));
  EXPECT_EQ(ids(rank(words, {}, {}, {.limit = 1})), (Ids{1}));
}

TEST(AlbumRanking, NothingAskedOrFoundIsNoHit) {
  EXPECT_TRUE(rank({}, {}, {}, {}).empty());
  EXPECT_TRUE(rank(std::vector<WordMatches>(3), {}, {}, {}).empty());
  const std::vector<WordMatches> many(80, WordMatches{{{1, 1.0F}}, 1.0});
  EXPECT_EQ(rank(many, {}, {}, {}).size(), 1U);
}

}  // namespace
}  // namespace storyteller::album::ranking_test
