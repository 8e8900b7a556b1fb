// A run that is stopped anywhere and resumed ends in the same bits as one that was not: within one
// process, so that every place can be hit exactly. resume_binary_test.cc does it to the program.
#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <set>

#include "core/error.h"
#include "core/system/signals.h"
#include "core/system/threads.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::resume_test {
namespace {

constexpr int kEpochs = 3;
constexpr size_t kImages = 10;  // 20 captions in batches of 6: four steps, the last of 2

/// Where a run is stopped.
struct Cuts {
  std::set<int64_t> after_steps;  ///< counted over the run, from 1
  bool in_validation = false;     ///< in the midst of the first one
};
// In mid-epoch, at the end of epoch 1 (before its validation), and twice in mid-epoch 2.
const Cuts kEverywhere = {{2, 4, 6, 7, 8, 12}, true};

TrainOptions tiny_options() {
  TrainOptions options;
  options.epochs = kEpochs;
  options.batch_size = 6;
  options.learning_rate = 0.01;
  options.patience = 0;
  options.average_decay = 0.9;
  options.schedule.warmup_steps = 3;
  options.label_smoothing = 0.1;
  options.word_dropout = 0.1;
  return options;
}

/// Trains to the end in `folder`, by as many processes as there are cuts; returns how many.
int train(const TinyTraining& training, const TrainOptions& options,
          const std::filesystem::path& folder, Cuts cuts = {}) {
  int processes = 0;
  while (true) {
    const StopSignals signals;
    TrainingObserver observer;
    observer.step = [&](const TrainingState& state, int64_t, double) {
      if (cuts.after_steps.erase(state.step) > 0) std::raise(SIGTERM);
    };
    observer.validating = [&](size_t, size_t) {
      if (std::exchange(cuts.in_validation, false)) std::raise(SIGINT);
    };
    const auto run = training.start(options, folder, observer);
    EXPECT_EQ(run->trainer->resume(), processes > 0);
    ++processes;
    const bool finished = run->trainer->run() == Trainer::Outcome::kFinished;
    EXPECT_EQ(finished, !stop_requested());
    if (finished) return processes;
    if (processes > 20) {
      ADD_FAILURE() << "the run does not end";
      return processes;
    }
  }
}

/// One process, stopped after a step.
void train_until(const TinyTraining& training, const TrainOptions& options,
                 const std::filesystem::path& folder, int64_t step) {
  const StopSignals signals;
  TrainingObserver observer;
  observer.step = [&](const TrainingState& state, int64_t, double) {
    if (state.step == step) std::raise(SIGTERM);
  };
  EXPECT_EQ(training.start(options, folder, observer)->trainer->run(), Trainer::Outcome::kStopped);
}

void expect_same_runs(const std::filesystem::path& a, const std::filesystem::path& b) {
  EXPECT_EQ(difference(a / "last.storyteller", b / "last.storyteller"), "") << b;
  EXPECT_EQ(difference(a / "best.storyteller", b / "best.storyteller"), "") << b;
}

struct Variant {
  std::string name;
  OptimizerKind kind;
  double average;
  int captions_per_image;
};

class ResumeVariants : public testing::TestWithParam<Variant> {};

TEST_P(ResumeVariants, EndsInTheSameBitsWithCachedFeatures) {
  set_threads(2);
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  TrainOptions options = tiny_options();
  options.optimizer.kind = GetParam().kind;
  options.average_decay = GetParam().average;
  options.captions_per_image = GetParam().captions_per_image;
  ASSERT_EQ(train(training, options, folder / "whole"), 1);
  const auto state = SafetensorsFile::open(folder / "whole/last.storyteller");
  EXPECT_EQ(state.contains("training.average"), GetParam().average > 0);
  EXPECT_EQ(state.contains("training.second_moment"), GetParam().kind != OptimizerKind::kSgd);

  EXPECT_EQ(train(training, options, folder / "cut", kEverywhere), 8);
  expect_same_runs(folder / "whole", folder / "cut");
}

INSTANTIATE_TEST_SUITE_P(All, ResumeVariants,
                         testing::Values(Variant{"adam_with_average", OptimizerKind::kAdam, 0.9, 1},
                                         Variant{"adam", OptimizerKind::kAdam, 0, 2},
                                         Variant{"sgd", OptimizerKind::kSgd, 0, 1},
                                         Variant{"sgd_with_average", OptimizerKind::kSgd, 0.9, 2},
                                         Variant{"adamw", OptimizerKind::kAdamW, 0.5, 1}),
                         [](const auto& info) { return info.param.name; });

constexpr size_t kPictures = 6, kWords = 8;  // every second of these: as many steps an epoch

struct Strategy {
  std::string name;
  std::function<void(TrainOptions&)> choose;
  uint64_t teachers = 0;
  bool with_words = false;  ///< pictures, and captions without, of which the concepts tell
};
TinyTraining training_of(const Strategy& strategy, const std::filesystem::path& folder) {
  const size_t words = strategy.with_words ? kWords : 0, all = words ? kPictures + words : kImages;
  return {"mobilenet_v2", TinyDataset::varied_captions(all), folder, words};
}

void read_own_words(TrainOptions& options) {
  options.scheduled_sampling = {
      .schedule = SamplingSchedule::kLinear, .every = 1, .rate = 0.5, .most = 1};
}
void learn_from_rewards(TrainOptions& options) {
  options.self_critical = {.epochs = 2, .samples = 3};
}
void stay_near_a_teacher(TrainOptions& options) {
  options.self_critical = {.epochs = 2, .samples = 3, .loss = SequenceLoss::kProximal};
}

class ResumeStrategies : public testing::TestWithParam<Strategy> {};

// The draws of a step are functions of its number, and what was measured so far is kept.
TEST_P(ResumeStrategies, EndInTheSameBits) {
  set_threads(2);
  const TemporaryFolder folder;
  TinyTraining training = training_of(GetParam(), folder.path());
  training.teachers() = GetParam().teachers;
  if (GetParam().with_words) {
    training.sets() = {{"pictures", kPictures, 1}, {"words", kPictures + kWords, 0.5}};
    training.model().concepts = {.count = 8, .inputs = 3, .threshold = 0.01};
  }
  TrainOptions options = tiny_options();
  GetParam().choose(options);
  ASSERT_EQ(train(training, options, folder / "whole"), 1);
  EXPECT_EQ(train(training, options, folder / "cut", kEverywhere), 8);
  expect_same_runs(folder / "whole", folder / "cut");
}

INSTANTIATE_TEST_SUITE_P(
    All, ResumeStrategies,
    testing::Values(Strategy{"scheduled_sampling", read_own_words},
                    Strategy{"self_critical", learn_from_rewards},
                    Strategy{"self_critical_from_the_beginning_with_an_anchor_in_parts",
                             [](TrainOptions& options) {
                               options.accumulate = 2;
                               options.self_critical = {.epochs = 9,
                                                        .samples = 2,
                                                        .reward = "cider,bleu_4",
                                                        .baseline = Baseline::kGreedy,
                                                        .dropout = true,
                                                        .anchor = 0.3};
                             }},
                    Strategy{"self_critical_near_a_teacher", stay_near_a_teacher, 1},
                    Strategy{"distillation_of_two_teachers_in_parts",
                             [](TrainOptions& options) {
                               options.accumulate = 2;
                               options.objectives = "cross_entropy:0.3,distillation:0.7";
                             },
                             2},
                    Strategy{"concepts", [](TrainOptions&) {}, 0, true},
                    Strategy{"concepts_and_scheduled_sampling", read_own_words, 0, true},
                    Strategy{"concepts_and_rewards", learn_from_rewards, 0, true},
                    Strategy{"concepts_and_rewards_near_a_teacher", stay_near_a_teacher, 1, true}),
    [](const auto& info) { return info.param.name; });

TEST(ResumeSlow, EndsInTheSameBitsWithAnEncoderThatLearnsAndAnyLoaderThreads) {
  set_threads(2);
  const TemporaryFolder folder;
  const TinyTraining training("scene_cnn", TinyDataset::varied_captions(kImages), folder.path());
  TrainOptions options = tiny_options();
  ASSERT_EQ(train(training, options, folder / "whole"), 1);
  for (const int loader_threads : {0, 1, 4}) {
    const std::string name = "loader-threads-" + std::to_string(loader_threads);
    options.loader_threads = loader_threads;
    EXPECT_EQ(train(training, options, folder / name, kEverywhere), 8);
    expect_same_runs(folder / "whole", folder / name);
  }
}

// Promise: resuming is bit-exact, also in mid-epoch. A cut after each of the first 20 steps of 21,
// by itself, with 0, 1 and 4 threads that decode ahead.
TEST(ResumeInFull, EndsInTheSameBitsFromTwentyCutPoints) {
  set_threads(2);
  const TemporaryFolder folder;
  const TinyTraining training("scene_cnn", TinyDataset::varied_captions(20), folder.path());
  TrainOptions options = tiny_options();
  ASSERT_EQ(train(training, options, folder / "whole"), 1);
  for (const int loader_threads : {0, 1, 4}) {
    options.loader_threads = loader_threads;
    for (int64_t step = 1; step <= 20; ++step) {
      const std::string name = std::to_string(loader_threads) + "-" + std::to_string(step);
      EXPECT_EQ(train(training, options, folder / name, {{step}, false}), 2);
      expect_same_runs(folder / "whole", folder / name);
      std::filesystem::remove_all(folder / name);
    }
  }
}

TEST(ResumeSlow, EndsInTheSameBitsWithAnEncoderThatLearnsBySgd) {
  set_threads(2);
  const TemporaryFolder folder;
  const TinyTraining training("scene_cnn", TinyDataset::varied_captions(kImages), folder.path());
  TrainOptions options = tiny_options();
  options.optimizer.kind = OptimizerKind::kNesterov;
  options.average_decay = 0;
  ASSERT_EQ(train(training, options, folder / "whole"), 1);
  EXPECT_EQ(train(training, options, folder / "cut", kEverywhere), 8);
  expect_same_runs(folder / "whole", folder / "cut");
}

TEST(ResumeSlow, EndsInTheSameBitsWhenAWordDetectorLearnsFirst) {
  set_threads(2);
  const TemporaryFolder folder;
  TinyTraining training("form_color_cnn", TinyDataset::varied_captions(kImages), folder.path());
  training.model().word_detector = true;
  training.model().decoder.query = AttentionQuery::kHiddenAndWord;
  training.model().decoder.output = OutputLayer::kSum;
  TrainOptions options = tiny_options();
  options.detector_epochs = 1;
  ASSERT_EQ(train(training, options, folder / "whole"), 1);
  EXPECT_EQ(train(training, options, folder / "cut", kEverywhere), 8);
  expect_same_runs(folder / "whole", folder / "cut");
}

TEST(Resume, IsNotFooledByAnotherSeed) {  // the comparison above can fail
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  TrainOptions options = tiny_options();
  train(training, options, folder / "a");
  options.seed = 2;
  train(training, options, folder / "b");
  EXPECT_NE(difference(folder / "a/last.storyteller", folder / "b/last.storyteller"), "");
}

TEST(Resume, OfAFinishedRunChangesNothing) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  train(training, tiny_options(), folder / "run");
  const std::string before = file_text(folder / "run/last.storyteller");
  const auto again = training.start(tiny_options(), folder / "run");
  EXPECT_TRUE(again->trainer->resume());
  EXPECT_EQ(again->trainer->run(), Trainer::Outcome::kFinished);
  EXPECT_EQ(file_text(folder / "run/last.storyteller"), before);
}

