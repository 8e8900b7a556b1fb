// `storyteller train --teacher`: a student learns from models, and goes on with those alone.
#include <gtest/gtest.h>

#include "tests/tools/commands/command_test.h"
#include "tests/train/random_encoder.h"

namespace storyteller::distillation_command_test {
namespace {

class DistillationCommand : public CommandTest {
 protected:
  void SetUp() override { write_random_encoder(folder_ / "encoder.safetensors"); }

  Ended train(const std::string& out, const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"train",
                                          "--data",
                                          "scenes:train=4,val=2",
                                          "--out",
                                          folder_ / out,
                                          "--cache",
                                          folder_ / "cache",
                                          "--encoder-weights",
                                          folder_ / "encoder.safetensors",
                                          "--threads",
                                          "2"};
    for (const char* setting : {"encoder=mobilenet_v2", "word_detector=false", "detector_epochs=0",
                                "embedding=8", "hidden=8", "attention=8", "beam=1", "epochs=1"}) {
      arguments.insert(arguments.end(), {"--set", setting});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_storyteller(std::move(arguments));
  }
  /// Notes on the data may stand above the error.
  static void expect_refused(const Ended& ended, const std::vector<std::string>& parts) {
    EXPECT_EQ(ended.code, 2) << ended.err;
    EXPECT_EQ(ended.out, "");
    for (const std::string& part : parts) {
      EXPECT_NE(ended.err.find(part), std::string::npos) << part << " in " << ended.err;
    }
  }
  std::string best(const std::string& run) const { return folder_ / run / "best.storyteller"; }
};

TEST_F(DistillationCommand, RewardsAreLearnedNearATeacher) {
  ASSERT_EQ(train("teacher", {}).code, 0);
  const std::vector<std::string> proximal = {"--set", "self_critical_epochs=1",
                                             "--set", "self_critical_loss=ppo",
                                             "--set", "self_critical_samples=2"};
  expect_refused(train("student", proximal),
                 {"--set self_critical_loss=ppo compares the model with one other: name it with "
                  "--teacher, such as that of --init"});
  std::vector<std::string> arguments = {"--teacher", best("teacher"), "--init", best("teacher")};
  arguments.insert(arguments.end(), proximal.begin(), proximal.end());
  const Ended ended = train("student", arguments);
  ASSERT_EQ(ended.code, 0) << ended.err;
  const std::string log = file_text(folder_ / "student/log.csv");
  EXPECT_NE(log.find("training_divergence"), std::string::npos) << log;
  EXPECT_NE(log.find("training_clipped"), std::string::npos) << log;
}

TEST_F(DistillationCommand, LearnsFromTeachersAndGoesOnWithThemAlone) {
  for (const char* seed : {"1", "2"}) {
    const Ended taught = train(std::string("teacher") + seed, {"--seed", seed});
    ASSERT_EQ(taught.code, 0) << taught.err;
  }
  const std::vector<std::string> teachers = {
      "--teacher",      best("teacher1"), "--teacher",
      best("teacher2"), "--set",          "objectives=cross_entropy:0.5,distillation:0.5"};
  const auto with = [&](std::vector<std::string> more, std::vector<std::string> first) {
    first.insert(first.end(), more.begin(), more.end());
    return train("student", first);
  };
  const Ended student = with({"--set", "epochs=2", "--seed", "3"}, teachers);
  ASSERT_EQ(student.code, 0) << student.err;
  EXPECT_NE(student.err.find("epoch 2  loss"), std::string::npos) << student.err;
  EXPECT_EQ(lines_of(file_text(folder_ / "student/log.csv")).size(), 3U);

  expect_refused(with({"--resume", "--set", "epochs=3"}, {"--teacher", best("teacher2")}),
                 {"--resume: 1 teacher (", " where the run has 2 teachers (", "--teacher"});
  expect_refused(with({"--resume", "--set", "epochs=3"},
                      {"--teacher", best("teacher2"), "--teacher", best("teacher1")}),
                 {"teacher 1, ", "is not that of the run"});
  const Ended resumed = with({"--resume", "--set", "epochs=3"}, teachers);
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_NE(resumed.err.find("epoch 3  loss"), std::string::npos) << resumed.err;
}

TEST_F(DistillationCommand, RefusesWhatCannotTeachAndWhoeverIsNotAsked) {
  expect_refused(train("a", {"--set", "objectives=cross_entropy,distilation"}),
                 {"--set objectives: unknown objective 'distilation'", "did you mean"});
  expect_refused(train("a", {"--set", "objectives=distillation"}), {"--teacher"});
  expect_refused(train("a", {"--teacher", model()}), {"--teacher: no objective learns from it"});
  expect_refused(train("a", {"--teacher", model(), "--set", "objectives=distillation"}),
                 {"model_v1.storyteller: a teacher must"});
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a")) << "nothing was begun";
}

}  // namespace
}  // namespace storyteller::distillation_command_test
