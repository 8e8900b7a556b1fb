// A model that answers questions learns by the trainer of captions: resumed to the same bits,
// chosen by accuracy, and read back from its file.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tests/train/vqa/color_questions.h"
#include "train/session/training_session.h"

namespace storyteller::answer_training_test {
namespace {

namespace fs = std::filesystem;

class AnswerTraining : public testing::Test {
 protected:
  void SetUp() override { write_color_questions(folder_ / "data"); }

  TrainingOutcome train(const std::string& run, int epochs, bool resume = false,
                        const std::string& setting = "") {
    TrainingSession session({.data = "easy-vqa:" + (folder_ / "data").string(),
                             .run_folder = folder_ / run,
                             .cache = folder_ / "cache",
                             .resume = resume});
    for (const std::string& each :
         {"epochs=" + std::to_string(epochs), std::string("schedule=constant"),
          std::string("batch_size=12"), std::string("vqa.hidden=16"), setting}) {
      if (!each.empty()) session.config().assign(each);
    }
    session.open(Device::cpu(), {});
    const TrainingOutcome outcome = session.run();
    history_ = session.state().history;
    return outcome;
  }
  std::string bytes(const std::string& name) const {
    std::ifstream file(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  TemporaryFolder folder_;
  std::vector<EpochRecord> history_;
};

TEST_F(AnswerTraining, ResumesToTheSameBitsAndIsChosenByAccuracy) {
  train("whole", 3);
  ASSERT_EQ(history_.size(), 3U);
  EXPECT_TRUE(history_[0].scores.find(kAccuracy));
  EXPECT_LT(history_[2].loss, history_[0].loss);
  train("parts", 1);
  train("parts", 3, /*resume=*/true);
  EXPECT_EQ(bytes("parts/best.storyteller"), bytes("whole/best.storyteller"));

  const auto model = Captioner::load(folder_ / "whole/best.storyteller", Device::cpu(), false,
                                     DType::kFloat32, Task::kVqa);
  EXPECT_EQ(model->answers().texts(), (std::vector<std::string>{"blue", "no", "red", "yes"}));
  EXPECT_NE(message_of<ModelError>([&] {
              Captioner::load(folder_ / "whole/best.storyteller", Device::cpu());
            }).find("storyteller ask"),
            std::string::npos);
}

TEST_F(AnswerTraining, OtherAnswersAreOtherData) {
  train("run", 1);
  write_color_questions(folder_ / "data", "pink");
  EXPECT_THROW(train("run", 2, /*resume=*/true), UsageError);
}

TEST_F(AnswerTraining, LearnsByHowManyGaveAnAnswerToo) {
  train("soft", 3, false, "vqa.loss=soft");
  EXPECT_LT(history_[2].loss, history_[0].loss);
  EXPECT_TRUE(std::isfinite(history_[2].loss));
}

TEST_F(AnswerTraining, SaysWhatDoesNotGoTogether) {
  TrainingSession questions({.data = "easy-vqa:" + (folder_ / "data").string(),
                             .run_folder = folder_ / "a",
                             .cache = folder_ / "cache"});
  questions.config().assign("task=caption");
  questions.config().assign("selection=cider");
  EXPECT_NE(message_of<UsageError>([&] {
              questions.open(Device::cpu(), {});
            }).find("`data` asks questions"),
            std::string::npos);
  EXPECT_NE(message_of<UsageError>([&] {
              train("b", 1, false, "selection=cider");
            }).find("selected by accuracy"),
            std::string::npos);
  TrainingSession scenes(
      {.data = "scenes:train=8,val=2", .run_folder = folder_ / "c", .cache = folder_ / "cache"});
  scenes.config().assign("task=vqa");
  EXPECT_NE(
      message_of<UsageError>([&] { scenes.open(Device::cpu(), {}); }).find("asks no questions"),
      std::string::npos);
}

}  // namespace
}  // namespace storyteller::answer_training_test