// Killed between the two files of an epoch: the validation is done again and comes to the same.
TEST(Resume, ValidatesAgainWhenKilledBeforeTheLastFileWasSaved) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  train(training, tiny_options(), folder / "whole");
  train(training, tiny_options(), folder / "cut", {{}, true});
  {
    const StopSignals signals;
    const auto first = training.start(tiny_options(), folder / "killed",
                                      {.step =
                                           [](const TrainingState& state, int64_t, double) {
                                             if (state.step == 12) std::raise(SIGTERM);
                                           },
                                       .validating = {},
                                       .epoch = {},
                                       .detector_epoch = {},
                                       .message = {}});
    EXPECT_EQ(first->trainer->run(), Trainer::Outcome::kStopped);
  }
  const std::string before = file_text(folder / "killed/last.storyteller");
  training.start(tiny_options(), folder / "killed")->trainer->resume();
  const auto second = training.start(tiny_options(), folder / "killed");
  second->trainer->resume();
  second->trainer->run();
  write_text(folder / "killed/last.storyteller", before);  // best and log are newer than last
  std::filesystem::remove(folder / "killed/log.csv");
  const auto third = training.start(tiny_options(), folder / "killed");
  third->trainer->resume();
  third->trainer->run();
  expect_same_runs(folder / "whole", folder / "killed");
  expect_same_runs(folder / "whole", folder / "cut");
  EXPECT_TRUE(std::filesystem::exists(folder / "killed/log.csv"));
}

