#include "train/features/features_beside_text.h"

#include <memory>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "tests/train/data/fake_dataset.h"

namespace storyteller::features_beside_text_test {
namespace {

constexpr int64_t kRegions = 2, kWidth = 3;

/// Some of ten pictures are not there.
class SomePictures : public FakeDataset {
 public:
  explicit SomePictures(std::set<size_t> absent) : FakeDataset(10), absent_(std::move(absent)) {}
  bool has_picture(size_t i) const override { return !absent_.contains(i); }

 private:
  std::set<size_t> absent_;
};

/// Features of picture i are i+1; it remembers what it was asked for. Picture 4 is not usable.
class NumberedFeatures : public FeatureSource {
 public:
  struct Asked {
    std::vector<std::vector<size_t>> expected, batches;
  };
  explicit NumberedFeatures(Asked* asked) : asked_(asked) {}
  void expect(std::vector<std::vector<size_t>> batches, uint64_t) override {
    asked_->expected = std::move(batches);
  }
  Var next(Tape& tape, std::span<const size_t> images) override {
    asked_->batches.emplace_back(images.begin(), images.end());
    std::vector<float> rows;
    for (const size_t image : images) {
      rows.insert(rows.end(), kRegions * kWidth, static_cast<float>(image + 1));
    }
    encoded = tape.output(Tensor::from({std::ssize(images), kRegions, kWidth}, rows), true);
    return encoded;
  }
  bool usable(size_t i) const override { return asked_->batches.back()[i] != 4; }

  Var encoded;  // of the last batch

 private:
  Asked* asked_;
};

class FeaturesBesideTextTest : public testing::Test {
 protected:
  FeaturesBesideTextTest() {
    ModelOptions model;
    model.encoder = "scene_cnn";
    captioner_ = std::make_unique<Captioner>(
        model, Vocabulary::build(std::vector<std::vector<std::string>>{{"a"}}, 1), Device::cpu(), 1,
        true);
    auto inner = std::make_unique<NumberedFeatures>(&asked_);
    inner_ = inner.get();
    source_ = std::make_unique<FeaturesBesideText>(dataset_, *captioner_, Shape{kRegions, kWidth},
                                                   std::move(inner));
  }

  SomePictures dataset_{{1, 2, 7}};
  std::unique_ptr<Captioner> captioner_;
  NumberedFeatures::Asked asked_;
  NumberedFeatures* inner_ = nullptr;
  std::unique_ptr<FeaturesBesideText> source_;
};

TEST_F(FeaturesBesideTextTest, CaptionsWithoutPicturesHaveZerosAndNothingIsDecodedForThem) {
  const std::vector<std::vector<size_t>> batches = {{3, 1, 4}, {2, 7}, {5, 0}};
  source_->expect(batches, 0);
  EXPECT_EQ(asked_.expected, (std::vector<std::vector<size_t>>{{3, 4}, {5, 0}}));
  Tape tape(Tape::Mode::kTrain);
  for (const std::vector<size_t>& batch : batches) {
    const Tensor features = source_->next(tape, batch).value();
    ASSERT_EQ(features.shape(), (Shape{std::ssize(batch), kRegions, kWidth}));
    const std::vector<float> x = features.to_host<float>();
    for (size_t i = 0; i < batch.size(); ++i) {
      const auto wanted = dataset_.has_picture(batch[i]) ? static_cast<float>(batch[i] + 1) : 0;
      for (size_t n = 0; n < kRegions * kWidth; ++n) {
        EXPECT_EQ(x[i * kRegions * kWidth + n], wanted);
      }
      EXPECT_EQ(source_->usable(i), batch[i] != 4) << batch[i];
    }
  }
  EXPECT_EQ(asked_.batches, (std::vector<std::vector<size_t>>{{3, 4}, {5, 0}}));
}

TEST_F(FeaturesBesideTextTest, GradientsGoToThePicturesAlone) {
  Tape tape(Tape::Mode::kTrain);
  const std::vector<size_t> batch = {3, 1, 5};
  source_->expect({batch}, 0);
  const Var features = source_->next(tape, batch);
  const Var loss =
      word_presence_loss(tape, features, Tensor::zeros({3, kWidth}, DType::kFloat32, Device::cpu()),
                         Tensor::from({kWidth}, std::vector<float>(kWidth, 1)), 1);
  tape.backward({loss});
  const std::vector<float> gradient = gathered_gradient(inner_->encoded).to_host<float>();
  ASSERT_EQ(gradient.size(), static_cast<size_t>(2 * kRegions * kWidth));
  for (const float x : gradient) EXPECT_GT(x, 0);
}

}  // namespace
}  // namespace storyteller::features_beside_text_test
