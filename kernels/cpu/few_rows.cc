#include "kernels/cpu/few_rows.h"

#include <algorithm>
#include <cstring>

#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"

namespace storyteller {
namespace {

// A tile of sums fits into the vector registers beside what is multiplied: 32 registers of 16
// lanes, or 16 registers of 8 lanes. Either way an element is the sum of 16 sums, so that results
// are equal bit for bit. With the wide tile a machine without AVX-512 takes two to six times as
// long.
struct WideTile {
  using Lanes = float __attribute__((vector_size(64)));
  static constexpr int64_t kLanes = 16, kRows = 5, kColumns = 4;
};
struct NarrowTile {
  using Lanes = float __attribute__((vector_size(32)));
  static constexpr int64_t kLanes = 8, kRows = 3, kColumns = 2;
};
constexpr int64_t kSums = 16;

/// c[0..kRows, 0..kColumns) of a tile whose first rows of a, b and element of c are given.
template <class Shape, int64_t kRows, int64_t kColumns>
[[gnu::always_inline]] inline void tile(const float* a, const float* b, float* c, int64_t N,
                                        int64_t K, bool accumulate) {
  using Lanes = typename Shape::Lanes;
  constexpr int64_t kLanes = Shape::kLanes, kParts = kSums / kLanes;
  Lanes sums[kParts][kRows][kColumns] = {};
  int64_t k = 0;
  for (; k + kSums <= K; k += kSums) {
    for (int64_t j = 0; j < kColumns; ++j) {
      __builtin_prefetch(b + (j + kColumns) * K + k);  // of the next tile
    }
    for (int64_t part = 0; part < kParts; ++part) {
      const int64_t at = k + part * kLanes;
      Lanes weights[kColumns];
      for (int64_t j = 0; j < kColumns; ++j) {
        std::memcpy(&weights[j], b + j * K + at, sizeof(Lanes));
      }
      for (int64_t i = 0; i < kRows; ++i) {
        Lanes x;
        std::memcpy(&x, a + i * K + at, sizeof(Lanes));
        for (int64_t j = 0; j < kColumns; ++j) sums[part][i][j] += x * weights[j];
      }
    }
  }
  for (int64_t i = 0; i < kRows; ++i) {
    for (int64_t j = 0; j < kColumns; ++j) {
      float sum = 0;
      for (int64_t part = 0; part < kParts; ++part) {
        for (int64_t lane = 0; lane < kLanes; ++lane) sum += sums[part][i][j][lane];
      }
      for (int64_t rest = k; rest < K; ++rest) sum += a[i * K + rest] * b[j * K + rest];
      c[i * N + j] = accumulate ? c[i * N + j] + sum : sum;
    }
  }
}

/// As many rows as are left, up to a whole tile's.
template <class Shape, int64_t kColumns, int64_t kRows = Shape::kRows>
[[gnu::always_inline]] inline void rows(int64_t left, const float* a, const float* b, float* c,
                                        int64_t N, int64_t K, bool accumulate) {
  if constexpr (kRows > 1) {
    if (left < kRows) {
      return rows<Shape, kColumns, kRows - 1>(left, a, b, c, N, K, accumulate);
    }
  }
  tile<Shape, kRows, kColumns>(a, b, c, N, K, accumulate);
}

/// All rows of kColumns columns from n on: the weights stay in cache from one tile to the next.
template <class Shape, int64_t kColumns>
[[gnu::always_inline]] inline void columns(const Gemm<float>& p, int64_t n) {
  for (int64_t m = 0; m < p.M; m += Shape::kRows) {
    rows<Shape, kColumns>(p.M - m, p.a + m * p.K, p.b + n * p.K, p.c + m * p.N + n, p.N, p.K,
                          p.accumulate);
  }
}

template <class Shape>
[[gnu::always_inline]] inline void share(const Gemm<float>& p, int64_t begin, int64_t end) {
  int64_t n = begin;
  for (; n + Shape::kColumns <= end; n += Shape::kColumns) columns<Shape, Shape::kColumns>(p, n);
  for (; n < end; ++n) columns<Shape, 1>(p, n);
}

STORYTELLER_SIMD void share_narrow(const Gemm<float>& p, int64_t begin, int64_t end) {
  share<NarrowTile>(p, begin, end);
}

#if defined(__x86_64__)
__attribute__((target("avx512f,avx512vl,fma"))) void share_wide(const Gemm<float>& p, int64_t begin,
                                                                int64_t end) {
  share<WideTile>(p, begin, end);
}
const bool kWide =
    __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512vl") != 0;
#else
constexpr auto* share_wide = share_narrow;
constexpr bool kWide = false;
#endif

}  // namespace

void few_rows_product(const Gemm<float>& p) {
  parallel_shares(p.N, p.N * p.K, WideTile::kColumns, [&](int64_t begin, int64_t end) {
    kWide ? share_wide(p, begin, end) : share_narrow(p, begin, end);
  });
}

}  // namespace storyteller