TEST(Resume, WithFewerEpochsThanAreDoneIsRefused) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  TrainOptions options = tiny_options();
  train(training, options, folder / "run");
  options.epochs = 2;
  const auto run = training.start(options, folder / "run");
  const std::string message = message_of<UsageError>([&] { run->trainer->resume(); });
  EXPECT_NE(message.find("`epochs`=2: the run has 3 epochs behind it"), std::string::npos)
      << message;
}

TEST(Resume, WithAnAverageThatTheRunLacksIsRefused) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  TrainOptions options = tiny_options();
  options.average_decay = 0;
  train(training, options, folder / "run");
  options.average_decay = 0.9;
  const auto run = training.start(options, folder / "run");
  const std::string message = message_of<UsageError>([&] { run->trainer->resume(); });
  EXPECT_NE(message.find("`average_decay`"), std::string::npos) << message;
}

TEST(Resume, WritesABestModelThatIsMissingAgain) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  TrainOptions options = tiny_options();
  train(training, options, folder / "run");
  const auto best = folder / "run/best.storyteller";
  std::filesystem::remove(best);
  std::vector<std::string> messages;
  TrainingObserver observer;
  observer.message = [&](const std::string& text) { messages.push_back(text); };
  const auto resume = [&] {
    const auto run = training.start(options, folder / "run", observer);
    EXPECT_TRUE(run->trainer->resume());
    run->trainer->run();
    return run->trainer->state().best_epoch;
  };
  EXPECT_EQ(resume(), kEpochs);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_NE(messages[0].find("written again with the weights of epoch 3"), std::string::npos)
      << messages[0];
  EXPECT_NO_THROW(Captioner::load(best, Device::cpu()));

  // In mid-epoch the weights are those of no epoch: the next one writes it.
  std::filesystem::remove_all(folder / "run");
  train_until(training, options, folder / "run", 6);
  std::filesystem::remove(best);
  resume();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_NE(messages[1].find("next epoch"), std::string::npos) << messages[1];
  EXPECT_NO_THROW(Captioner::load(best, Device::cpu()));
}

