#include "train/training_state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::training_state_test {
namespace {

TrainingState awkward_state() {
  TrainingState state;
  state.cursor = {(uint64_t{1} << 53U) + 1, 12345};
  state.step = (int64_t{1} << 62) + 1;  // no double holds these two
  state.updates = std::numeric_limits<int64_t>::max();
  state.validated = 7;
  state.skipped = 9;
  state.frozen_steps = {{"encoder", 11}, {"decoder", int64_t{1} << 60}};
  state.best_epoch = 6;
  state.loss_sum = 1.0 / 3;
  state.loss_words = std::numeric_limits<double>::max();
  state.epoch_seconds = std::numeric_limits<double>::min();
  EpochRecord record;
  record.epoch = 1;
  record.step = 99;
  record.loss = -0.0;
  record.learning_rate = 4e-4;
  record.seconds = 1e300;
  record.scores.set("bleu_1", 0.7);
  record.scores.set("bleu_3", 1e-17);
  record.scores.set("bleu_4", 0);
  record.scores.set("rouge_l", 0.49999999999999994);
  record.scores.set("cider", std::nextafter(0.5, 1.0));
  record.validation_loss = 0.1 * 3;
  record.distinct = 551;
  record.images = 1000;
  state.history = {record, {}, record};
  return state;
}

void expect_same_bits(double a, double b) { EXPECT_EQ(std::memcmp(&a, &b, sizeof a), 0) << a << b; }

TEST(TrainingState, ComesBackFromJsonToTheSameBits) {
  const TrainingState state = awkward_state();
  const TrainingState back = training_state_from_json(to_json(state), "file");
  EXPECT_EQ(to_json(back), to_json(state));
  EXPECT_EQ(back.cursor, state.cursor);
  EXPECT_EQ(back.step, state.step);
  EXPECT_EQ(back.updates, state.updates);
  EXPECT_EQ(back.validated, state.validated);
  EXPECT_EQ(back.skipped, state.skipped);
  EXPECT_EQ(back.frozen_steps, state.frozen_steps);
  EXPECT_EQ(back.best_epoch, state.best_epoch);
  expect_same_bits(back.loss_sum, state.loss_sum);
  expect_same_bits(back.loss_words, state.loss_words);
  expect_same_bits(back.epoch_seconds, state.epoch_seconds);
  ASSERT_EQ(back.history.size(), 3U);
  for (size_t i = 0; i < 3; ++i) {
    expect_same_bits(back.history[i].loss, state.history[i].loss);
    EXPECT_EQ(back.history[i].scores, state.history[i].scores);
    EXPECT_EQ(back.history[i].validation_loss, state.history[i].validation_loss);
    EXPECT_EQ(back.history[i].distinct, state.history[i].distinct);
  }
}

TEST(TrainingState, HistoryAloneComesBackToo) {
  const auto history = awkward_state().history;
  EXPECT_EQ(to_json(history_from_json(to_json(history), "file")), to_json(history));
  EXPECT_TRUE(history_from_json("[]", "file").empty());
}

TEST(TrainingState, ScoresOfSeveralSetsComeBackAndAreColumnsOfTheLog) {
  const TemporaryFolder folder;
  std::vector<EpochRecord> history = awkward_state().history;
  const std::string before = to_json(history);
  EXPECT_EQ(before.find("sets"), std::string::npos) << "as before there were any";
  write_training_log(folder / "log.csv", history);
  const std::string head =
      file_text(folder / "log.csv").substr(0, file_text(folder / "log.csv").find('\n'));
  SetRecord coco{.name = "coco", .scores = {}, .distinct = 1, .images = 2, .validation_loss = 0.1};
  coco.scores.set("cider", 1.0 / 3);
  history.back().sets = {coco};
  const std::vector<EpochRecord> back = history_from_json(to_json(history), "file");
  ASSERT_EQ(back.back().sets.size(), 1U);
  EXPECT_EQ(back.back().sets[0].name, "coco");
  EXPECT_EQ(back.back().sets[0].scores, coco.scores);
  EXPECT_EQ(back.back().sets[0].validation_loss, 0.1);
  EXPECT_EQ(back.back().sets[0].images, 2);
  write_training_log(folder / "log.csv", history);
  const std::string log = file_text(folder / "log.csv");
  EXPECT_TRUE(log.starts_with(head + ",coco/cider,coco/validation_loss\n")) << log;
  EXPECT_TRUE(log.ends_with(",0.333333,0.1\n")) << log;
}

TEST(TrainingState, HistoryOfVersionsWithoutMeteorAndSpiceIsRead) {
  const auto history = history_from_json(
      R"([{"epoch": 1, "step": 2, "loss": 3, "learning_rate": 4, "seconds": 5, "bleu": [1, 2, 3, 4],
           "rouge_l": 6, "cider": 7, "distinct": 8, "images": 9}])",
      "file");
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].scores["cider"], 7);
  EXPECT_EQ(history[0].scores["rouge_l"], 6);
  EXPECT_EQ(history[0].scores["bleu_4"], 4);
  EXPECT_EQ(history[0].scores.find("meteor"), std::nullopt);
  EXPECT_EQ(history[0].scores.find("spice"), std::nullopt);
  EXPECT_EQ(history[0].validation_loss, std::nullopt);
}

