// Which epoch is the best, and when a run has stopped getting better.
#include "train/selection.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::selection_test {
namespace {

EpochRecord epoch(int64_t number, double cider, double validation_loss = 0, double rouge_l = 0,
                  double bleu_4 = 0) {
  EpochRecord record;
  record.epoch = number;
  record.scores.set("cider", cider);
  if (validation_loss != 0) record.validation_loss = validation_loss;
  record.scores.set("rouge_l", rouge_l);
  record.scores.set("bleu_4", bleu_4);
  return record;
}

TEST(Selection, CiderDecidesBeforeAllElse) {
  EXPECT_TRUE(better(epoch(2, 0.5, 9, 0), epoch(1, 0.4, 1, 1)));
  EXPECT_FALSE(better(epoch(2, 0.4, 1, 1), epoch(1, 0.5, 9, 0)));
}

TEST(Selection, ATieGoesToTheLossThenToOtherScoresThenToTheLaterEpoch) {
  EXPECT_TRUE(better(epoch(2, 0, 3.5, 0), epoch(1, 0, 3.6, 1)));
  EXPECT_FALSE(better(epoch(2, 0, 3.6, 1), epoch(1, 0, 3.5, 0)));
  EXPECT_TRUE(better(epoch(2, 0, 3.5, 0.2), epoch(1, 0, 0, 0.1))) << "not measured";
  EXPECT_FALSE(better(epoch(2, 0, 3.5, 0.1), epoch(1, 0, 3.5, 0.2)));
  EXPECT_FALSE(better(epoch(2, 0, 3.5, 0.1, 0.1), epoch(1, 0, 3.5, 0.1, 0.2)));
  EXPECT_TRUE(better(epoch(2, 0.3), epoch(1, 0.3)));
}

TEST(Selection, EpochsInWhichCiderCannotTellAreNoReasonToStop) {
  std::vector<EpochRecord> history;
  for (int64_t i = 1; i <= 8; ++i)
    history.push_back(epoch(i, 0, 5.0 - 0.1 * static_cast<double>(i)));
  EXPECT_EQ(select(history).stale, 0);
  EXPECT_EQ(select(history).best, 8);
  history[3].validation_loss = 1;
  EXPECT_EQ(select(history).best, 4);
}

TEST(Selection, EpochsWithoutARiseAreCountedFromTheLastRise) {
  std::vector<EpochRecord> history = {epoch(1, 0), epoch(2, 0.2), epoch(3, 0.1), epoch(4, 0.2)};
  EXPECT_EQ(select(history).stale, 2);
  EXPECT_EQ(select(history).best, 4) << "a tie";
  history.push_back(epoch(5, 0));
  EXPECT_EQ(select(history).stale, 3) << "0 beside a score that is not tells";
  history.push_back(epoch(6, 0.3));
  EXPECT_EQ(select(history).stale, 0);
  EXPECT_EQ(select({}).best, 0);
}

/// Of two data sets: CIDEr 0.5 and 0.1, BLEU-1 of the first alone.
std::vector<SetRecord> two_sets() {
  SetRecord a{.name = "a", .scores = {}, .distinct = 3, .images = 4, .validation_loss = 2};
  SetRecord b{.name = "b", .scores = {}, .distinct = 5, .images = 60, .validation_loss = 5};
  a.scores.set("cider", 0.5);
  a.scores.set("bleu_1", 0.7);
  b.scores.set("cider", 0.1);
  return {a, b};
}

TEST(Selection, OfSeveralSetsIsByTheMeanOverSetsOrByTheFirst) {
  EpochRecord record;
  take_sets(two_sets(), SelectionOver::kMean, &record);
  EXPECT_DOUBLE_EQ(record.scores["cider"], 0.3) << "however many pictures each has";
  EXPECT_EQ(record.scores.find("bleu_1"), std::nullopt);
  EXPECT_EQ(record.validation_loss, 3.5);
  EXPECT_EQ(record.distinct, 8);
  EXPECT_EQ(record.images, 64);
  ASSERT_EQ(record.sets.size(), 2U);
  EXPECT_EQ(record.sets[1].scores["cider"], 0.1);
  take_sets(two_sets(), SelectionOver::kFirst, &record);
  EXPECT_EQ(record.scores["cider"], 0.5);
  EXPECT_EQ(record.scores["bleu_1"], 0.7);
  EXPECT_EQ(record.validation_loss, 2);
  std::vector<SetRecord> unknown = two_sets();
  unknown[1].validation_loss.reset();
  take_sets(unknown, SelectionOver::kMean, &record);
  EXPECT_EQ(record.validation_loss, std::nullopt);
}

TEST(Selection, ScoresOfOtherPicturesDoNotCompete) {
  const std::vector<EpochRecord> history = {epoch(1, 0.9), epoch(2, 0.1), epoch(3, 0.05)};
  EXPECT_EQ(select(history).best, 1);
  EXPECT_EQ(select(history, 1).best, 2);
  EXPECT_EQ(select(history, 1).stale, 1);
  EXPECT_EQ(select(history, 3).best, 0);
}

TEST(Selection, TheSmallerLossIsTheBetterOne) {
  const Criterion loss = parse_criterion("loss", "");
  EXPECT_TRUE(better(epoch(2, 0.1, 3.5), epoch(1, 0.9, 3.6), loss));
  EXPECT_FALSE(better(epoch(2, 0.9, 3.6), epoch(1, 0.1, 3.5), loss));
  EXPECT_FALSE(better(epoch(2, 0.9), epoch(1, 0.1, 3.5), loss)) << "not measured";
  const std::vector<EpochRecord> history = {epoch(1, 0, 3.6), epoch(2, 0, 3.2), epoch(3, 0, 3.3),
                                            epoch(4, 0, 3.4)};
  EXPECT_EQ(select(history, 0, loss).best, 2);
  EXPECT_EQ(select(history, 0, loss).stale, 2);
}

TEST(Selection, AnyScoreCanSelectAndOneThatIsAbsentNeverDoes) {
  const Criterion meteor = parse_criterion("meteor", "");
  EpochRecord with = epoch(1, 0.2), without = epoch(2, 0.9), zero = epoch(3, 0.1);
  with.scores.set("meteor", 0.2);
  zero.scores.set("meteor", 0);
  EXPECT_FALSE(better(without, with, meteor));
  EXPECT_TRUE(better(zero, without, meteor)) << "0 is a score";
  EXPECT_EQ(select({with, without, zero}, 0, meteor).best, 1);
}

TEST(Selection, CriteriaHaveTheNamesOfScores) {
  EXPECT_EQ(parse_criterion("bleu-4", "").key, "bleu_4");
  EXPECT_EQ(parse_criterion("bleu-4", "").metric, Metric::kBleu);
  EXPECT_EQ(parse_criterion("spice", "").title, "SPICE-native");
  EXPECT_EQ(parse_criterion("cider", "").key, Criterion().key);
  const std::string message =
      message_of<UsageError>([] { parse_criterion("cidre", "`selection`"); });
  EXPECT_NE(message.find("`selection`: unknown score 'cidre'; did you mean 'cider'?"),
            std::string::npos)
      << message;
}

TEST(Selection, FewPicturesAreWarnedOf) {
  EXPECT_NE(few_pictures_warning(1).find("CIDEr is 0"), std::string::npos);
  EXPECT_NE(few_pictures_warning(9).find("9 validation pictures"), std::string::npos);
  EXPECT_EQ(few_pictures_warning(10), "");
  EXPECT_EQ(few_pictures_warning(1, parse_criterion("loss", "")).find("CIDEr"), std::string::npos);
}

}  // namespace
}  // namespace storyteller::selection_test
