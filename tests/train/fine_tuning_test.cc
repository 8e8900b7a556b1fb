// A pretrained encoder that is fine-tuned: what moves, when, and by how much.
#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <set>

#include "core/error.h"
#include "core/system/signals.h"
#include "core/system/threads.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::fine_tuning_test {
namespace {

constexpr size_t kImages = 8;  // 16 captions in batches of 6: three steps, the last of 4
constexpr int64_t kStepsPerEpoch = 3;

TrainOptions fine_tuning() {
  TrainOptions options;
  options.epochs = 3;
  options.batch_size = 6;
  options.captions_per_image = 2;
  options.learning_rate = 0.01;
  options.schedule.kind = ScheduleKind::kConstant;
  options.patience = 0;
  options.validation_images = 2;
  options.encoder.from = "features.17";
  options.encoder_frozen_epochs = 1;
  return options;
}

std::map<std::string, std::vector<float>> encoder_values(Captioner& captioner) {
  std::map<std::string, std::vector<float>> values;
  const Parameters& parameters = captioner.parameters();
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (parameters.name(id).starts_with("encoder.")) {
      values[parameters.name(id)] = to_host_float(parameters.value(id));
    }
  }
  return values;
}

bool above_boundary(const std::string& name) {
  return name.starts_with("encoder.features.17.") || name.starts_with("encoder.features.18.");
}

TEST(FineTuningSlow, MovesOnlyTheLayersFromTheFirstOnAndOnlyAfterTheFrozenEpochs) {
  set_threads(2);
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  TrainOptions options = fine_tuning();
  options.average_decay = 0.9;
  const auto run = training.start(options, folder / "run");
  const auto before = encoder_values(*run->captioner);
  for (int64_t step = 0; step < kStepsPerEpoch; ++step) run->trainer->train_step();
  EXPECT_EQ(encoder_values(*run->captioner), before) << "frozen epoch";
  EXPECT_EQ(run->trainer->state().frozen_steps.at("encoder"), kStepsPerEpoch);
  run->trainer->train_step();
  const auto after = encoder_values(*run->captioner);
  // Adam's first step is the rate, whatever the gradient: if the moments' bias is corrected as for
  // a parameter that has just begun to learn.
  const double rate = options.learning_rate * options.encoder.rate;
  for (const auto& [name, values] : after) {
    double greatest = 0;
    for (size_t i = 0; i < values.size(); ++i) {
      greatest = std::max<double>(greatest, std::abs(values[i] - before.at(name)[i]));
    }
    if (above_boundary(name)) {
      EXPECT_NEAR(greatest, rate, 0.02 * rate) << name;
    } else {
      EXPECT_EQ(greatest, 0) << name;
    }
  }
}

TEST(FineTuningSlow, OfAllLayersStartsAtThePictures) {
  set_threads(2);
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(2), folder.path());
  TrainOptions options = fine_tuning();
  options.encoder.from = "all";
  options.encoder_frozen_epochs = 0;
  const auto run = training.start(options, folder / "run");
  const auto before = encoder_values(*run->captioner);
  run->trainer->train_step();
  for (const auto& [name, values] : encoder_values(*run->captioner)) {
    EXPECT_NE(values, before.at(name)) << name;
  }
}

// What layer 17 reads comes from a cache in binary16 or from the pictures: the same but for that
// rounding.
TEST(FineTuningSlow, OverCachedLayersIsTheSameAsOverPictures) {
  set_threads(2);
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kImages), folder.path());
  TrainOptions options = fine_tuning();
  options.encoder_frozen_epochs = 0;
  options.augmentation.flip = 0.5;
  std::vector<double> losses[2];
  for (const bool cached : {false, true}) {
    options.encoder_cache = cached;
    const auto run = training.start(options, folder / (cached ? "cached" : "encoded"));
    for (int step = 0; step < 4; ++step) losses[cached].push_back(run->trainer->train_step());
  }
  for (size_t i = 0; i < 4; ++i) EXPECT_NEAR(losses[0][i], losses[1][i], 2e-3 * losses[0][i]) << i;
}

/// Values after some steps of a batch that is computed in parts.
std::vector<double> trained_in_parts(const TinyTraining& training, const TrainOptions& options,
                                     const std::filesystem::path& folder, double* loss) {
  const auto run = training.start(options, folder);
  for (int step = 0; step < 4; ++step) *loss = run->trainer->train_step();
  const Tensor& values = run->captioner->parameters().values();
  if (values.dtype() == DType::kFloat64) return values.to_host<double>();
  const std::vector<float> floats = to_host_float(values);
  return {floats.begin(), floats.end()};
}

void expect_the_same_in_parts(const TinyTraining& training, TrainOptions options,
                              double loss_tolerance, double tolerance) {
  const TemporaryFolder folder;
  double whole_loss = 0;
  const auto whole = trained_in_parts(training, options, folder / "whole", &whole_loss);
  for (const int parts : {2, 3, 5, 100}) {
    options.accumulate = parts;
    double loss = 0;
    const auto values = trained_in_parts(training, options, folder / std::to_string(parts), &loss);
    EXPECT_NEAR(loss, whole_loss, loss_tolerance * whole_loss) << parts;
    ASSERT_EQ(values.size(), whole.size());
    double greatest = 0;
    for (size_t i = 0; i < whole.size(); ++i) {
      greatest = std::max(greatest, std::abs(values[i] - whole[i]));
    }
    EXPECT_LT(greatest, tolerance) << parts;
  }
}

