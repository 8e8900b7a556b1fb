#include "model/search/beam.h"

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "model/vocabulary.h"

namespace storyteller::beam_test {
namespace {

constexpr float kNone = -std::numeric_limits<float>::infinity();
constexpr int32_t kEnd = Vocabulary::kEnd;

/// Hands a beam one row of offers for each live hypothesis; every step looks at its own number.
class Steps {
 public:
  explicit Steps(const SearchOptions& options) : beam(options) {}

  std::vector<int32_t> take(const std::vector<std::vector<int32_t>>& words,
                            const std::vector<std::vector<float>>& log_probabilities) {
    std::vector<Continuations> rows;
    for (size_t i = 0; i < words.size(); ++i) {
      rows.push_back({words[i].data(), log_probabilities[i].data(), std::ssize(words[i])});
      alpha_.push_back(static_cast<float>(10 * step_) + static_cast<float>(i));
    }
    ++step_;
    std::vector<int32_t> parents;
    beam.advance(rows, std::span(alpha_).last(words.size()), &parents);
    return parents;
  }

  Beam beam;

 private:
  std::vector<float> alpha_;
  int step_ = 0;
};

TEST(Beam, FollowsItsHypothesesThroughAReordering) {
  Steps steps({.beam = 2, .max_words = 5, .length_penalty = 0});
  EXPECT_EQ(steps.beam.last_word(0), Vocabulary::kStart);
  EXPECT_EQ(steps.take({{4, 5}}, {{-0.5F, -1}}), (std::vector<int32_t>{0, 0}));
  // The second hypothesis goes on better than the first.
  EXPECT_EQ(steps.take({{6, 7}, {8, 9}}, {{-3, -4}, {-0.1F, -0.2F}}), (std::vector<int32_t>{1, 1}));
  EXPECT_EQ(steps.beam.last_word(0), 8);
  EXPECT_EQ(steps.beam.last_word(1), 9);
  EXPECT_EQ(steps.take({{4, kEnd}, {kEnd, 4}}, {{-1, -6}, {-0.1F, -7}}), (std::vector<int32_t>{0}));
  EXPECT_FALSE(steps.beam.done());
  steps.take({{kEnd, 4}}, {{-1, -2}});
  EXPECT_TRUE(steps.beam.done());
  const Caption found = steps.beam.captions()[0];
  EXPECT_EQ(found.words, (std::vector<int>{5, 9}));
  EXPECT_EQ(found.alpha, (std::vector<float>{0, 11})) << "rows of steps 0 and 1";
  EXPECT_NEAR(found.log_probability, -1 - 0.2 - 0.1, 1e-6);
  EXPECT_TRUE(found.finished);
}

TEST(Beam, LengthPenaltyDecidesBetweenShortAndLong) {
  for (const float penalty : {0.0F, 1.0F}) {
    Steps steps({.beam = 2, .max_words = 5, .length_penalty = penalty});
    steps.take({{4, 5}}, {{-1, -1.5F}});
    steps.take({{kEnd, 6}, {6, 7}}, {{-1, -9}, {-0.3F, -9}});  // "4." -2, "5 6" -1.8
    steps.take({{kEnd, 6}}, {{-0.9F, -9}});                    // "5 6." -2.7
    ASSERT_TRUE(steps.beam.done());
    EXPECT_EQ(steps.beam.captions()[0].words,
              penalty == 0 ? (std::vector<int>{4}) : (std::vector<int>{5, 6}));
  }
}

TEST(Beam, WhereNothingEndsTheMostProbableIsCut) {
  Steps steps({.beam = 2, .max_words = 2, .length_penalty = 0.7F});
  steps.take({{4, 5}}, {{-1, -2}});
  EXPECT_TRUE(steps.take({{6, 7}, {8, 9}}, {{-3, -4}, {-0.5F, -9}}).empty());
  EXPECT_TRUE(steps.beam.done());
  const Caption found = steps.beam.captions()[0];
  EXPECT_EQ(found.words, (std::vector<int>{5, 8}));
  EXPECT_FALSE(found.finished);
  EXPECT_NEAR(found.score, -2.5 / std::pow(2, 0.7), 1e-6);
}

TEST(Beam, WhereEverythingIsBarredWhatWasSaidHasToDo) {
  Steps steps({.beam = 2, .max_words = 9});
  steps.take({{4, 5}}, {{-1, -2}});
  EXPECT_TRUE(steps.take({{0, 0}, {0, 0}}, {{kNone, kNone}, {kNone, kNone}}).empty());
  EXPECT_TRUE(steps.beam.done());
  EXPECT_EQ(steps.beam.captions()[0].words, (std::vector<int>{4}));
  EXPECT_FALSE(steps.beam.captions()[0].finished);
}

TEST(Beam, NoCaptionIsMadeOfNothing) {
  for (const float offer : {kNone, std::numeric_limits<float>::quiet_NaN()}) {
    Steps steps({.beam = 2});
    EXPECT_THROW(steps.take({{0, 0}}, {{offer, offer}}), ModelError);
  }
}

TEST(Beam, AllThatEndedAreHandedOutBestFirst) {
  Steps steps({.beam = 3, .max_words = 5, .length_penalty = 0});
  steps.take({{4, 5, 6}}, {{-1, -2, -3}});
  steps.take({{kEnd, 7}, {kEnd, 7}, {kEnd, 7}}, {{-2, -9}, {-0.5F, -9}, {-0.25F, -9}});
  ASSERT_TRUE(steps.beam.done());
  const std::vector<Caption> found = steps.beam.captions();
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].words, (std::vector<int>{5}));
  EXPECT_EQ(found[1].words, (std::vector<int>{4})) << "-3 ended before -3.25";
  EXPECT_EQ(found[2].words, (std::vector<int>{6}));
  EXPECT_EQ(found[2].alpha, (std::vector<float>{0}));
}

TEST(Beam, NoAttentionNoMaps) {
  Beam beam({.beam = 1, .max_words = 5});
  std::vector<int32_t> parents;
  for (const int32_t word : {4, 5, kEnd}) {
    const float certain = 0;
    beam.advance({{&word, &certain, 1}}, {}, &parents);
  }
  ASSERT_TRUE(beam.done());
  EXPECT_EQ(beam.captions()[0].words, (std::vector<int>{4, 5}));
  EXPECT_TRUE(beam.captions()[0].alpha.empty());
}

}  // namespace
}  // namespace storyteller::beam_test
