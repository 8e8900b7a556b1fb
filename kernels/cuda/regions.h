#pragma once

#include "kernels/cuda/reduce.h"
#include "kernels/cuda/vector.h"

// The two sums of attention over the regions of one image, each for up to kRows rows that look at
// it. The forward step takes the first over the keys (scores) and the second over the values
// (context); the backward step the first over the values (gradient of alpha) and the second over
// the keys (gradient of the query).
namespace storyteller {

inline constexpr int kRegionThreads = 256, kRegionWarps = kRegionThreads / kWarp;
inline constexpr int kRows = 4;         ///< rows of one image that a block serves together
inline constexpr int kRegionBatch = 4;  ///< regions whose loads are under way together

/// Consecutive rows of one image that a block serves together.
struct RegionRows {
  int64_t image;
  int count;  ///< 0: another row leads
};

/// A row leads those behind it that look at the same image, up to the next multiple of kRows. Every
/// block finds that out from its neighbours alone, so rows need not be sorted: where no neighbours
/// share an image each row has a block of its own.
__device__ inline RegionRows rows_led_by(int64_t b, const int32_t* row_to_image, int64_t B) {
  const int32_t image = row_to_image[b];
  const int place = static_cast<int>(b % kRows);
  if (place != 0 && row_to_image[b - 1] == image) return {image, 0};
  int count = 1;
  while (place + count < kRows && b + count < B && row_to_image[b + count] == image) ++count;
  return {image, count};
}

/// sum[r*L + l] = sum over c of term(x[l,c], y[r,c]), a warp to a region. `x` is (L,width), `y` is
/// (rows,width), `sum` shared memory. Lanes hold W channels of y and of what the term needs in
/// registers while they pass over kRegionBatch regions.
template <int W, class T, class Term>
__device__ inline void sum_over_channels(const T* x, const T* y, int L, int width, int rows,
                                         Term term, float* sum) {
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  for (int first = warp; first < L; first += kRegionWarps * kRegionBatch) {
    float part[kRows][kRegionBatch] = {};
    for (int c = lane * W; c < width; c += kWarp * W) {
      float region[kRegionBatch][W];
#pragma unroll
      for (int i = 0; i < kRegionBatch; ++i) {
        const int l = min(first + i * kRegionWarps, L - 1);  // unconditional: in flight together
        load(x + int64_t{l} * width + c, region[i]);
      }
      term.at(c);
#pragma unroll
      for (int r = 0; r < kRows; ++r) {
        if (r >= rows) break;
        float other[W];
        load(y + int64_t{r} * width + c, other);
#pragma unroll
        for (int i = 0; i < kRegionBatch; ++i) {
          if (first + i * kRegionWarps >= L) break;
#pragma unroll
          for (int k = 0; k < W; ++k) part[r][i] += term(region[i][k], other[k], k);
        }
      }
    }
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
#pragma unroll
      for (int i = 0; i < kRegionBatch; ++i) {
        const int l = first + i * kRegionWarps;
        if (r < rows && l < L) {  // the same for all lanes
          const float whole = warp_sum(part[r][i]);
          if (lane == 0) sum[r * L + l] = whole;
        }
      }
    }
  }
}

/// Elements of shared memory that sum_over_regions needs.
template <int W>
inline constexpr int kRegionPartials = kRegionThreads* kRows* W;

/// finish(r, c, sums) with sums = sum over l of weight[r*L + l] * term(x[l,c..c+W), r), the lanes
/// of a warp side by side along c. A width of fewer vectors than the block has threads leaves warps
/// over: these take slices of the regions, and the slices are added in order. `weight` and
/// `partial` are shared memory: the caller has a barrier after the writing of the first, and before
/// the second is used again. A further pass needs none: it comes with one slice alone, and then
/// threads read what they wrote themselves.
template <int W, class T, class Term, class Finish>
__device__ inline void sum_over_regions(const T* x, const float* weight, int L, int width, int rows,
                                        Term term, float* partial, Finish finish) {
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  const int tiles = (width / W + kWarp - 1) / kWarp;
  const int across = min(tiles, kRegionWarps), slices = kRegionWarps / across;
  const int slice = warp / across, share = (L + slices - 1) / slices;
  const int span = across * kWarp * W;  // channels of a pass
  for (int base = 0; base < width; base += span) {
    const int place = (warp % across * kWarp + lane) * W, c = base + place;
    if (slice < slices && c < width) {
      float sum[kRows][W] = {};
      term.at(c);
      const int end = min(L, (slice + 1) * share);
      for (int l = slice * share; l < end; l += kRegionBatch) {
        float region[kRegionBatch][W];
#pragma unroll
        for (int i = 0; i < kRegionBatch; ++i) {
          load(x + int64_t{min(l + i, end - 1)} * width + c, region[i]);
        }
#pragma unroll
        for (int r = 0; r < kRows; ++r) {
          if (r >= rows) break;
#pragma unroll
          for (int i = 0; i < kRegionBatch; ++i) {
            if (l + i >= end) break;
            const float scale = weight[r * L + l + i];
#pragma unroll
            for (int k = 0; k < W; ++k) sum[r][k] += scale * term(region[i][k], r, k);
          }
        }
      }
#pragma unroll
      for (int r = 0; r < kRows; ++r) {
        if (r < rows) store(partial + (slice * kRows + r) * span + place, sum[r]);
      }
    }
    __syncthreads();
    for (int v = threadIdx.x * W; v < rows * span; v += kRegionThreads * W) {
      const int r = v / span, at = v % span;
      if (base + at >= width) continue;
      float whole[W] = {}, part[W];
      for (int s = 0; s < slices; ++s) {
        load(partial + (s * kRows + r) * span + at, part);
#pragma unroll
        for (int k = 0; k < W; ++k) whole[k] += part[k];
      }
      finish(r, base + at, whole);
    }
  }
}

}  // namespace storyteller
