#include "kernels/dropout.h"

#include <algorithm>

#include "kernels/cpu/parallel.h"
#include "kernels/cpu/simd.h"
#include "kernels/philox.h"

namespace storyteller {
namespace {

constexpr int64_t kDraws = 8;    // 16-bit draws in one block of Philox
constexpr int64_t kBlocks = 16;  // made at a time, one in each lane
constexpr int64_t kStrip = kDraws * kBlocks;

/// The draws of blocks first, first + 1, ...
[[gnu::always_inline]] inline void draw(uint64_t key, uint64_t row_key, int64_t first,
                                        uint16_t* draws) {
  uint32_t bits[4][kBlocks];
#pragma omp simd
  for (int64_t block = 0; block < kBlocks; ++block) {
    const auto x = philox(key, row_key, static_cast<uint64_t>(first + block));
    for (size_t i = 0; i < 4; ++i) bits[i][block] = x[i];
  }
  for (int64_t block = 0; block < kBlocks; ++block) {
    for (int64_t i = 0; i < kDraws; ++i) {
      draws[block * kDraws + i] = static_cast<uint16_t>(bits[i / 2][block] >> 16 * (i % 2));
    }
  }
}

template <class T>
[[gnu::always_inline]] inline void row(const Dropout<T>& p, int64_t n, uint32_t threshold,
                                       T scale) {
  const T* x = p.x + n * p.W;
  T* y = p.y + n * p.W;
  uint16_t draws[kStrip];
  for (int64_t j = 0; j < p.W; j += kStrip) {
    draw(p.key, p.row_key[n], j / kDraws, draws);
    const int64_t count = std::min(kStrip, p.W - j);
#pragma omp simd
    for (int64_t i = 0; i < count; ++i) {
      const T kept = draws[i] >= threshold ? x[j + i] * scale : T{0};
      y[j + i] = p.accumulate ? y[j + i] + kept : kept;
    }
  }
}

STORYTELLER_SIMD void rows(const Dropout<float>& p, uint32_t threshold, float scale, int64_t begin,
                           int64_t end) {
  for (int64_t n = begin; n < end; ++n) row(p, n, threshold, scale);
}
void rows(const Dropout<double>& p, uint32_t threshold, double scale, int64_t begin, int64_t end) {
  for (int64_t n = begin; n < end; ++n) row(p, n, threshold, scale);
}

}  // namespace

template <class T>
void dropout(Cpu, const Dropout<T>& p) {
  const auto threshold = static_cast<uint32_t>(p.rate * 65536.0F);
  const T scale = static_cast<T>(1.0 / (1.0 - threshold / 65536.0));
  parallel_shares(p.N, 4 * p.N * p.W, 1,
                  [&](int64_t begin, int64_t end) { rows(p, threshold, scale, begin, end); });
}

template void dropout<float>(Cpu, const Dropout<float>&);
template void dropout<double>(Cpu, const Dropout<double>&);

}  // namespace storyteller
