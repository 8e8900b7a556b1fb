#include "kernels/cuda/matmul.h"

#include <limits>

#include "tests/cuda/device_array.h"

namespace storyteller::matmul_test {
namespace {

template <class T>
class MatmulCuda : public testing::Test {};
TYPED_TEST_SUITE(MatmulCuda, StorageTypes);

struct Case {
  int64_t M, N, K;
  bool transpose_a, transpose_b;
  int64_t apart;  ///< elements between the rows of each matrix that belong to nobody
  bool bias, accumulate;
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << "M " << c.M << ", N " << c.N << ", K " << c.K << (c.transpose_a ? ", aT" : "")
             << (c.transpose_b ? ", bT" : "") << ", apart " << c.apart << (c.bias ? ", bias" : "")
             << (c.accumulate ? ", accumulate" : "");
}

/// Row-major, with NaN between the rows.
template <class T>
std::vector<double> matrix(uint64_t key, int64_t rows, int64_t columns, int64_t stride) {
  const auto inside = rounded<T>(uniform(key, rows * columns));
  std::vector<double> all(static_cast<size_t>(rows * stride),
                          std::numeric_limits<double>::quiet_NaN());
  for (int64_t i = 0; i < rows * columns; ++i) all[i / columns * stride + i % columns] = inside[i];
  return all;
}

/// What `product` makes of the case, twice where rows are tight, against sums in double.
template <class T, class F>
void expect_product(const Case& c, double tolerance, F&& product) {
  SCOPED_TRACE(testing::Message() << c);
  const int64_t a_rows = c.transpose_a ? c.K : c.M, a_columns = c.transpose_a ? c.M : c.K;
  const int64_t b_rows = c.transpose_b ? c.N : c.K, b_columns = c.transpose_b ? c.K : c.N;
  const int64_t a_stride = a_columns + c.apart, b_stride = b_columns + c.apart,
                c_stride = c.N + c.apart;
  const auto a = matrix<T>(1, a_rows, a_columns, a_stride);
  const auto b = matrix<T>(2, b_rows, b_columns, b_stride);
  auto want = rounded<T>(uniform(3, c.M * c_stride));
  const auto bias = rounded<T>(uniform(4, c.N));
  const DeviceArray<T> device_a(a), device_b(b), device_bias(bias);
  const DeviceArray<T> got(want), again(want);
  for (const DeviceArray<T>* out : {&got, &again}) {
    if (out == &again && c.apart != 0) break;
    product(Matmul<T>{.a = device_a.data(),
                      .b = device_b.data(),
                      .c = out->data(),
                      .M = c.M,
                      .N = c.N,
                      .K = c.K,
                      .a_stride = a_stride,
                      .b_stride = b_stride,
                      .c_stride = c_stride,
                      .transpose_a = c.transpose_a,
                      .transpose_b = c.transpose_b,
                      .accumulate = c.accumulate,
                      .bias = c.bias ? device_bias.data() : nullptr});
  }
  for (int64_t m = 0; m < c.M; ++m) {
    for (int64_t n = 0; n < c.N; ++n) {
      double& sum = want[m * c_stride + n];
      if (!c.accumulate) sum = 0;
      if (c.bias) sum += bias[n];
      for (int64_t k = 0; k < c.K; ++k) {
        sum += a[c.transpose_a ? k * a_stride + m : m * a_stride + k] *
               b[c.transpose_b ? n * b_stride + k : k * b_stride + n];
      }
    }
  }
  expect_close(got.values(), want, tolerance, "c");
  if (c.apart != 0) return;
  EXPECT_EQ(got.values(), again.values()) << "not the same bits at the second call";
}

struct Sizes {
  int64_t M, N, K;
};
/// Rows of no 16 bytes; of such; far apart at a multiple of them.
constexpr int64_t kApart[] = {0, 3, 8};

/// f(case) for all transpositions and distances; what is added to the sums varies with them.
template <class F>
void for_each_case(Sizes size, F&& f) {
  int ends = 0;
  for (const int64_t apart : kApart) {
    for (int flags = 0; flags < 4; ++flags, ++ends) {
      f(Case{size.M, size.N, size.K, (flags & 1) != 0, (flags & 2) != 0, apart, ends % 3 == 1,
             ends % 3 == 2});
    }
  }
}

/// One row or column; up to eight of either; a K of one to four; slices of K.
constexpr Sizes kThin[] = {{1, 1, 9},  {1, 40, 16},  {1, 37, 9}, {70, 1, 24},  {40, 1, 264},
                           {9, 8, 40}, {16, 5, 300}, {2, 19, 7}, {8, 32, 264}, {70, 1, 1},
                           {6, 72, 1}, {9, 16, 4},   {1, 75, 3}, {64, 64, 2}};

TYPED_TEST(MatmulCuda, ThinProductsMatchTheReference) {
  using T = TypeParam;
  for (const Sizes& size : kThin) {
    for_each_case(size, [](const Case& c) {
      expect_product<T>(c, tolerance_of<T>(),
                        [](const Matmul<T>& p) { own_matmul(test_cuda(), p); });
    });
  }
}

/// Parts of tiles, whole tiles, several along each side, and slices of K.
constexpr Sizes kTiled[] = {{9, 9, 9}, {64, 72, 64}, {72, 67, 150}, {9, 65, 568}};

TYPED_TEST(MatmulCuda, TiledProductsMatchTheReference) {
  using T = TypeParam;
  for (const Sizes& size : kTiled) {
    for_each_case(size, [](const Case& c) {
      expect_product<T>(c, tolerance_of<T>(),
                        [](const Matmul<T>& p) { own_matmul(test_cuda(), p); });
    });
  }
}

TEST(MatmulCudaTf32, RoundsFactorsAlone) {
  test_cuda().context->options().tf32 = true;
  for (int flags = 0; flags < 4; ++flags) {
    expect_product<float>({70, 17, 150, (flags & 1) != 0, (flags & 2) != 0, 0, true, false}, 2e-3,
                          [](const Matmul<float>& p) { own_matmul(test_cuda(), p); });
  }
  test_cuda().context->options().tf32 = false;
}

TYPED_TEST(MatmulCuda, EveryProductHasSomebodyToComputeIt) {
  using T = TypeParam;
  for (const Sizes& size : {Sizes{1, 40, 16}, {64, 1, 40}, {40, 64, 1}, {12, 20, 9}}) {
    for (const int64_t apart : kApart) {
      expect_product<T>({size.M, size.N, size.K, false, true, apart, true, false},
                        tolerance_of<T>(), [](const Matmul<T>& p) { matmul(test_cuda(), p); });
    }
  }
}

}  // namespace
}  // namespace storyteller::matmul_test
