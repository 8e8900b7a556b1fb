// From the first steps of the recipe to captions and their scores, on CUDA as on the CPU, through
// whatever multiplies and convolves there.
#include "train/session/recipe.h"

#include <cmath>

#include <gtest/gtest.h>

#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"
#include "train/trainer.h"
#include "train/validation/validation.h"

namespace storyteller::recipe_test {
namespace {

constexpr double kFloatTolerance = 1e-4, kBFloat16Tolerance = 3e-2;

/// What the first epoch of two steps gave.
struct Epoch {
  std::vector<double> losses;
  EpochRecord record;
  std::filesystem::path model;
};

/// The default recipe of photographs but for its sizes: a decoder of few numbers, two batches.
class CudaRecipe : public testing::Test {
 protected:
  CudaRecipe() : training_("mobilenet_v2", TinyDataset::varied_captions(4), folder_.path()) {
    Recipe recipe = recipe_for("photographs");
    EXPECT_EQ(recipe.model.decoder.gate, ContextGate::kScalar);
    recipe.model.decoder.embedding = 24;
    recipe.model.decoder.hidden = 32;
    recipe.model.decoder.attention = 16;
    recipe.model.encoder_choices.side = 64;
    recipe.model.search.max_words = 8;
    training_.model() = recipe.model;
    options_ = recipe.train;
    options_.epochs = 1;
    options_.min_count = 1;
    options_.batch_size = 4;
    options_.schedule.warmup_steps = 0;
  }

  Epoch train(DType precision, Device device) {
    options_.precision = precision;
    const std::filesystem::path folder =
        folder_ / (std::string(device.name()) + std::to_string(static_cast<int>(precision)));
    Epoch epoch;
    TrainingObserver observer;
    observer.step = [&](const TrainingState&, int64_t, double loss) {
      epoch.losses.push_back(loss);
    };
    observer.epoch = [&](const EpochRecord& record, bool) { epoch.record = record; };
    const auto run = training_.start(options_, folder, std::move(observer), device);
    fill_encoder(run->captioner->parameters());
    // rows_are_wide.py looks at what an odd vocabulary does.
    EXPECT_EQ(run->captioner->vocabulary().size() % 2, 1);
    EXPECT_EQ(run->trainer->run(), Trainer::Outcome::kFinished);
    EXPECT_EQ(epoch.losses.size(), 2U);
    epoch.model = folder / "best.storyteller";
    return epoch;
  }

  /// The captions of the training's pictures, from the pictures on.
  std::vector<Caption> captions(Captioner& captioner) {
    BadPictures bad;
    return caption_dataset(captioner, training_.train(), nullptr, captioner.options().search, 0,
                           bad);
  }
  CaptionScores scores(const Captioner& captioner, const std::vector<Caption>& captions) {
    return score_against(captioner, captions, training_.train_captions(), {});
  }

  TemporaryFolder folder_;
  TinyTraining training_;
  TrainOptions options_;
};

void expect_near(const std::vector<double>& got, const std::vector<double>& wanted,
                 double tolerance) {
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_NEAR(got[i], wanted[i], tolerance * wanted[i]) << "step " << i;
  }
}

/// The epoch's loss, and that of the validated pictures where it was measured.
void expect_validated(const EpochRecord& got, const EpochRecord& wanted, double tolerance) {
  EXPECT_GT(wanted.images, 0);
  EXPECT_EQ(got.images, wanted.images);
  EXPECT_NEAR(got.loss, wanted.loss, tolerance * wanted.loss);
  ASSERT_EQ(got.validation_loss.has_value(), wanted.validation_loss.has_value());
  if (!wanted.validation_loss) return;
  EXPECT_NEAR(*got.validation_loss, *wanted.validation_loss, tolerance * *wanted.validation_loss);
}

void expect_captions(const std::vector<Caption>& got, const std::vector<Caption>& wanted,
                     double tolerance) {
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(got[i].words, wanted[i].words) << "picture " << i;
    EXPECT_NEAR(got[i].log_probability, wanted[i].log_probability,
                tolerance * std::abs(wanted[i].log_probability));
  }
}

/// What the search compares captions by. In bfloat16 two that are nearly as probable may change
/// places, whose words and scores then differ.
double per_word(const Caption& caption) {
  return caption.log_probability / static_cast<double>(caption.words.size() + 1);
}

TEST_F(CudaRecipe, TrainsAndValidatesAsTheCpuDoes) {
  const Epoch wanted = train(DType::kFloat32, Device::cpu());
  const Epoch single = train(DType::kFloat32, Device::cuda());
  expect_near(single.losses, wanted.losses, kFloatTolerance);
  const Epoch narrow = train(DType::kBFloat16, Device::cuda());
  expect_near(narrow.losses, wanted.losses, kBFloat16Tolerance);
  expect_validated(single.record, wanted.record, kFloatTolerance);
  expect_validated(narrow.record, wanted.record, kBFloat16Tolerance);
  EXPECT_EQ(single.record.scores, wanted.record.scores);
}

TEST_F(CudaRecipe, CaptionsAndScoresPicturesAsTheCpuDoes) {
  const Epoch epoch = train(DType::kFloat32, Device::cuda());
  const auto on_cpu = Captioner::load(epoch.model, Device::cpu());
  const auto on_cuda = Captioner::load(epoch.model, Device::cuda());
  const auto wanted = captions(*on_cpu), got = captions(*on_cuda);
  expect_captions(got, wanted, kFloatTolerance);
  EXPECT_EQ(scores(*on_cuda, got)["cider"], scores(*on_cpu, wanted)["cider"]);
  const auto narrow =
      Captioner::load(epoch.model, Device::cuda(), /*with_gradients=*/false, DType::kBFloat16);
  const auto rounded = captions(*narrow);
  ASSERT_EQ(rounded.size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_FALSE(rounded[i].words.empty());
    EXPECT_NEAR(per_word(rounded[i]), per_word(wanted[i]),
                kBFloat16Tolerance * std::abs(per_word(wanted[i])));
  }
}

TEST_F(CudaRecipe, FineTunesAnEncoderWithUnfoldedBatchNormsAsTheCpuDoes) {
  training_.model().encoder_choices.norm = EncoderChoices::Norm::kBatch;
  training_.model().encoder_choices.side = 32;
  options_.validation_images = 1;
  options_.encoder.from = "features.17";
  options_.encoder_cache = false;
  options_.captions_per_image = 2;
  const Epoch wanted = train(DType::kFloat32, Device::cpu());
  for (const auto& [precision, tolerance] : {std::pair(DType::kFloat32, kFloatTolerance),
                                             std::pair(DType::kBFloat16, kBFloat16Tolerance)}) {
    const Epoch got = train(precision, Device::cuda());
    expect_near(got.losses, wanted.losses, tolerance);
    expect_validated(got.record, wanted.record, tolerance);
  }
}

}  // namespace
}  // namespace storyteller::recipe_test
