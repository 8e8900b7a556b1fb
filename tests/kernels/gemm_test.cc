#include "kernels/gemm.h"

#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <limits>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "tests/kernels/kernel_test.h"

namespace storyteller::gemm_test {
namespace {

template <class T>
class GemmTest : public testing::Test {
 protected:
  /// |got - wanted| per unit of the sum of absolute products.
  static constexpr double kTolerance = std::is_same_v<T, double> ? 1e-15 : 4e-7;

  void expect_close(T got, double wanted, double magnitude) {
    ASSERT_NEAR(got, wanted, kTolerance * (magnitude + 1));
  }
};
using Types = testing::Types<float, double>;
TYPED_TEST_SUITE(GemmTest, Types);

TYPED_TEST(GemmTest, AllFlagsAtOddSizesMatchPlainLoops) {
  using T = TypeParam;
  const int64_t sizes[][3] = {{1, 1, 1},    {1, 37, 19},   {13, 1, 19},  {13, 37, 1}, {13, 37, 19},
                              {64, 48, 32}, {31, 17, 129}, {0, 5, 7},    {5, 0, 7},   {5, 7, 0},
                              {1, 1, 0},    {70, 131, 65}, {2, 300, 257}};
  for (const auto& [M, N, K] : sizes) {
    const auto a = random_values<T>(1, M * K), b = random_values<T>(2, K * N),
               start = random_values<T>(3, M * N);
    for (int flags = 0; flags < 8; ++flags) {
      const bool ta = flags & 1, tb = flags & 2, accumulate = flags & 4;
      SCOPED_TRACE(testing::Message() << M << " x " << N << " x " << K << ", flags " << flags);
      // What is not accumulated must not be read: NaN would show.
      std::vector<T> c =
          accumulate ? start : std::vector<T>(start.size(), std::numeric_limits<T>::quiet_NaN());
      gemm(test_cpu(), Gemm<T>{.a = a.data(),
                               .b = b.data(),
                               .c = c.data(),
                               .M = M,
                               .N = N,
                               .K = K,
                               .transpose_a = ta,
                               .transpose_b = tb,
                               .accumulate = accumulate});
      for (int64_t m = 0; m < M; ++m) {
        for (int64_t n = 0; n < N; ++n) {
          double sum = accumulate ? start[m * N + n] : 0, magnitude = 0;
          for (int64_t k = 0; k < K; ++k) {
            const double product = static_cast<double>(a[ta ? k * M + m : m * K + k]) *
                                   static_cast<double>(b[tb ? n * K + k : k * N + n]);
            sum += product;
            magnitude += std::abs(product);
          }
          this->expect_close(c[m * N + n], sum, magnitude);
        }
      }
    }
  }
}

/// A weight (N,K), or (K,N) when transposed, packed as the backend likes it.
template <class T>
class Packed {
 public:
  Packed(const std::vector<T>& weight, int64_t N, int64_t K, bool transposed = false)
      : bytes_((packed_weight_bytes<T>(test_cpu(), N, K) + 63) / 64 * 64),
        memory_(std::aligned_alloc(64, bytes_), std::free) {
    pack_weight(test_cpu(), PackWeight<T>{.weight = weight.data(),
                                          .packed = memory_.get(),
                                          .N = N,
                                          .K = K,
                                          .transposed = transposed});
  }
  const void* get() const { return memory_.get(); }

 private:
  size_t bytes_;
  std::unique_ptr<void, decltype(&std::free)> memory_;
};

// Products of few rows are sixteen sums that are added in order, whatever the registers are: as
// 1 + 2^24 is 2^24, another order gives another result. Every product is exact.
TEST(GemmOfFewRows, AddsItsSixteenSumsInOrder) {
  constexpr int64_t M = 2, N = 5, K = 16;
  const std::vector<float> a(M * K, 1);
  std::vector<float> b(N * K);
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t k = 0; k < K; ++k) b[n * K + k] = static_cast<float>(1 + (k * 7 + n) % K);
    b[n * K + 2 * n] = 16777216;
    b[n * K + 15 - n] = -16777216;
  }
  std::vector<float> c(M * N);
  gemm(test_cpu(), Gemm<float>{.a = a.data(),
                               .b = b.data(),
                               .c = c.data(),
                               .M = M,
                               .N = N,
                               .K = K,
                               .transpose_b = true});
  for (int64_t i = 0; i < M * N; ++i) {
    float sum = 0;
    for (int64_t k = 0; k < K; ++k) sum += b[i % N * K + k];
    EXPECT_EQ(c[i], sum) << "element " << i;
  }
}

