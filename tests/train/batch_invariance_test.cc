// Promise: a picture gets the same caption alone and beside others, and with any number of threads;
// the loss agrees across numbers of threads.
#include <gtest/gtest.h>

#include <cmath>
#include <iostream>

#include "core/system/threads.h"
#include "tests/temporary_folder.h"
#include "tests/train/tiny_training.h"

namespace storyteller::batch_invariance_test {
namespace {

std::vector<std::string> captions_of(Captioner& captioner, const Dataset& dataset, size_t count,
                                     size_t batch) {
  std::vector<std::string> captions;
  for (size_t first = 0; first < count; first += batch) {
    std::vector<Image> pictures;
    for (size_t i = first; i < std::min(first + batch, count); ++i) {
      pictures.push_back(dataset.load(i));
    }
    for (const Caption& found : captioner.caption(pictures, captioner.options().search)) {
      captions.push_back(captioner.sentence(found));
    }
  }
  return captions;
}

size_t equal(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  size_t count = 0;
  for (size_t i = 0; i < a.size(); ++i) count += a[i] == b[i] ? 1 : 0;
  return count;
}

/// Captions of `count` drawn scenes by the model that ships, which sees in them what it can.
void expect_same_captions(size_t count, size_t may_differ) {
  const std::filesystem::path model =
      std::filesystem::path(STORYTELLER_SOURCE_DIR) / "models/flickr8k.storyteller";
  if (!std::filesystem::exists(model)) GTEST_SKIP() << model << " is not there";
  const auto captioner = Captioner::load(model, Device::cpu());
  const auto dataset = open_dataset("scenes:val=1000", Split::kVal);
  set_threads(2);
  const auto together = captions_of(*captioner, *dataset, count, 32);
  const auto alone = captions_of(*captioner, *dataset, count, 1);
  set_threads(1);
  const auto one_thread = captions_of(*captioner, *dataset, count, 32);
  set_threads(2);
  std::cout << equal(together, alone) << " of " << count
            << " captions equal alone and in batches of 32, " << equal(together, one_thread)
            << " with 1 and 2 threads\n";
  EXPECT_GE(equal(together, alone) + may_differ, count);
  EXPECT_GE(equal(together, one_thread) + may_differ, count);
}

TEST(BatchInvariance, APictureGetsTheSameCaptionAloneAndBesideOthers) {
  expect_same_captions(40, 0);
}

TEST(BatchInvarianceInFull, OfAThousandPicturesNineHundredAndNinetyNineGetTheSameCaption) {
  expect_same_captions(1000, 1);
}

TEST(ThreadInvariance, TheLossAgreesAcrossThreadsAndItsBitsWithinOneNumberOfThem) {
  const TemporaryFolder folder;
  const TinyTraining training("scene_cnn", TinyDataset::varied_captions(10), folder.path());
  TrainOptions options;
  options.batch_size = 10;
  const auto losses = [&](int threads) {
    set_threads(threads);
    const auto run = training.start(options, folder / "run");
    std::vector<double> all;
    for (int step = 0; step < 6; ++step) all.push_back(run->trainer->train_step());
    return all;
  };
  const auto two = losses(2);
  EXPECT_EQ(losses(2), two);
  for (const int threads : {1, 3, 4}) {
    const auto other = losses(threads);
    EXPECT_EQ(losses(threads), other) << threads;
    for (size_t step = 0; step < two.size(); ++step) {
      EXPECT_NEAR(other[step], two[step], 1e-5 * two[step]) << threads << " threads, step " << step;
    }
  }
  set_threads(2);
}

}  // namespace
}  // namespace storyteller::batch_invariance_test
