// The network that answers questions takes on CUDA the steps that it takes on the CPU.
#include "model/vqa/stacked_attention.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/philox.h"

namespace storyteller::stacked_attention_test {
namespace {

constexpr int64_t kPictures = 2, kRegions = 5, kWidth = 24, kWords = 11, kAnswers = 7;

/// Loss and gradients of the same values on any device in any precision.
struct Step {
  double loss = 0;
  std::vector<float> gradient;
};

Step step_on(Device device, DType precision, VqaFusion fusion) {
  Parameters parameters;
  parameters.add_group({.name = "decoder"});
  StackedAttention network(
      {.embedding = 8, .hidden = 24, .attention = 16, .fusion = fusion, .dropout = 0.5F}, kWords,
      kWidth, kAnswers, parameters);
  parameters.allocate(precision, device, 3, true);
  std::vector<float> seen;
  for (uint64_t i = 0; i < kPictures * kRegions * kWidth; ++i) {
    seen.push_back(static_cast<float>(2 * uniform01(philox(5, 0, i)[0])));
  }
  Tape tape(Tape::Mode::kTrain);
  const Tensor features = Tensor::from({kPictures, kRegions, kWidth}, seen, device);
  const std::vector<int32_t> words = {1, 1, 1, 5, 9, 4, 6, 7};  // three questions of 3, 3 and 2
  const std::vector<int64_t> offset = {0, 3, 6, 8};
  const std::vector<uint64_t> keys = {10, 20, 30, 11, 21, 31, 12, 22};
  const Tensor words_there = Tensor::from({8}, words, device);
  const Tensor keys_there = Tensor::from({8}, keys, device);
  const Tensor asked = Tensor::from({3}, std::vector<int32_t>{2, -1, 6}, device);
  const RowMap map = make_row_map({1, 0, 1}, kPictures, device);
  network.refresh();
  StackedAttention::Loop loop;
  const auto* row_key = keys_there.data<uint64_t>();
  const Var logits =
      network.answer(tape, loop, network.prepare(tape, cast(tape, Var(features), precision)),
                     {.words = words_there, .rows = {offset.data(), 3}, .row_key = row_key}, map,
                     {.seed = 1, .step = 4, .row_key = row_key});
  const Var loss = cross_entropy(tape, logits, asked, {}, 0, 2, kAnswers);
  Step step{.loss = to_host_scalar(loss.value()), .gradient = {}};
  tape.backward({loss});
  parameters.complete_gradients();
  step.gradient = to_host_float(parameters.gradients());
  return step;
}

TEST(CudaStackedAttention, TakesTheStepOfTheCpu) {
  for (const VqaFusion fusion : {VqaFusion::kSum, VqaFusion::kProduct}) {
    const Step wanted = step_on(Device::cpu(), DType::kFloat32, fusion);
    const Step got = step_on(Device::cuda(), DType::kFloat32, fusion);
    const Step narrow = step_on(Device::cuda(), DType::kBFloat16, fusion);
    EXPECT_NEAR(got.loss, wanted.loss, 1e-4 * wanted.loss);
    EXPECT_NEAR(narrow.loss, wanted.loss, 3e-2 * wanted.loss);
    ASSERT_EQ(got.gradient.size(), wanted.gradient.size());
    double most = 0;
    for (size_t i = 0; i < got.gradient.size(); ++i) {
      most = std::max<double>(most, std::abs(got.gradient[i] - wanted.gradient[i]));
    }
    EXPECT_LT(most, 1e-5);
  }
}

}  // namespace
}  // namespace storyteller::stacked_attention_test
