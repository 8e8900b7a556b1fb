// What the op case of dropout cannot say: what the mask depends on, and how it is distributed.
#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "core/ops/ops.h"
#include "tests/op_case.h"

namespace storyteller::dropout_test {
namespace {

/// 1 where an element was kept, 0 where it was dropped.
std::vector<int> mask(const std::vector<uint64_t>& row_keys, int64_t W, uint64_t key, float rate) {
  Tape tape(Tape::Mode::kTrain);
  const auto N = static_cast<int64_t>(row_keys.size());
  const Var x(tensor_of<float>({N, W}, Array(static_cast<size_t>(N * W), 1.0)));
  std::vector<int> kept;
  const float scale = 1 / (1 - std::floor(rate * 65536) / 65536);
  for (float value : dropout(tape, x, rate, {key, row_keys.data()}).value().to_host<float>()) {
    kept.push_back(value != 0 ? 1 : 0);
    EXPECT_TRUE(value == 0 || std::abs(value - scale) < 1e-6F) << value;
  }
  return kept;
}

TEST(Dropout, AMaskDependsOnItsKeysAndNotOnTheBatch) {
  constexpr int64_t W = 45;
  const std::vector<uint64_t> keys = {5, 900, 17, 1ULL << 40};
  const std::vector<int> together = mask(keys, W, 8, 0.5F);
  for (size_t n = 0; n < keys.size(); ++n) {
    const auto row = together.begin() + static_cast<int64_t>(n) * W;
    EXPECT_EQ(mask({keys[n]}, W, 8, 0.5F), std::vector<int>(row, row + W)) << "row " << n;
  }
  EXPECT_EQ(mask({17, 17}, W, 8, 0.5F), mask({17, 17}, W, 8, 0.5F));
  EXPECT_NE(mask({17}, W, 8, 0.5F), mask({18}, W, 8, 0.5F));
  EXPECT_NE(mask({17}, W, 8, 0.5F), mask({17}, W, 9, 0.5F));
}

TEST(Dropout, AWiderRowBeginsAlike) {
  const std::vector<int> narrow = mask({17}, 21, 8, 0.5F), wide = mask({17}, 45, 8, 0.5F);
  EXPECT_EQ(std::vector<int>(wide.begin(), wide.begin() + 21), narrow);
}

TEST(Dropout, KeepsTheShareItPromises) {
  std::vector<uint64_t> keys;
  for (uint64_t n = 0; n < 400; ++n) keys.push_back(n << 16);
  for (float rate : {0.1F, 0.5F, 0.9F}) {
    constexpr int64_t W = 501;
    const std::vector<int> kept = mask(keys, W, 3, rate);
    const auto n = static_cast<double>(kept.size());
    double sum = 0;
    for (int bit : kept) sum += bit;
    EXPECT_NEAR(sum / n, 1 - rate, 4 * std::sqrt(rate * (1 - rate) / n));
    // Neighbours within a row, and the same column of the next row, are independent.
    for (const size_t lag : {size_t{1}, size_t{2}, size_t{W}}) {
      double both = 0;
      for (size_t i = lag; i < kept.size(); ++i) both += kept[i] * kept[i - lag];
      EXPECT_NEAR(both / n, (1 - rate) * (1 - rate), 6 * std::sqrt(1 / n)) << "lag " << lag;
    }
  }
}

TEST(Dropout, DoesNothingAtRateZeroAndInCaptioning) {
  const uint64_t row_key = 1;
  const Var x(tensor_of<float>({1, 3}, {1, 2, 3}));
  Tape training(Tape::Mode::kTrain), captioning(Tape::Mode::kInfer);
  EXPECT_EQ(dropout(training, x, 0, {1, &row_key}).value().raw(), x.value().raw());
  EXPECT_EQ(dropout(captioning, x, 0.5F, {1, &row_key}).value().raw(), x.value().raw());
}

TEST(Dropout, ARateOutsideItsRangeIsAnError) {
  const uint64_t row_key = 1;
  const Var x(tensor_of<float>({1, 3}, {1, 2, 3}));
  Tape tape(Tape::Mode::kTrain);
  for (float rate : {1.0F, -0.1F, 2.0F, NAN}) {
    EXPECT_THROW(dropout(tape, x, rate, {1, &row_key}), InternalError) << rate;
  }
}

}  // namespace
}  // namespace storyteller::dropout_test
