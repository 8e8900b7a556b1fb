// A training on several data sets: how often each is seen, how each is scored, and how it goes on.
#include <gtest/gtest.h>

#include <csignal>
#include <set>

#include "core/system/signals.h"
#include "core/system/threads.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::several_sets_test {
namespace {

constexpr size_t kImages = 10;  // with two captions each

TrainOptions tiny_options() {
  TrainOptions options;
  options.epochs = 3;
  options.batch_size = 6;
  options.learning_rate = 0.01;
  options.patience = 0;
  options.average_decay = 0.9;
  options.word_dropout = 0.1;
  return options;
}

/// Trains to the end in `folder`, stopped and resumed after some steps; returns in how many pieces.
int train(const TinyTraining& training, const TrainOptions& options,
          const std::filesystem::path& folder, std::set<int64_t> stop_after = {}) {
  for (int pieces = 1;; ++pieces) {
    const StopSignals signals;
    TrainingObserver observer;
    observer.step = [&](const TrainingState& state, int64_t, double) {
      if (stop_after.erase(state.step) > 0) std::raise(SIGTERM);
    };
    const auto run = training.start(options, folder, observer);
    EXPECT_EQ(run->trainer->resume(), pieces > 1);
    if (run->trainer->run() == Trainer::Outcome::kFinished || pieces > 20) return pieces;
  }
}

void expect_same_runs(const std::filesystem::path& a, const std::filesystem::path& b) {
  EXPECT_EQ(difference(a / "last.storyteller", b / "last.storyteller"), "") << b;
  EXPECT_EQ(difference(a / "best.storyteller", b / "best.storyteller"), "") << b;
}

TEST(SeveralSets, WithWeightsGoOnToTheSameBits) {
  set_threads(2);
  const TemporaryFolder folder;
  TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  training.sets() = {{"one", 4, 1.5}, {"other", kImages, 0.5}};
  const TrainOptions options = tiny_options();
  ASSERT_EQ(train(training, options, folder / "whole"), 1);
  EXPECT_EQ(train(training, options, folder / "cut", {1, 2, 4, 5, 7, 8}), 7);
  expect_same_runs(folder / "whole", folder / "cut");
}

TEST(SeveralSets, OneSetAloneAndSeveralThatAreSeenOnceAnEpochLearnTheSame) {
  set_threads(2);
  const TemporaryFolder folder;
  TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  TrainOptions options = tiny_options();
  options.epochs = 1;
  train(training, options, folder / "alone");
  training.sets() = {{"all", kImages, 1}};
  train(training, options, folder / "named");
  training.sets() = {{"one", 4, 1}, {"other", kImages, 1}};
  train(training, options, folder / "two");
  const auto weights = [&](const std::string& run) {
    return all_values(*Captioner::load(folder / (run + "/last.storyteller"), Device::cpu()));
  };
  EXPECT_EQ(weights("alone"), weights("named"));
  EXPECT_EQ(weights("alone"), weights("two")) << "the order is that of all pictures";
  training.sets() = {{"one", 4, 2}, {"other", kImages, 1}};
  train(training, options, folder / "other");
  EXPECT_NE(weights("alone"), weights("other"));
}

TEST(SeveralSets, EachIsScoredByItselfAndTheirMeanSelects) {
  set_threads(2);
  const TemporaryFolder folder;
  TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  training.sets() = {{"one", 4, 1}, {"other", kImages, 1}};
  TrainOptions options = tiny_options();
  options.epochs = 1;
  train(training, options, folder / "mean");
  options.selection_over = SelectionOver::kFirst;
  train(training, options, folder / "first");
  const auto record = [&](const std::string& run) {
    const auto file = SafetensorsFile::open(folder / (run + "/best.storyteller"));
    return history_from_json(file.metadata("storyteller.history"), run).at(0);
  };
  const EpochRecord mean = record("mean"), first = record("first");
  ASSERT_EQ(mean.sets.size(), 2U);
  EXPECT_EQ(mean.sets[0].name, "one");
  EXPECT_EQ(mean.sets[0].images, 6);
  EXPECT_EQ(mean.sets[1].images, static_cast<int64_t>(kImages));
  EXPECT_NE(mean.sets[0].scores["rouge_l"], mean.sets[1].scores["rouge_l"]);
  EXPECT_DOUBLE_EQ(mean.scores["rouge_l"],
                   (mean.sets[0].scores["rouge_l"] + mean.sets[1].scores["rouge_l"]) / 2);
  EXPECT_EQ(first.scores["rouge_l"], mean.sets[0].scores["rouge_l"]);
  EXPECT_TRUE(mean.validation_loss.has_value()) << "few pictures";
  EXPECT_DOUBLE_EQ(*mean.validation_loss,
                   (*mean.sets[0].validation_loss + *mean.sets[1].validation_loss) / 2);
}

TEST(SeveralSets, WithStylesLearnThemAndGoOnToTheSameBits) {
  set_threads(2);
  const TemporaryFolder folder;
  TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  training.sets() = {{"one", 4, 1}, {"other", kImages, 1}};
  training.styles() = {"one", "other"};
  for (const char* objectives : {"cross_entropy", "self_critical"}) {
    TrainOptions options = tiny_options();
    const bool rewards = std::string(objectives) == "self_critical";
    options.self_critical.epochs = rewards ? 1 : 0;
    options.scheduled_sampling.schedule = SamplingSchedule::kLinear;
    options.scheduled_sampling.rate = 0.3;
    options.scheduled_sampling.every = 1;
    const std::string whole = std::string("whole_") + objectives, cut = "cut_" + whole;
    ASSERT_EQ(train(training, options, folder / whole), 1);
    EXPECT_EQ(train(training, options, folder / cut, {1, 3, 5, 10}), 5);
    expect_same_runs(folder / whole, folder / cut);
  }
  const auto captioner =
      Captioner::load(folder / "whole_cross_entropy/last.storyteller", Device::cpu());
  EXPECT_EQ(styles_of(captioner->vocabulary()), (std::vector<std::string>{"one", "other"}));
  const Tensor features = Tensor::zeros({1, 49, 1280}, DType::kFloat32, Device::cpu());
  const auto log_probability = [&](const char* style) {
    captioner->set_begin_word(begin_word(captioner->vocabulary(), style, ""));
    return captioner->caption(features, captioner->options().search).at(0).log_probability;
  };
  EXPECT_EQ(log_probability(""), log_probability("one")) << "the first set's is usual";
  EXPECT_NE(log_probability("one"), log_probability("other"));
}

TEST(SeveralSets, CaptionsOfAnImageCountTheSameWhereThatIsAsked) {
  set_threads(2);
  const TemporaryFolder folder;
  auto captions = TinyDataset::varied_captions(kImages);
  TrainOptions options = tiny_options(), equal = options;
  options.epochs = equal.epochs = 1;
  equal.equal_images = true;
  const auto weights = [&](const TinyTraining& training, const TrainOptions& with,
                           const std::string& run) {
    train(training, with, folder / run);
    return all_values(*Captioner::load(folder / (run + "/last.storyteller"), Device::cpu()));
  };
  {
    const TinyTraining even("mobilenet_v2", captions, folder.path());
    EXPECT_EQ(weights(even, options, "a"), weights(even, equal, "b")) << "two captions each";
  }
  captions[3].pop_back();
  const TinyTraining uneven("mobilenet_v2", captions, folder.path());
  EXPECT_NE(weights(uneven, options, "c"), weights(uneven, equal, "d"));
}

}  // namespace
}  // namespace storyteller::several_sets_test