TYPED_TEST(GemmTest, PackedLinearServesEveryRowCount) {
  using T = TypeParam;
  const int64_t weights[][2] = {{1, 1}, {37, 19}, {131, 65}};
  for (const auto& [N, K] : weights) {
    const auto weight = random_values<T>(1, N * K), bias = random_values<T>(2, N);
    const Packed<T> packed(weight, N, K);
    for (int64_t M = 0; M <= 70; M += M < 20 ? 1 : 5) {
      const auto x = random_values<T>(3, M * K), start = random_values<T>(4, M * N);
      for (int mode = 0; mode < 6; ++mode) {
        const bool biased = mode % 3 == 1, accumulate = mode % 3 == 2, plain_at_hand = mode >= 3;
        SCOPED_TRACE(testing::Message() << M << " x " << N << " x " << K << ", mode " << mode);
        std::vector<T> y =
            accumulate ? start : std::vector<T>(start.size(), std::numeric_limits<T>::quiet_NaN());
        packed_linear(test_cpu(),
                      PackedLinear<T>{.x = x.data(),
                                      .packed = packed.get(),
                                      .bias = biased ? bias.data() : nullptr,
                                      .y = y.data(),
                                      .M = M,
                                      .N = N,
                                      .K = K,
                                      .accumulate = accumulate,
                                      .weight = plain_at_hand ? weight.data() : nullptr});
        for (int64_t i = 0; i < M * N; ++i) {
          double sum = accumulate ? start[i] : (biased ? bias[i % N] : 0), magnitude = 0;
          for (int64_t k = 0; k < K; ++k) {
            const double product =
                static_cast<double>(x[i / N * K + k]) * static_cast<double>(weight[i % N * K + k]);
            sum += product;
            magnitude += std::abs(product);
          }
          this->expect_close(y[i], sum, magnitude);
        }
      }
    }
  }
}

TYPED_TEST(GemmTest, PackingAgainTakesUpNewValues) {
  using T = TypeParam;
  constexpr int64_t N = 5, K = 3;
  const std::vector<T> x = {1, 0, 0};
  for (const uint64_t key : {1, 2}) {
    const auto weight = random_values<T>(key, N * K);
    const Packed<T> packed(weight, N, K);
    std::vector<T> y(N);
    packed_linear(test_cpu(), PackedLinear<T>{.x = x.data(),
                                              .packed = packed.get(),
                                              .bias = nullptr,
                                              .y = y.data(),
                                              .M = 1,
                                              .N = N,
                                              .K = K});
    for (int64_t n = 0; n < N; ++n) EXPECT_EQ(y[n], weight[n * K]);
  }
}

TYPED_TEST(GemmTest, AWeightMayLieTransposed) {
  using T = TypeParam;
  constexpr int64_t M = 13, N = 37, K = 19;
  const auto x = random_values<T>(1, M * K), weight = random_values<T>(2, N * K);
  std::vector<T> transposed(N * K);
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t k = 0; k < K; ++k) transposed[k * N + n] = weight[n * K + k];
  }
  const Packed<T> plain(weight, N, K), turned(transposed, N, K, true);
  std::vector<T> y(M * N), again(M * N);
  for (auto [packed, out] : {std::pair(&plain, &y), std::pair(&turned, &again)}) {
    packed_linear(test_cpu(), PackedLinear<T>{.x = x.data(),
                                              .packed = packed->get(),
                                              .bias = nullptr,
                                              .y = out->data(),
                                              .M = M,
                                              .N = N,
                                              .K = K});
  }
  EXPECT_EQ(y, again);
}

TYPED_TEST(GemmTest, BiasAndItsGradientAreAddedRowByRow) {
  using T = TypeParam;
  for (const auto& [M, N] : {std::pair<int64_t, int64_t>{1, 1}, {7, 37}, {131, 259}, {0, 5}}) {
    const auto bias = random_values<T>(1, N), start = random_values<T>(2, M * N);
    std::vector<T> y = start;
    add_bias(test_cpu(), AddBias<T>{.bias = bias.data(), .y = y.data(), .M = M, .N = N});
    for (int64_t i = 0; i < M * N; ++i) ASSERT_EQ(y[i], start[i] + bias[i % N]);
    std::vector<T> db = bias;
    bias_gradient(test_cpu(), BiasGradient<T>{.dy = start.data(), .db = db.data(), .M = M, .N = N});
    for (int64_t n = 0; n < N; ++n) {
      T sum = bias[n];
      for (int64_t m = 0; m < M; ++m) sum += start[m * N + n];  // in this order: exact
      ASSERT_EQ(db[n], sum);
    }
  }
}

}  // namespace
}  // namespace storyteller::gemm_test