/// As the last version that had a member for each metric wrote it.
constexpr const char* kEarlierState =
    R"({"best_cider": 0.5, "best_epoch": 1, "cursor": {"batch": 2, "epoch": 1}, "encoder_slept": 0,
        "epoch_seconds": 1.5, "loss_sum": 0.25, "loss_words": 3, "selected_after": 0, "skipped": 0,
        "step": 8, "updates": 8, "validated": 1, "waited_seconds": 0.5, "history": [
        {"bleu": [0.7, 0.30000000000000004, 1e-17, 0.0], "cider": 0.5, "distinct": 3, "epoch": 1,
         "images": 4, "learning_rate": 0.0004, "loss": 2.5, "meteor": 0.0, "rouge_l": 0.25,
         "seconds": 1.0, "spice": 0.125, "step": 6, "validation_loss": 0.0, "waited": 0.0}]})";

TEST(TrainingState, FilesWithAMemberForEachMetricAreRead) {
  const TrainingState state = training_state_from_json(kEarlierState, "file");
  EXPECT_EQ(state.step, 8);
  EXPECT_EQ(state.best_epoch, 1);
  EXPECT_EQ(state.waited_seconds, 0.5);
  ASSERT_EQ(state.history.size(), 1U);
  const EpochRecord& record = state.history[0];
  EXPECT_EQ(record.scores["bleu_2"], 0.30000000000000004);
  EXPECT_EQ(record.scores.find("bleu_4"), 0.0) << "of what was always computed, 0 is a score";
  EXPECT_EQ(record.scores["spice"], 0.125);
  EXPECT_EQ(record.scores.find("meteor"), std::nullopt);
  EXPECT_EQ(record.validation_loss, std::nullopt);
  const TrainingState again = training_state_from_json(to_json(state), "file");
  EXPECT_EQ(again.history[0].scores, record.scores);
}

TEST(TrainingState, OfVersionsInWhichTheEncoderAloneMaySleepIsRead) {
  std::string text = to_json(awkward_state());
  const std::string now = R"("slept":{"decoder":1152921504606846976,"encoder":11})";
  ASSERT_NE(text.find(now), std::string::npos) << text;
  text.replace(text.find(now), now.size(), R"("encoder_slept":13)");
  EXPECT_EQ(training_state_from_json(text, "file").frozen_steps,
            (std::map<std::string, int64_t>{{"encoder", 13}}));
}

TEST(TrainingState, DamageIsAModelErrorThatNamesTheFile) {
  const std::string whole = to_json(awkward_state());
  for (const std::string& text :
       {std::string(), whole.substr(0, whole.size() / 2), std::string("[]"), std::string("{}"),
        std::string("{\"step\": \"many\"}")}) {
    const std::string message =
        message_of<ModelError>([&] { training_state_from_json(text, "run/last.storyteller"); });
    EXPECT_NE(message.find("run/last.storyteller"), std::string::npos) << message;
  }
  message_of<ModelError>([] { history_from_json("{}", "run/last.storyteller"); });
}

TEST(TrainingState, LogIsReplacedAsAWhole) {
  const TemporaryFolder folder;
  const auto history = awkward_state().history;
  write_training_log(folder / "log.csv", history);
  const std::string three = file_text(folder / "log.csv");
  EXPECT_EQ(std::count(three.begin(), three.end(), '\n'), 4);
  EXPECT_NE(three.find("\n0,0,0,0,0,,,,,,,0,0,,,0,\n"), std::string::npos)
      << "what was not computed is no 0: " << three;
  write_training_log(folder / "log.csv", {});
  const std::string none = file_text(folder / "log.csv");
  EXPECT_EQ(std::count(none.begin(), none.end(), '\n'), 1);
  EXPECT_EQ(folder.files(), 1);
}

}  // namespace
}  // namespace storyteller::training_state_test
