#include "kernels/gemm.h"

#include "kernels/cuda/matmul.h"
#include "tests/cuda/device_array.h"

namespace storyteller::gemm_test {
namespace {

template <class T>
class GemmCuda : public testing::Test {};
TYPED_TEST_SUITE(GemmCuda, StorageTypes);

struct Sizes {
  int64_t M, N, K;
};
constexpr Sizes kSizes[] = {{1, 1, 1}, {3, 37, 5}, {16, 8, 24}, {7, 5, 0}, {0, 4, 3}, {4, 0, 3}};

TYPED_TEST(GemmCuda, ProductMatchesTheReference) {
  using T = TypeParam;
  for (const auto [M, N, K] : kSizes) {
    for (int flags = 0; flags < 8; ++flags) {
      const bool transpose_a = flags & 1, transpose_b = flags & 2, accumulate = flags & 4;
      SCOPED_TRACE(testing::Message()
                   << "M " << M << ", N " << N << ", K " << K << ", flags " << flags);
      const auto a = rounded<T>(uniform(1, M * K)), b = rounded<T>(uniform(2, K * N));
      auto want = rounded<T>(uniform(3, M * N));
      const DeviceArray<T> device_a(a), device_b(b), c(want);
      gemm(test_cuda(), Gemm<T>{.a = device_a.data(),
                                .b = device_b.data(),
                                .c = c.data(),
                                .M = M,
                                .N = N,
                                .K = K,
                                .transpose_a = transpose_a,
                                .transpose_b = transpose_b,
                                .accumulate = accumulate});
      gemm(reference_cpu(), Gemm<double>{.a = a.data(),
                                         .b = b.data(),
                                         .c = want.data(),
                                         .M = M,
                                         .N = N,
                                         .K = K,
                                         .transpose_a = transpose_a,
                                         .transpose_b = transpose_b,
                                         .accumulate = accumulate});
      expect_close(c.values(), want, tolerance_of<T>(), "c");
    }
  }
}

TYPED_TEST(GemmCuda, RowsMayLieApart) {
  using T = TypeParam;
  constexpr int64_t M = 5, N = 6, K = 7, kApart = 3;
  const auto a = rounded<T>(uniform(1, M * (K + kApart))), b = rounded<T>(uniform(2, N * (K + 1)));
  auto want = rounded<T>(uniform(3, M * (N + 2)));
  const auto bias = rounded<T>(uniform(4, N));
  const DeviceArray<T> device_a(a), device_b(b), device_bias(bias), c(want);
  matmul(test_cuda(), Matmul<T>{.a = device_a.data(),
                                .b = device_b.data(),
                                .c = c.data(),
                                .M = M,
                                .N = N,
                                .K = K,
                                .a_stride = K + kApart,
                                .b_stride = K + 1,
                                .c_stride = N + 2,
                                .transpose_b = true,
                                .bias = device_bias.data()});
  for (int64_t m = 0; m < M; ++m) {
    for (int64_t n = 0; n < N; ++n) {
      double sum = bias[n];
      for (int64_t k = 0; k < K; ++k) sum += a[m * (K + kApart) + k] * b[n * (K + 1) + k];
      want[m * (N + 2) + n] = sum;
    }
  }
  expect_close(c.values(), want, tolerance_of<T>(), "c");
}

TYPED_TEST(GemmCuda, PackedLinearMatchesTheReference) {
  using T = TypeParam;
  for (const auto [M, N, K] : kSizes) {
    for (int flags = 0; flags < 4; ++flags) {
      const bool transposed = flags & 1, with_bias = flags & 2;
      SCOPED_TRACE(testing::Message()
                   << "M " << M << ", N " << N << ", K " << K << ", flags " << flags);
      const auto x = rounded<T>(uniform(1, M * K)), weight = rounded<T>(uniform(2, N * K)),
                 bias = rounded<T>(uniform(3, N));
      auto want = rounded<T>(uniform(4, M * N));
      const DeviceArray<T> device_x(x), device_weight(weight), device_bias(bias), y(want);
      const auto bytes = static_cast<int64_t>(packed_weight_bytes<T>(test_cuda(), N, K));
      const DeviceArray<T> packed(bytes / static_cast<int64_t>(sizeof(T)));
      pack_weight(test_cuda(), PackWeight<T>{.weight = device_weight.data(),
                                             .packed = packed.data(),
                                             .N = N,
                                             .K = K,
                                             .transposed = transposed});
      packed_linear(test_cuda(), PackedLinear<T>{.x = device_x.data(),
                                                 .packed = packed.data(),
                                                 .bias = with_bias ? device_bias.data() : nullptr,
                                                 .y = y.data(),
                                                 .M = M,
                                                 .N = N,
                                                 .K = K,
                                                 .accumulate = !with_bias});
      gemm(reference_cpu(), Gemm<double>{.a = x.data(),
                                         .b = weight.data(),
                                         .c = want.data(),
                                         .M = M,
                                         .N = N,
                                         .K = K,
                                         .transpose_b = !transposed,
                                         .accumulate = !with_bias});
      if (with_bias) {
        add_bias(reference_cpu(),
                 AddBias<double>{.bias = bias.data(), .y = want.data(), .M = M, .N = N});
      }
      expect_close(y.values(), want, tolerance_of<T>(), "y");
    }
  }
}

TYPED_TEST(GemmCuda, PackingTransposes) {
  using T = TypeParam;
  constexpr int64_t N = 37, K = 70;  // more than one tile each way, and parts of tiles
  const auto weight = rounded<T>(uniform(1, N * K));
  const DeviceArray<T> device_weight(weight), packed(N * K);
  pack_weight(test_cuda(), PackWeight<T>{.weight = device_weight.data(),
                                         .packed = packed.data(),
                                         .N = N,
                                         .K = K,
                                         .transposed = true});
  std::vector<double> want(weight.size());
  pack_weight(
      reference_cpu(),
      PackWeight<double>{
          .weight = weight.data(), .packed = want.data(), .N = N, .K = K, .transposed = true});
  EXPECT_EQ(packed.values(), want);
}

// Odd widths, widths that vectors divide, one row, more rows than a block has, more than one slice.
constexpr Sizes kBiasSizes[] = {{1, 1, 0}, {5, 37, 0}, {3, 264, 0},  {300, 40, 0},
                                {0, 8, 0}, {4, 0, 0},  {2500, 3, 0}, {1200, 72, 0}};

TYPED_TEST(GemmCuda, BiasIsAddedToEveryRow) {
  using T = TypeParam;
  for (const auto [M, N, unused] : kBiasSizes) {
    SCOPED_TRACE(testing::Message() << "M " << M << ", N " << N);
    const auto bias = rounded<T>(uniform(1, N));
    auto want = rounded<T>(uniform(2, M * N));
    const DeviceArray<T> device_bias(bias), y(want);
    add_bias(test_cuda(), AddBias<T>{.bias = device_bias.data(), .y = y.data(), .M = M, .N = N});
    add_bias(reference_cpu(),
             AddBias<double>{.bias = bias.data(), .y = want.data(), .M = M, .N = N});
    expect_close(y.values(), want, tolerance_of<T>(), "y");
  }
}

TYPED_TEST(GemmCuda, BiasGradientSumsRowsAndAdds) {
  using T = TypeParam;
  for (const auto [M, N, unused] : kBiasSizes) {
    SCOPED_TRACE(testing::Message() << "M " << M << ", N " << N);
    const auto dy = rounded<T>(uniform(1, M * N));
    auto want = rounded<T>(uniform(2, N));
    const DeviceArray<T> device_dy(dy), db(want), again(want);
    for (const DeviceArray<T>* out : {&db, &again}) {
      bias_gradient(test_cuda(),
                    BiasGradient<T>{.dy = device_dy.data(), .db = out->data(), .M = M, .N = N});
    }
    bias_gradient(reference_cpu(),
                  BiasGradient<double>{.dy = dy.data(), .db = want.data(), .M = M, .N = N});
    expect_close(db.values(), want, tolerance_of<T>(), "db");
    EXPECT_EQ(db.values(), again.values()) << "not the same bits at the second call";
  }
}

}  // namespace
}  // namespace storyteller::gemm_test
