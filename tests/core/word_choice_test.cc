// The ops that choose words: kernels/filter_logits.h and sample_step.h have their tests of the
// choice itself.
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/ops/ops.h"

namespace storyteller::word_choice_test {
namespace {

constexpr int64_t kWords = 5, kWidth = 5;
const WordLists kNothingBarred = {.begin = {0, 0, 0}, .words = {}};

Tensor logits() {
  return Tensor::from({2, kWidth}, std::vector<float>{0, 3, 1, 2, -1, /**/ 2, -1, 0, 4, 1},
                      Device::cpu());
}

TEST(WordChoice, FiltersInPlaceAndSaysWhatIsLeft) {
  const Tensor x = logits();
  const Tensor kept = filter_logits(x, kWords, {.top_k = 2}, kNothingBarred);
  const float none = -std::numeric_limits<float>::infinity();
  EXPECT_EQ(x.to_host<float>(),
            (std::vector<float>{none, 3, none, 2, none, /**/ 2, none, none, 4, none}));
  const std::vector<float> share = to_host_float(kept);
  ASSERT_EQ(share.size(), 2U);
  EXPECT_NEAR(share[0],
              std::log((std::exp(3.0) + std::exp(2.0)) /
                       (1 + std::exp(3.0) + std::exp(1.0) + std::exp(2.0) + std::exp(-1.0))),
              1e-6);
}

TEST(WordChoice, BarredWordsAreNoWords) {
  const Tensor x = logits();
  const Tensor kept = filter_logits(x, kWords, {.top_k = 1}, {.begin = {0, 1, 1}, .words = {1}});
  EXPECT_EQ(x.to_host<float>()[3], 2);
  EXPECT_EQ(x.to_host<float>()[1], -std::numeric_limits<float>::infinity());
  EXPECT_NEAR(to_host_float(kept)[0],
              std::log(std::exp(2.0) / (1 + std::exp(1.0) + std::exp(2.0) + std::exp(-1.0))), 1e-6);
  EXPECT_THROW(filter_logits(logits(), kWords, {}, {}), InternalError);
}

TEST(WordChoice, DrawsFromWhatTheFilterLeft) {
  const Tensor x = logits();
  filter_logits(x, kWords, {.temperature = 2, .top_p = 0}, kNothingBarred);
  const Tensor keys = Tensor::from({2}, std::vector<uint64_t>{3, 4}, Device::cpu());
  const SampledWords drawn = sample_step(x, kWords, keys, 9, 2);
  EXPECT_EQ(drawn.word.to_host<int32_t>(), (std::vector<int32_t>{1, 3}));
  EXPECT_EQ(to_host_float(drawn.log_probability), (std::vector<float>{0, 0}));
}

TEST(WordChoice, TemperatureZeroNeedsNoKeys) {
  EXPECT_EQ(sample_step(logits(), kWords, {}, 0, 0).word.to_host<int32_t>(),
            (std::vector<int32_t>{1, 3}));
}

TEST(WordChoice, OffersTheBestWordsThatAreNotBarred) {
  const BestWords best = top_words(logits(), kWords, 2, {.begin = {0, 2, 2}, .words = {1, 4}});
  EXPECT_EQ(best.word.to_host<int32_t>(), (std::vector<int32_t>{3, 2, /**/ 3, 0}));
  const std::vector<float> found = to_host_float(best.log_probability);
  EXPECT_NEAR(found[0], 2 - std::log(std::exp(0.0) + std::exp(1.0) + std::exp(2.0)), 1e-6);
  const BestWords all = top_words(logits(), kWords, 1, {.begin = {0, 0, 0}, .words = {}});
  EXPECT_EQ(all.word.to_host<int32_t>(), (std::vector<int32_t>{1, 3}));
}

TEST(WordChoice, WrongShapesAreNamed) {
  const Tensor keys = Tensor::from({1}, std::vector<uint64_t>{3}, Device::cpu());
  EXPECT_THROW(sample_step(logits(), kWords, keys, 0, 1), InternalError);
  EXPECT_THROW(sample_step(logits(), kWords + 1, {}, 0, 0), InternalError);
  EXPECT_THROW(filter_logits(logits(), kWords + 1, {}, kNothingBarred), InternalError);
  EXPECT_THROW(top_words(logits(), kWords + 1, 1, {.begin = {0, 0, 0}, .words = {}}),
               InternalError);
  EXPECT_THROW(top_words(logits(), kWords, 0, {.begin = {0, 0, 0}, .words = {}}), InternalError);
  EXPECT_THROW(top_words(logits(), kWords, kWords + 1, {.begin = {0, 0, 0}, .words = {}}),
               InternalError);
  EXPECT_THROW(top_words(logits(), kWords, 1, {.begin = {0, 0}, .words = {}}), InternalError);
}

}  // namespace
}  // namespace storyteller::word_choice_test
