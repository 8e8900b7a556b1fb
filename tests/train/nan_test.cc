// A step whose gradient is not finite leaves nothing behind and is named; ten in a row end the run.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::nan_test {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

class NotFinite : public testing::TestWithParam<std::string> {
 protected:
  NotFinite() : training_(GetParam(), TinyDataset::varied_captions(6), folder_.path()) {
    TrainOptions options;
    options.batch_size = 4;
    options.learning_rate = 0.01;
    options.average_decay = 0.9;
    TrainingObserver observer;
    observer.message = [this](const std::string& text) { messages_.push_back(text); };
    run_ = training_.start(options, folder_ / "run", observer);
    for (int i = 0; i < 2; ++i) trainer().train_step();
  }

  Trainer& trainer() { return *run_->trainer; }
  float& element(const std::string& name, int64_t i = 0) {
    Parameters& parameters = run_->captioner->parameters();
    parameters.bump_version();
    return parameters.value(parameters.find(name)).data<float>()[i];
  }
  /// Everything that a step may change, as a checkpoint keeps it: weights, running statistics,
  /// moments, average, and the number of updates.
  std::vector<std::byte> everything() { return all_values(*run_->captioner); }
  static void scale(Captioner& captioner, const std::string& name, float factor) {
    Parameters& parameters = captioner.parameters();
    const Tensor& value = parameters.value(parameters.find(name));
    for (int64_t i = 0; i < value.elements(); ++i) value.data<float>()[i] *= factor;
    parameters.bump_version();
  }

  TemporaryFolder folder_;
  TinyTraining training_;
  std::unique_ptr<TinyTraining::Run> run_;
  std::vector<std::string> messages_;
};

TEST_P(NotFinite, StepIsSkippedNamedAndLeavesNothingBehind) {
  for (const float bad : {kNan, kInfinity}) {
    float& poisoned = element("decoder.output.bias", 5);
    const float good = std::exchange(poisoned, bad);
    const auto before = everything();
    const TrainingState state = trainer().state();
    messages_.clear();
    trainer().train_step();
    EXPECT_EQ(everything(), before);
    EXPECT_EQ(trainer().state().updates, state.updates);
    EXPECT_EQ(trainer().state().step, state.step + 1);
    EXPECT_EQ(trainer().state().skipped, 1);
    EXPECT_EQ(trainer().state().loss_sum, state.loss_sum);
    ASSERT_EQ(messages_.size(), 1U);
    EXPECT_NE(messages_[0].find("step " + std::to_string(state.step + 1)), std::string::npos);
    EXPECT_NE(messages_[0].find("not finite"), std::string::npos);
    EXPECT_NE(messages_[0].find("skipped"), std::string::npos);

    poisoned = good;
    EXPECT_TRUE(std::isfinite(trainer().train_step()));
    EXPECT_EQ(trainer().state().skipped, 0);
    EXPECT_EQ(trainer().state().updates, state.updates + 1);
    EXPECT_EQ(messages_.size(), 1U);
  }
}

/// The tensors of training.* in a checkpoint: moments and average.
std::vector<std::byte> moments_in(const std::filesystem::path& path) {
  const SafetensorsFile file = SafetensorsFile::open(path);
  std::vector<std::byte> bytes;
  for (const std::string& name : file.names()) {
    if (!name.starts_with("training.")) continue;
    const auto tensor = file.find(name).bytes;
    bytes.insert(bytes.end(), tensor.begin(), tensor.end());
  }
  EXPECT_FALSE(bytes.empty());
  return bytes;
}

TEST_P(NotFinite, MomentsAndAverageStayAsTheyWere) {
  // An epoch of 12 captions has three steps; the epoch's end saves. Learning goes on for an epoch
  // in which every gradient is infinite.
  TrainOptions options;
  options.batch_size = 4;
  options.average_decay = 0.9;
  options.epochs = 2;
  options.patience = 0;
  std::vector<std::byte> after_one;
  TinyTraining::Run* running = nullptr;
  TrainingObserver observer;
  const auto path = folder_ / "moments/last.storyteller";
  float good = 0;
  observer.step = [&](const TrainingState& state, int64_t, double) {
    if (state.step != 6) return;
    Parameters& parameters = running->captioner->parameters();  // healed: the run may be saved
    parameters.value(parameters.find("decoder.output.bias")).data<float>()[5] = good;
    parameters.bump_version();
  };
  observer.epoch = [&](const EpochRecord& record, bool) {
    if (record.epoch != 1) return;
    after_one = moments_in(path);
    Parameters& parameters = running->captioner->parameters();
    float& poisoned = parameters.value(parameters.find("decoder.output.bias")).data<float>()[5];
    good = std::exchange(poisoned, kNan);
    parameters.bump_version();
  };
  const auto run = training_.start(options, folder_ / "moments", observer);
  running = run.get();
  run->trainer->run();
  EXPECT_EQ(run->trainer->state().skipped, 3);
  EXPECT_TRUE(moments_in(path) == after_one);
}

// A gradient may overflow although the loss is finite: the first parameter in trouble is named.
TEST_P(NotFinite, GradientIsNamed) {
  // Words reach the LSTM as before, but on the way back 1e36 meets 1e18.
  scale(*run_->captioner, "decoder.output.weight", 1e36F);
  scale(*run_->captioner, "decoder.embedding.weight", 1e-18F);
  scale(*run_->captioner, "decoder.lstm.word.weight", 1e18F);
  const auto before = everything();
  EXPECT_TRUE(std::isfinite(trainer().train_step()));
  EXPECT_EQ(everything(), before);
  ASSERT_EQ(messages_.size(), 1U);
  EXPECT_NE(messages_[0].find("the gradient of decoder.embedding.weight"), std::string::npos)
      << messages_[0];
}

TEST_P(NotFinite, MomentThatOverflowsIsNotSaved) {
  TrainOptions options;
  options.batch_size = 4;
  options.checkpoint_seconds = 0;
  options.optimizer.clip_norm = 0;
  const auto run = training_.start(options, folder_ / "overflow");
  scale(*run->captioner, "decoder.output.weight", 1e25F);  // a gradient whose squares are infinite
  const std::string message = message_of<DivergedError>([&] { run->trainer->run(); });
  EXPECT_NE(message.find("second_moment is not finite"), std::string::npos) << message;
  EXPECT_TRUE(training_.start(options, folder_ / "overflow")->trainer->resume());
}

TEST_P(NotFinite, TenInARowEndTheRun) {
  element("decoder.output.bias", 5) = kNan;
  for (int i = 0; i < 9; ++i) trainer().train_step();
  const std::string message = message_of<DivergedError>([&] { trainer().train_step(); });
  EXPECT_NE(message.find("10th"), std::string::npos) << message;
  EXPECT_NE(message.find("learning_rate"), std::string::npos) << message;
  EXPECT_EQ(messages_.size(), 9U);
  EXPECT_EQ(static_cast<int>(DivergedError("").code()), 6);
}

TEST_P(NotFinite, NineInARowDoNot) {
  float& poisoned = element("decoder.output.bias", 5);
  const float good = std::exchange(poisoned, kNan);
  for (int i = 0; i < 9; ++i) trainer().train_step();
  poisoned = good;
  trainer().train_step();
  poisoned = kNan;
  for (int i = 0; i < 9; ++i) trainer().train_step();
  EXPECT_EQ(trainer().state().skipped, 9);
}

INSTANTIATE_TEST_SUITE_P(Encoders, NotFinite, testing::Values("mobilenet_v2", "scene_cnn"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace storyteller::nan_test