TEST(Resume, KeepsWhatIsRecordedOfTheRun) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  const auto run = training.start(tiny_options(), folder / "run");
  run->trainer->describe("{\"a\": 1}");
  run->trainer->run();
  EXPECT_EQ(Checkpoint::record_of(SafetensorsFile::open(folder / "run/last.storyteller")),
            "{\"a\": 1}");
  EXPECT_EQ(Checkpoint::record_of(SafetensorsFile::open(folder / "run/best.storyteller")), "");
}

TEST(Resume, WithAnotherBatchSizeIsRefused) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  TrainOptions options = tiny_options();
  {
    const StopSignals signals;
    TrainingObserver observer;
    observer.step = [](const TrainingState& state, int64_t, double) {
      if (state.step == 3) std::raise(SIGTERM);
    };
    training.start(options, folder / "run", observer)->trainer->run();
  }
  options.batch_size = 20;
  const auto run = training.start(options, folder / "run");
  const std::string message = message_of<UsageError>([&] { run->trainer->resume(); });
  EXPECT_NE(message.find("last.storyteller"), std::string::npos) << message;
  EXPECT_NE(message.find("batch_size"), std::string::npos) << message;
}

TEST(Resume, RefusesAModelThatWasNotBeingTrained) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  train(training, tiny_options(), folder / "run");
  std::filesystem::copy_file(folder / "run/best.storyteller", folder / "run/last.storyteller",
                             std::filesystem::copy_options::overwrite_existing);
  const auto run = training.start(tiny_options(), folder / "run");
  const std::string message = message_of<ModelError>([&] { run->trainer->resume(); });
  EXPECT_NE(message.find("last.storyteller"), std::string::npos) << message;
}

}  // namespace
}  // namespace storyteller::resume_test
