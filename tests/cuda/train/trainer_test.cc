// Training on CUDA: step by step what the CPU does, the same bits every time, and files that either
// device takes up.
#include "train/trainer.h"

#include <cmath>
#include <csignal>

#include <gtest/gtest.h>

#include "core/memory_pool.h"
#include "core/system/signals.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::trainer_test {
namespace {

constexpr int kSteps = 10;

TrainOptions tiny_options(DType precision = DType::kFloat32) {
  TrainOptions options;
  options.precision = precision;
  options.epochs = 4;
  options.batch_size = 3;
  options.learning_rate = 0.01;
  options.average_decay = 0.9;
  options.label_smoothing = 0.1;
  options.word_dropout = 0.1;
  options.patience = 0;
  return options;
}

std::vector<double> losses(const TinyTraining& training, const TrainOptions& options,
                           const std::filesystem::path& folder, Device device, int steps = kSteps) {
  const auto run = training.start(options, folder, {}, device);
  std::vector<double> losses;
  for (int i = 0; i < steps; ++i) losses.push_back(run->trainer->train_step());
  EXPECT_EQ(run->trainer->state().skipped, 0);
  return losses;
}

void expect_near(const std::vector<double>& got, const std::vector<double>& wanted,
                 double tolerance) {
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_NEAR(got[i], wanted[i], tolerance * wanted[i]) << "step " << i;
  }
}

class CudaTrainer : public testing::TestWithParam<OptimizerKind> {};

TEST_P(CudaTrainer, TakesTheStepsOfTheCpu) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(4), folder.path());
  TrainOptions options = tiny_options();
  options.optimizer.kind = GetParam();
  const auto wanted = losses(training, options, folder / "cpu", Device::cpu());
  EXPECT_LT(wanted.back(), wanted.front());
  expect_near(losses(training, options, folder / "cuda", Device::cuda()), wanted, 1e-4);
  options.precision = DType::kBFloat16;
  expect_near(losses(training, options, folder / "bfloat16", Device::cuda()), wanted, 3e-2);
}

INSTANTIATE_TEST_SUITE_P(All, CudaTrainer,
                         testing::Values(OptimizerKind::kAdam, OptimizerKind::kNesterov),
                         [](const auto& info) {
                           return info.param == OptimizerKind::kAdam ? "adam" : "nesterov";
                         });

TEST(CudaTrainer, TakesTheStepsOfTheCpuWithADeepOutputAndAScalarGate) {
  const TemporaryFolder folder;
  TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(4), folder.path());
  training.model().decoder.output = OutputLayer::kDeep;
  training.model().decoder.initial_state = InitialState::kMlp;
  training.model().decoder.gate = ContextGate::kScalar;
  training.model().decoder.score = ScoreFunction::kRelu;
  const auto wanted = losses(training, tiny_options(), folder / "cpu", Device::cpu());
  expect_near(losses(training, tiny_options(), folder / "cuda", Device::cuda()), wanted, 1e-4);
  expect_near(losses(training, tiny_options(DType::kBFloat16), folder / "b", Device::cuda()),
              wanted, 3e-2);
}

TEST(CudaTrainer, TakesTheStepsOfTheCpuWithAnEncoderThatLearnsAndAWordDetector) {
  const TemporaryFolder folder;
  TinyTraining training("scene_cnn", TinyDataset::varied_captions(3), folder.path());
  training.model().word_detector = true;
  TrainOptions options = tiny_options();
  options.batch_size = 2;
  const auto wanted = losses(training, options, folder / "cpu", Device::cpu(), 2);
  expect_near(losses(training, options, folder / "cuda", Device::cuda(), 2), wanted, 1e-4);
  options.precision = DType::kBFloat16;
  expect_near(losses(training, options, folder / "bfloat16", Device::cuda(), 2), wanted, 3e-2);
}

TEST(CudaTrainer, WarmStepsTakeNothingFromThePools) {
  const TemporaryFolder folder;
  auto captions = TinyDataset::varied_captions(12);
  for (size_t i = 0; i < captions.size(); ++i) {
    captions[i] = {"a dog number x" + std::to_string(i) + " runs"};  // all batches have one shape
  }
  const TinyTraining training("mobilenet_v2", captions, folder.path());
  const auto run =
      training.start(tiny_options(DType::kBFloat16), folder / "run", {}, Device::cuda());
  for (int i = 0; i < 6; ++i) run->trainer->train_step();
  const MemoryPool &device = Device::cuda().pool(), &host = Device::cpu().pool();
  const size_t device_blocks = device.system_allocations(), host_blocks = host.system_allocations();
  for (int i = 0; i < 3; ++i) run->trainer->train_step();
  EXPECT_EQ(device.system_allocations(), device_blocks);
  EXPECT_EQ(host.system_allocations(), host_blocks);
}

/// Trains to the end, on `second` from step `cut` on.
void train(const TinyTraining& training, const TrainOptions& options,
           const std::filesystem::path& folder, Device first, Device second, int cut) {
  {
    const StopSignals signals;
    TrainingObserver observer;
    observer.step = [&](const TrainingState& state, int64_t, double) {
      if (state.step == cut) std::raise(SIGTERM);
    };
    const auto run = training.start(options, folder, observer, first);
    ASSERT_EQ(run->trainer->run(), Trainer::Outcome::kStopped);
  }
  TrainOptions rest = options;
  if (second.is_cpu()) rest.precision = DType::kFloat32;
  const auto run = training.start(rest, folder, {}, second);
  ASSERT_TRUE(run->trainer->resume());
  ASSERT_EQ(run->trainer->run(), Trainer::Outcome::kFinished);
}

