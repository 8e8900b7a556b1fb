#include "model/search/beam.h"

#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"

namespace storyteller {
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
    beam.advance(rows, alpha_.data() + alpha_.size() - words.size(), 1, &parents);
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
  const FoundCaption found = steps.beam.best();
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
    EXPECT_EQ(steps.beam.best().words,
              penalty == 0 ? (std::vector<int>{4}) : (std::vector<int>{5, 6}));
  }
}

TEST(Beam, WhereNothingEndsTheMostProbableIsCut) {
  Steps steps({.beam = 2, .max_words = 2, .length_penalty = 0.7F});
  steps.take({{4, 5}}, {{-1, -2}});
  EXPECT_TRUE(steps.take({{6, 7}, {8, 9}}, {{-3, -4}, {-0.5F, -9}}).empty());
  EXPECT_TRUE(steps.beam.done());
  const FoundCaption found = steps.beam.best();
  EXPECT_EQ(found.words, (std::vector<int>{5, 8}));
  EXPECT_FALSE(found.finished);
  EXPECT_NEAR(found.score, -2.5 / std::pow(2, 0.7), 1e-6);
}

TEST(Beam, WhereEverythingIsBarredWhatWasSaidHasToDo) {
  Steps steps({.beam = 2, .max_words = 9});
  steps.take({{4, 5}}, {{-1, -2}});
  EXPECT_TRUE(steps.take({{0, 0}, {0, 0}}, {{kNone, kNone}, {kNone, kNone}}).empty());
  EXPECT_TRUE(steps.beam.done());
  EXPECT_EQ(steps.beam.best().words, (std::vector<int>{4}));
  EXPECT_FALSE(steps.beam.best().finished);
}

TEST(Beam, NoCaptionIsMadeOfNothing) {
  for (const float offer : {kNone, std::numeric_limits<float>::quiet_NaN()}) {
    Steps steps({.beam = 2});
    EXPECT_THROW(steps.take({{0, 0}}, {{offer, offer}}), ModelError);
  }
}

TEST(Beam, BarsMarksTheEarlyEndAndRepeatedNgrams) {
  const auto barred = [](int ngram, const std::vector<int32_t>& said) {
    Steps steps({.beam = 1, .max_words = 20, .no_repeat_ngram = ngram});
    for (int32_t word : said) steps.take({{word}}, {{-1}});
    std::vector<int32_t> words;
    steps.beam.barred(0, &words);
    return std::set<int32_t>(words.begin(), words.end());
  };
  const std::set<int32_t> marks = {Vocabulary::kPad, Vocabulary::kStart, Vocabulary::kUnk};
  const auto marks_and = [&](std::initializer_list<int32_t> words) {
    std::set<int32_t> all = marks;
    all.insert(words.begin(), words.end());
    return all;
  };
  EXPECT_EQ(barred(0, {}), marks_and({kEnd}));
  EXPECT_EQ(barred(3, {}), marks_and({kEnd}));
  EXPECT_EQ(barred(0, {4, 4, 4}), marks);
  EXPECT_EQ(barred(1, {4, 5, 4}), marks_and({4, 5}));
  EXPECT_EQ(barred(2, {4}), marks);
  EXPECT_EQ(barred(2, {4, 4}), marks_and({4}));
  EXPECT_EQ(barred(2, {4, 5, 4, 6, 4}), marks_and({5, 6}));
  EXPECT_EQ(barred(3, {4, 5, 6, 4, 5}), marks_and({6}));
  EXPECT_EQ(barred(3, {4, 5, 6, 5, 4}), marks);
}

}  // namespace
}  // namespace storyteller
