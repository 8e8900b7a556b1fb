#include "kernels/sample_step.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "tests/kernels/kernel_test.h"

namespace storyteller::sample_step_test {
namespace {

template <class T>
struct Sample {
  std::vector<int32_t> word;
  std::vector<T> log_probability;
};

template <class T>
Sample<T> sample(const std::vector<T>& logits, int64_t V, double temperature,
                 const std::vector<uint64_t>& row_key, uint64_t key = 5) {
  const auto B = static_cast<int64_t>(logits.size()) / V;
  Sample<T> drawn{std::vector<int32_t>(B, -7), std::vector<T>(B, T{7})};
  sample_step(test_cpu(), SampleStep<T>{.logits = logits.data(),
                                        .row_key = row_key.empty() ? nullptr : row_key.data(),
                                        .word = drawn.word.data(),
                                        .log_probability = drawn.log_probability.data(),
                                        .B = B,
                                        .V = V,
                                        .key = key,
                                        .temperature = static_cast<T>(temperature)});
  return drawn;
}

std::vector<uint64_t> row_keys(int64_t B) {
  std::vector<uint64_t> keys(static_cast<size_t>(B));
  std::iota(keys.begin(), keys.end(), uint64_t{1000});
  return keys;
}

/// Rows of the same logits.
template <class T>
std::vector<T> repeated(const std::vector<T>& row, int64_t B) {
  std::vector<T> all;
  for (int64_t b = 0; b < B; ++b) all.insert(all.end(), row.begin(), row.end());
  return all;
}

template <class T>
class SampleStepTest : public testing::Test {};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(SampleStepTest, Types);

TYPED_TEST(SampleStepTest, WordsFollowTheTemperedSoftmax) {
  using T = TypeParam;
  constexpr int64_t kSamples = 20000, V = 10;
  const std::vector<T> row = {1, -1, T(0.5), 0, 2, T(-0.25), T(1.5), T(0.75), T(-1.5), T(0.25)};
  for (const double temperature : {1.0, 0.5, 2.0}) {
    std::vector<double> probability;
    for (const T x : row) probability.push_back(std::exp(static_cast<double>(x) / temperature));
    const double sum = std::accumulate(probability.begin(), probability.end(), 0.0);
    std::vector<double> count(V);
    for (const int32_t word :
         sample(repeated(row, kSamples), V, temperature, row_keys(kSamples)).word) {
      ++count.at(static_cast<size_t>(word));
    }
    double chi_square = 0;
    for (int64_t v = 0; v < V; ++v) {
      const double expected = kSamples * probability[v] / sum;
      chi_square += (count[v] - expected) * (count[v] - expected) / expected;
    }
    // 9 degrees of freedom: one run in a thousand is above.
    EXPECT_LT(chi_square, 27.9) << "temperature " << temperature;
  }
}

TYPED_TEST(SampleStepTest, RareWordsAreDrawnAsOftenAsTheyShould) {
  using T = TypeParam;
  // One word of 500 has half of the probability, all the others together the other half.
  constexpr int64_t kSamples = 4000, V = 500;
  std::vector<T> row(V, 0);
  row[309] = std::log(T{V - 1});
  int64_t common = 0, low = 0;
  for (const int32_t word : sample(repeated(row, kSamples), V, 1, row_keys(kSamples)).word) {
    if (word == 309) ++common;
    if (word < 250) ++low;
  }
  EXPECT_NEAR(common, kSamples / 2, 130);  // four deviations
  EXPECT_NEAR(low, kSamples / 4, 110);
}

TYPED_TEST(SampleStepTest, LogProbabilityIsOfTheUntemperedSoftmax) {
  using T = TypeParam;
  constexpr int64_t B = 9, V = 101;
  const auto logits = random_values<T>(3, B * V);
  for (const double temperature : {0.0, 0.5, 1.0}) {
    const auto drawn = sample(logits, V, temperature, row_keys(B));
    for (int64_t b = 0; b < B; ++b) {
      double sum = 0;
      for (int64_t v = 0; v < V; ++v) sum += std::exp(static_cast<double>(logits[b * V + v]));
      EXPECT_NEAR(drawn.log_probability[b], logits[b * V + drawn.word[b]] - std::log(sum), 1e-5);
    }
  }
}

TYPED_TEST(SampleStepTest, TemperatureZeroTakesTheFirstMaximumAndNeedsNoKeys) {
  using T = TypeParam;
  const std::vector<T> logits = {3, 1, 3, 2, /**/ 0, -1, 4, 4, /**/ -5, -5, -5, -5};
  EXPECT_EQ(sample(logits, 4, 0, {}).word, (std::vector<int32_t>{0, 2, 0}));
}

TYPED_TEST(SampleStepTest, ARowDrawsTheSameWordWhateverElseIsInTheBatch) {
  using T = TypeParam;
  constexpr int64_t B = 40, V = 37;
  const auto logits = random_values<T>(4, B * V);
  const auto all = sample(logits, V, 1, row_keys(B));
  for (const int threads : {1, 3}) {
    const ThreadCount scope(threads);
    EXPECT_EQ(sample(logits, V, 1, row_keys(B)).word, all.word);
  }
  for (int64_t b = 0; b < B; ++b) {
    const std::vector<T> row(logits.begin() + b * V, logits.begin() + (b + 1) * V);
    EXPECT_EQ(sample(row, V, 1, {row_keys(B)[b]}).word[0], all.word[b]);
  }
  EXPECT_NE(sample(logits, V, 1, row_keys(B), 6).word, all.word) << "another step";
}

TYPED_TEST(SampleStepTest, BarredWordsAreNotDrawn) {
  using T = TypeParam;
  constexpr int64_t B = 200, V = 5;
  constexpr T kBarred = -std::numeric_limits<T>::infinity();
  for (const int32_t word :
       sample(repeated<T>({kBarred, 0, kBarred, 0, kBarred}, B), V, 1, row_keys(B)).word) {
    EXPECT_TRUE(word == 1 || word == 3) << word;
  }
  const auto sure =
      sample(repeated<T>({kBarred, kBarred, kBarred, kBarred, -3}, B), V, 1, row_keys(B));
  EXPECT_EQ(sure.word, std::vector<int32_t>(B, 4));
  EXPECT_EQ(sure.log_probability, std::vector<T>(B, 0));
}

}  // namespace
}  // namespace storyteller::sample_step_test
