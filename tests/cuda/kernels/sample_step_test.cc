#include "kernels/sample_step.h"

#include "tests/cuda/device_array.h"

namespace storyteller::sample_step_test {
namespace {

template <class T>
class SampleStepCuda : public testing::Test {};
TYPED_TEST_SUITE(SampleStepCuda, StorageTypes);

struct Sizes {
  int64_t B, V;
};
// Fewer words than a block has threads, more than it takes at once, whole vectors or not.
constexpr Sizes kSizes[] = {{1, 1}, {3, 37}, {5, 40}, {4, 2997}, {3, 10000}, {2, 10004}};

std::vector<uint64_t> row_keys(int64_t B) {
  std::vector<uint64_t> keys;
  for (int64_t b = 0; b < B; ++b) keys.push_back(uint64_t{0x123456789} * (31 * b + 7));
  return keys;
}

struct Sample {
  std::vector<int32_t> word;
  std::vector<double> log_probability;
};

template <class T>
Sample sample(const std::vector<double>& logits, int64_t B, int64_t V, float temperature) {
  const DeviceArray<T> x(logits);
  const DeviceArray<uint64_t> keys(row_keys(B));
  const DeviceArray<int32_t> word(B);
  const DeviceArray<float> log_probability(B);
  sample_step(test_cuda(), SampleStep<T>{.logits = x.data(),
                                         .row_key = temperature == 0 ? nullptr : keys.data(),
                                         .word = word.data(),
                                         .log_probability = log_probability.data(),
                                         .B = B,
                                         .V = V,
                                         .key = 0xABCDEF,
                                         .temperature = temperature});
  EXPECT_EQ(x.values(), logits) << "the logits stay";
  return {word.raw(), log_probability.values()};
}

TYPED_TEST(SampleStepCuda, DrawsWhatTheCpuDraws) {
  using T = TypeParam;
  for (const auto [B, V] : kSizes) {
    // At 0.01 the noise decides nothing but ties, at 100 almost all.
    for (const float temperature : {0.0F, 0.01F, 0.7F, 1.0F, 100.0F}) {
      SCOPED_TRACE(testing::Message()
                   << "B " << B << ", V " << V << ", temperature " << temperature);
      const auto logits = rounded<T>(uniform(1, B * V, -3, 3));
      const auto keys = row_keys(B);
      std::vector<int32_t> word(static_cast<size_t>(B));
      std::vector<double> log_probability(static_cast<size_t>(B));
      sample_step(reference_cpu(), SampleStep<double>{.logits = logits.data(),
                                                      .row_key = keys.data(),
                                                      .word = word.data(),
                                                      .log_probability = log_probability.data(),
                                                      .B = B,
                                                      .V = V,
                                                      .key = 0xABCDEF,
                                                      .temperature = temperature});
      const auto drawn = sample<T>(logits, B, V, temperature);
      EXPECT_EQ(drawn.word, word);
      expect_close(drawn.log_probability, log_probability, 2e-5, "log_probability");
    }
  }
}

TYPED_TEST(SampleStepCuda, GreedyTiesGoToTheLowerWord) {
  using T = TypeParam;
  constexpr int64_t V = 5000;
  for (const auto& [first, second] :
       {std::pair(0, 4999), std::pair(7, 8), std::pair(2047, 2049), std::pair(511, 4096)}) {
    std::vector<double> logits(V, -1);
    logits[first] = logits[second] = 2;
    EXPECT_EQ(sample<T>(logits, 1, V, 0).word[0], first);
  }
  EXPECT_EQ(sample<T>(std::vector<double>(V, -1), 1, V, 0).word[0], 0);
}

TYPED_TEST(SampleStepCuda, BarredWordsAreNotDrawn) {
  using T = TypeParam;
  for (const int64_t V : {37, 4104}) {
    std::vector<double> logits(V, -HUGE_VAL);
    logits[V - 1] = -3;
    for (const float temperature : {0.0F, 1.0F}) {
      const auto drawn = sample<T>(logits, 1, V, temperature);
      EXPECT_EQ(drawn.word[0], V - 1);
      EXPECT_EQ(drawn.log_probability[0], 0);
    }
  }
}

TYPED_TEST(SampleStepCuda, LogProbabilityMayBeLeftOut) {
  using T = TypeParam;
  const DeviceArray<T> logits(std::vector<double>{1, 5, 3});
  const DeviceArray<int32_t> word(1);
  sample_step(test_cuda(), SampleStep<T>{.logits = logits.data(),
                                         .row_key = nullptr,
                                         .word = word.data(),
                                         .log_probability = nullptr,
                                         .B = 1,
                                         .V = 3,
                                         .temperature = 0});
  EXPECT_EQ(word.raw()[0], 1);
}

TYPED_TEST(SampleStepCuda, NothingIsNoError) {
  using T = TypeParam;
  sample_step(test_cuda(), SampleStep<T>{.logits = nullptr,
                                         .row_key = nullptr,
                                         .word = nullptr,
                                         .log_probability = nullptr,
                                         .B = 0,
                                         .V = 3});
}

}  // namespace
}  // namespace storyteller::sample_step_test