std::vector<double> epoch_losses(const std::filesystem::path& folder) {
  const SafetensorsFile file = SafetensorsFile::open(folder / "last.storyteller");
  std::vector<double> losses;
  for (const EpochRecord& record : history_from_json(file.metadata("storyteller.history"), "")) {
    losses.push_back(record.loss);
  }
  return losses;
}

TEST(CudaTrainer, ARunGoesOnOnTheOtherDevice) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(3), folder.path());
  TrainOptions options = tiny_options();
  options.epochs = 3;
  const Device cpu = Device::cpu(), cuda = Device::cuda();
  train(training, options, folder / "cpu", cpu, cpu, 3);
  train(training, options, folder / "there", cpu, cuda, 3);
  train(training, options, folder / "back", cuda, cpu, 3);
  const auto wanted = epoch_losses(folder / "cpu");
  ASSERT_EQ(wanted.size(), 3U);
  expect_near(epoch_losses(folder / "there"), wanted, 1e-4);
  expect_near(epoch_losses(folder / "back"), wanted, 1e-4);
  options.precision = DType::kBFloat16;
  train(training, options, folder / "narrow", cuda, cpu, 3);
  expect_near(epoch_losses(folder / "narrow"), wanted, 3e-2);
}

TEST(CudaTrainer, ARunThatWasCutEndsInTheSameBits) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(3), folder.path());
  const Device cuda = Device::cuda();
  TrainOptions options = tiny_options(DType::kBFloat16);
  options.epochs = 2;
  {
    const auto whole = training.start(options, folder / "whole", {}, cuda);
    ASSERT_EQ(whole->trainer->run(), Trainer::Outcome::kFinished);
  }
  train(training, options, folder / "cut", cuda, cuda, 1);
  EXPECT_EQ(difference(folder / "whole/last.storyteller", folder / "cut/last.storyteller"), "");
  EXPECT_EQ(difference(folder / "whole/best.storyteller", folder / "cut/best.storyteller"), "");
}

TEST(CudaTrainer, SkipsAStepWhoseGradientIsNotFinite) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(3), folder.path());
  std::string message;
  TrainingObserver observer;
  observer.message = [&](const std::string& text) { message = text; };
  const auto run =
      training.start(tiny_options(DType::kBFloat16), folder / "run", observer, Device::cuda());
  run->trainer->train_step();
  Parameters& parameters = run->captioner->parameters();
  const Tensor& bias = parameters.value(parameters.find("decoder.output.bias"));
  const std::vector<float> kept = bias.to_host<float>();
  std::vector<float> broken = kept;
  broken[5] = NAN;
  bias.copy_from_host(broken.data());
  parameters.bump_version();
  const auto before = parameters.value(parameters.find("decoder.lstm.bias")).to_host<float>();
  run->trainer->train_step();
  EXPECT_EQ(run->trainer->state().skipped, 1);
  EXPECT_EQ(run->trainer->state().updates, 1);
  EXPECT_NE(message.find("not finite"), std::string::npos) << message;
  EXPECT_EQ(parameters.value(parameters.find("decoder.lstm.bias")).to_host<float>(), before);
  bias.copy_from_host(kept.data());
  parameters.bump_version();
  EXPECT_TRUE(std::isfinite(run->trainer->train_step()));
  EXPECT_EQ(run->trainer->state().skipped, 0);
  EXPECT_EQ(run->trainer->state().updates, 2);
}

/// What one step of plain descent adds to the weights, the batch in `parts`.
std::vector<float> update(const TinyTraining& training, const std::filesystem::path& folder,
                          int parts) {
  TrainOptions options = tiny_options(DType::kBFloat16);
  options.batch_size = 8;
  options.accumulate = parts;
  options.learning_rate = 1;
  options.optimizer.kind = OptimizerKind::kSgd;
  options.optimizer.momentum = 0;
  options.optimizer.clip_norm = 0;
  const auto run = training.start(options, folder, {}, Device::cuda());
  const Tensor& values = run->captioner->parameters().values();
  const std::vector<float> before = values.to_host<float>();
  run->trainer->train_step();
  EXPECT_EQ(run->captioner->parameters().gradients().dtype(),
            parts > 1 ? DType::kFloat32 : DType::kBFloat16);
  std::vector<float> change = values.to_host<float>();
  for (size_t i = 0; i < change.size(); ++i) change[i] -= before[i];
  return change;
}

TEST(CudaTrainer, InBFloat16PartsOfABatchAddUpToIt) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(4), folder.path());
  const auto whole = update(training, folder / "whole", 1);
  const auto parts = update(training, folder / "parts", 4);
  double error = 0, size = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    error += std::pow(parts[i] - whole[i], 2);
    size += std::pow(whole[i], 2);
  }
  EXPECT_GT(size, 0);
  EXPECT_LE(std::sqrt(error / size), 1e-2);
}

}  // namespace
}  // namespace storyteller::trainer_test
