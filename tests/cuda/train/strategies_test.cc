// Scheduled sampling, self-critical training and distillation take on CUDA the steps that they take
// on the CPU: the same words are drawn, and the same is learned from them.
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::strategies_test {
namespace {

struct Steps {
  std::vector<double> losses, words;
};

Steps take_steps(const TinyTraining& training, const TrainOptions& options,
                 const std::filesystem::path& folder, Device device) {
  const auto run = training.start(options, folder, {}, device);
  Steps steps;
  for (int i = 0; i < 3; ++i) {
    steps.losses.push_back(run->trainer->train_step());
    const auto& measures = run->trainer->state().measures;
    const auto words = measures.find("words");
    if (words != measures.end()) steps.words.push_back(words->second.first);
  }
  EXPECT_EQ(run->trainer->state().skipped, 0);
  return steps;
}

void expect_same_steps(const TrainOptions& options, uint64_t teachers = 0) {
  const TemporaryFolder folder;
  TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(3), folder.path());
  training.teachers() = teachers;
  const Steps wanted = take_steps(training, options, folder / "cpu", Device::cpu());
  const Steps got = take_steps(training, options, folder / "cuda", Device::cuda());
  EXPECT_EQ(got.words, wanted.words);
  for (size_t i = 0; i < wanted.losses.size(); ++i) {
    EXPECT_NEAR(got.losses[i], wanted.losses[i], 1e-4 * std::abs(wanted.losses[i]) + 1e-6)
        << "step " << i;
  }
}

TrainOptions tiny_options() {
  TrainOptions options;
  options.batch_size = 3;
  options.epochs = 1;
  options.max_words = 8;
  options.learning_rate = 0.01;
  return options;
}

TEST(CudaStrategies, ScheduledSamplingReadsTheWordsOfTheCpu) {
  TrainOptions options = tiny_options();
  options.scheduled_sampling = {
      .schedule = SamplingSchedule::kInverseSigmoid, .decay = 1, .most = 0.5};
  expect_same_steps(options);
}

TEST(CudaStrategies, SelfCriticalTrainingLearnsFromTheSamplesOfTheCpu) {
  TrainOptions options = tiny_options();
  options.self_critical = {
      .epochs = 1, .samples = 2, .baseline = Baseline::kGreedy, .dropout = true, .anchor = 0.5};
  expect_same_steps(options);
}

TEST(CudaStrategies, ProximalTrainingStaysAsNearToATeacherAsOnTheCpu) {
  TrainOptions options = tiny_options();
  options.self_critical = {.epochs = 1, .samples = 2, .loss = SequenceLoss::kProximal};
  expect_same_steps(options, 1);
}

TEST(CudaStrategies, DistillationLearnsWhatTheTeachersOfTheCpuSay) {
  TrainOptions options = tiny_options();
  options.objectives = "distillation:0.7,cross_entropy:0.3";
  expect_same_steps(options, 2);
}

}  // namespace
}  // namespace storyteller::strategies_test
