#include "kernels/cpu/few_rows.h"

#include <algorithm>
#include <cstring>

#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

using Lanes = float __attribute__((vector_size(64)));
constexpr int64_t kLanes = 16;
// A tile of sums that fits into 32 vector registers beside what is multiplied.
constexpr int64_t kTileRows = 5, kTileColumns = 4;

/// c[0..kRows, 0..kColumns) of a tile whose first rows of a, b and element of c are given.
template <int64_t kRows, int64_t kColumns>
[[gnu::always_inline]] inline void tile(const float* a, const float* b, float* c, int64_t N,
                                        int64_t K, bool accumulate) {
  Lanes sums[kRows][kColumns] = {};
  int64_t k = 0;
  for (; k + kLanes <= K; k += kLanes) {
    Lanes weights[kColumns];
    for (int64_t j = 0; j < kColumns; ++j) {
      std::memcpy(&weights[j], b + j * K + k, sizeof(Lanes));
      __builtin_prefetch(b + (j + kColumns) * K + k);  // of the next tile
    }
    for (int64_t i = 0; i < kRows; ++i) {
      Lanes x;
      std::memcpy(&x, a + i * K + k, sizeof(Lanes));
      for (int64_t j = 0; j < kColumns; ++j) sums[i][j] += x * weights[j];
    }
  }
  for (int64_t i = 0; i < kRows; ++i) {
    for (int64_t j = 0; j < kColumns; ++j) {
      float sum = 0;
      for (int64_t lane = 0; lane < kLanes; ++lane) sum += sums[i][j][lane];
      for (int64_t rest = k; rest < K; ++rest) sum += a[i * K + rest] * b[j * K + rest];
      c[i * N + j] = accumulate ? c[i * N + j] + sum : sum;
    }
  }
}

/// All rows of kColumns columns from n on: the weights stay in cache from one tile to the next.
template <int64_t kColumns>
[[gnu::always_inline]] inline void columns(const Gemm<float>& p, int64_t n) {
  const float* b = p.b + n * p.K;
  for (int64_t m = 0; m < p.M; m += kTileRows) {
    const float* a = p.a + m * p.K;
    float* c = p.c + m * p.N + n;
    switch (std::min(p.M - m, kTileRows)) {
      case 1:
        tile<1, kColumns>(a, b, c, p.N, p.K, p.accumulate);
        break;
      case 2:
        tile<2, kColumns>(a, b, c, p.N, p.K, p.accumulate);
        break;
      case 3:
        tile<3, kColumns>(a, b, c, p.N, p.K, p.accumulate);
        break;
      case 4:
        tile<4, kColumns>(a, b, c, p.N, p.K, p.accumulate);
        break;
      default:
        tile<5, kColumns>(a, b, c, p.N, p.K, p.accumulate);
    }
  }
}

STORYTELLER_SIMD void share(const Gemm<float>& p, int64_t begin, int64_t end) {
  int64_t n = begin;
  for (; n + kTileColumns <= end; n += kTileColumns) columns<kTileColumns>(p, n);
  for (; n < end; ++n) columns<1>(p, n);
}

}  // namespace

void few_rows_product(const Gemm<float>& p) {
  parallel_shares(p.N, p.N * p.K, kTileColumns,
                  [&](int64_t begin, int64_t end) { share(p, begin, end); });
}

}  // namespace storyteller
