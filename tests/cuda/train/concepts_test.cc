// A model with concepts takes on CUDA the steps that it takes on the CPU, of pictures and of
// captions without any, sees the same in pictures and says the same of them.
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::concepts_test {
namespace {

constexpr size_t kPictures = 3;
constexpr int64_t kRegions = 49, kWidth = 1280;

const SearchOptions kSearches[] = {{.beam = 1, .max_words = 6},
                                   {.beam = 3, .max_words = 6},
                                   {.beam = 2, .max_words = 6, .concept_bonus = 3}};

struct Learned {
  std::vector<double> losses;
  SeenConcepts seen;                           // in the pictures
  std::vector<std::vector<Caption>> captions;  // [search]
};

/// Two steps, then captions of the pictures.
Learned learn(const TinyTraining& training, const std::filesystem::path& folder, Device device,
              DType precision = DType::kFloat32) {
  TrainOptions options;
  options.precision = precision;
  options.batch_size = 5;
  options.learning_rate = 0.05;
  const auto run = training.start(options, folder, {}, device);
  Learned learned;
  for (int i = 0; i < 2; ++i) learned.losses.push_back(run->trainer->train_step());
  EXPECT_EQ(run->trainer->state().skipped, 0);
  if (precision != DType::kFloat32) return learned;
  std::vector<float> rows(kPictures * kRegions * kWidth);
  const size_t pictures[kPictures] = {0, 1, 2};
  training.train_features().copy_rows(pictures, rows.data());
  const Tensor features = Tensor::from({kPictures, kRegions, kWidth}, rows, device);
  learned.seen = run->captioner->concepts()->detect(features);
  for (const SearchOptions& search : kSearches) {
    learned.captions.push_back(run->captioner->caption(features, search));
  }
  return learned;
}

void expect_same_concepts(const SeenConcepts& got, const SeenConcepts& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_FALSE(wanted[i].empty());
    ASSERT_EQ(got[i].size(), wanted[i].size()) << "picture " << i;
    for (size_t k = 0; k < wanted[i].size(); ++k) {
      EXPECT_EQ(got[i][k].number, wanted[i][k].number) << "picture " << i;
      EXPECT_NEAR(got[i][k].p, wanted[i][k].p, 1e-4);
    }
  }
}

struct Data {
  std::string name;
  size_t without_pictures;
};

class CudaConcepts : public testing::TestWithParam<Data> {};

TEST_P(CudaConcepts, AreLearnedSeenAndSaidAsOnTheCpu) {
  const TemporaryFolder folder;
  const size_t words = GetParam().without_pictures;
  TinyTraining training("mobilenet_v2", TinyDataset::varied_captions(kPictures + words),
                        folder.path(), words);
  training.model().concepts = {.count = 7, .inputs = 3, .threshold = 0.01};
  if (words > 0) training.sets() = {{"pictures", kPictures, 1}, {"words", kPictures + words, 1}};
  const Learned wanted = learn(training, folder / "cpu", Device::cpu());
  const Learned got = learn(training, folder / "cuda", Device::cuda());
  const Learned narrow = learn(training, folder / "bfloat16", Device::cuda(), DType::kBFloat16);
  EXPECT_NE(wanted.losses[1], wanted.losses[0]);
  for (size_t i = 0; i < wanted.losses.size(); ++i) {
    EXPECT_NEAR(got.losses[i], wanted.losses[i], 1e-4 * std::abs(wanted.losses[i])) << i;
    EXPECT_NEAR(narrow.losses[i], wanted.losses[i], 3e-2 * std::abs(wanted.losses[i])) << i;
  }
  expect_same_concepts(got.seen, wanted.seen);
  for (size_t search = 0; search < wanted.captions.size(); ++search) {
    for (size_t i = 0; i < kPictures; ++i) {
      const Caption &one = got.captions[search][i], &other = wanted.captions[search][i];
      EXPECT_EQ(one.words, other.words) << "search " << search << ", picture " << i;
      EXPECT_NEAR(one.log_probability, other.log_probability,
                  1e-4 * std::abs(other.log_probability));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, CudaConcepts,
                         testing::Values(Data{"pictures", 0},
                                         Data{"pictures_and_captions_without", 2}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace storyteller::concepts_test