TEST(Accumulation, InPartsGivesTheUpdateOfTheWholeBatch) {
  const TemporaryFolder folder;
  const TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(7), folder.path());
  TrainOptions options = fine_tuning();
  options.encoder.from = "none";
  options.precision = DType::kFloat64;
  options.batch_size = 10;
  options.word_dropout = 0.2;
  options.label_smoothing = 0.1;
  options.coverage_weight = 0.7;
  // Adam divides by the gradient's size: where that is nothing but rounding, so is its step.
  expect_the_same_in_parts(training, options, 1e-12, 1e-7);
}

TEST(Accumulation, OfWhatTeachersSayToo) {
  const TemporaryFolder folder;
  TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(7), folder.path());
  training.teachers() = 2;
  TrainOptions options = fine_tuning();
  options.encoder.from = "none";
  options.precision = DType::kFloat64;
  options.batch_size = 10;
  options.objectives = "distillation:0.6,cross_entropy:0.4";
  expect_the_same_in_parts(training, options, 1e-12, 1e-7);
}

TEST(Accumulation, OfCaptionsAndAWordDetectorToo) {
  const TemporaryFolder folder;
  TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(7), folder.path());
  training.model().word_detector = true;
  TrainOptions options = fine_tuning();
  options.encoder.from = "none";
  options.optimizer.kind = OptimizerKind::kSgd;
  options.batch_size = 10;
  options.presence_weight = 3;
  expect_the_same_in_parts(training, options, 1e-6, 1e-6);
}

/// Trains to the end in `folder`, stopping and resuming after the steps of `cuts`.
void train_to_end(const TinyTraining& training, const TrainOptions& options,
                  const std::filesystem::path& folder, std::set<int64_t> cuts = {}) {
  for (int processes = 0; processes < 12; ++processes) {
    const StopSignals signals;
    TrainingObserver observer;
    observer.step = [&](const TrainingState& state, int64_t, double) {
      if (cuts.erase(state.step) > 0) std::raise(SIGTERM);
    };
    const auto run = training.start(options, folder, observer);
    EXPECT_EQ(run->trainer->resume(), processes > 0);
    if (run->trainer->run() == Trainer::Outcome::kFinished) return;
  }
  ADD_FAILURE() << "the run does not end";
}

struct Way {
  std::string name;
  bool cache;
  double crop;
  int accumulate;
  std::string encoder = "mobilenet_v2", from = fine_tuning().encoder.from;
};

void expect_the_same_bits(const Way& way) {
  set_threads(2);
  const TemporaryFolder folder;
  const TinyTraining training(way.encoder, TinyDataset::varied_captions(kImages), folder.path());
  TrainOptions options = fine_tuning();
  options.encoder.from = way.from;
  options.average_decay = 0.9;
  options.encoder_cache = way.cache;
  options.augmentation = {.flip = 0.5, .crop = way.crop};
  options.accumulate = way.accumulate;
  train_to_end(training, options, folder / "whole");
  options.loader_threads = 3;
  // Frozen, at the switch, in mid-epoch after it, at an epoch's end.
  train_to_end(training, options, folder / "cut", {2, 3, 5, 6, 8});
  for (const char* name : {"last.storyteller", "best.storyteller"}) {
    EXPECT_EQ(difference(folder / "whole" / name, folder / "cut" / name), "") << name;
  }
}

TEST(FineTuningResumeSlow, EndsInTheSameBitsForAnyLoaderThreads) {
  expect_the_same_bits({"pictures_cropped_in_parts", false, 0.6, 2});
}

class FineTuningResumeInFull : public testing::TestWithParam<Way> {};
TEST_P(FineTuningResumeInFull, EndsInTheSameBitsForAnyLoaderThreads) {
  expect_the_same_bits(GetParam());
}
INSTANTIATE_TEST_SUITE_P(All, FineTuningResumeInFull,
                         testing::Values(Way{"cached_layers", true, 1, 1},
                                         Way{"efficientnet_lite0", true, 1, 1, "efficientnet_lite0",
                                             "features.15"}),
                         [](const auto& info) { return info.param.name; });

TEST(FineTuning, NamesTheLayersThatThereAre) {
  const auto message = [](const std::string& encoder, const std::string& from) {
    ModelOptions options;
    options.encoder = encoder;
    return message_of<UsageError>([&] {
      Captioner(options, Vocabulary::build(std::vector<Tokens>{{"a"}}, 1), Device::cpu(), 1, true,
                DType::kFloat32, {.from = from});
    });
  };
  EXPECT_NE(message("mobilenet_v2", "features.19").find("features.0.0 to features.18.0"),
            std::string::npos);
  EXPECT_NE(message("mobilenet_v2", "feature.7").find("did you mean"), std::string::npos);
  EXPECT_NE(message("scene_cnn", "block1").find("learns as a whole"), std::string::npos);
}

}  // namespace
}  // namespace storyteller::fine_tuning_test
