#pragma once

#include <cstdint>

#include <cuda_runtime.h>

#include "kernels/bfloat16.h"
#include "kernels/cuda/ptx/ldmatrix.h"
#include "kernels/cuda/ptx/mma.h"
#include "kernels/cuda/tile_math.h"
#include "kernels/cuda/vector.h"

namespace storyteller {

// The tile of a matrix product: out (64,64) += a (64,K) b (64,K)ᵀ by 128 threads, from slices of
// 64 bytes of K of both factors that lie in shared memory.

/// How a slice lies in shared memory: as its factor does in global memory, so that both sides of a
/// copy are 16 bytes wide.
enum class SliceLayout {
  kAlongK,   ///< (64, K of a slice): the neighbour of an element is the next along K
  kAcrossK,  ///< (K of a slice, 64): the neighbour belongs to the next row of the factor
};

inline constexpr int kTile = 64;          // rows of a, and rows of b, of a block
inline constexpr int kTileThreads = 128;  // 4 warps
inline constexpr int kChunks = 4;         // of 16 bytes: a slice's row
template <class T>
inline constexpr int kSlice = kChunks* kLanes<T>;  // elements of K in a slice
/// Elements from row to row of a slice. Along K the 20 words keep reads free of bank conflicts: 8
/// rows read at the same k start at the banks 0, 20, 8, 28, 16, 4, 24 and 12. Across K a row is 36
/// (bfloat16) or 72 words long: the same for 8 rows of 16 bytes, and for 4 rows of 8 floats.
template <class T, SliceLayout kLayout = SliceLayout::kAlongK>
inline constexpr int kSliceRow = kLayout == SliceLayout::kAlongK ? (kChunks + 1) * kLanes<T>
                                                                 : kTile + 8;
template <class T>
inline constexpr int kSliceElements = kTile* kSliceRow<T>;  // of shared memory; enough for both
inline constexpr int kSumRow = kTile + 4;                   // floats from row to row of the sums

/// The fragments of two products side by side, as mma.h wants them: 16 rows of a slice from `row`
/// on, and the K of one product from `k` on. Words 0 to 3 are the pieces of 8 rows and 16 bytes of
/// K at (0,0), (8,0), (0,16), (8,16); with kKFirst at (0,0), (0,16), (8,0), (8,16).
template <SliceLayout kLayout, bool kKFirst, class T>
__device__ inline void read_fragments(const T* slice, int row, int k, uint32_t (&words)[4]) {
  constexpr int kPitch = kSliceRow<T, kLayout>;
  const auto row_of = [](int piece) { return (kKFirst ? piece / 2 : piece % 2) * 8; };
  const auto k_of = [](int piece) { return (kKFirst ? piece % 2 : piece / 2) * kLanes<T>; };
  const int lane = threadIdx.x % 32, piece = lane / 8, r = lane % 8;
  if constexpr (kLayout == SliceLayout::kAlongK) {
    ldmatrix(words, slice + (row + row_of(piece) + r) * kPitch + k + k_of(piece));
  } else if constexpr (sizeof(T) == 2) {
    ldmatrix_transposed(words, slice + (k + k_of(piece) + r) * kPitch + row + row_of(piece));
  } else {
    const T* at = slice + (k + lane % 4) * kPitch + row + lane / 4;
#pragma unroll
    for (int p = 0; p < 4; ++p) words[p] = __float_as_uint(at[k_of(p) * kPitch + row_of(p)]);
  }
  if constexpr (sizeof(T) == 4) {
#pragma unroll
    for (uint32_t& word : words) word = to_tf32(__uint_as_float(word));
  }
}

/// A thread's part of the sums, and how a slice adds to them.
template <TileMath kMath, SliceLayout kA = SliceLayout::kAlongK,
          SliceLayout kB = SliceLayout::kAlongK>
struct TileSums {
  // Each warp owns 32 x 32 elements: 2 x 4 products of 16 x 8.
  float d[2][4][4] = {};

  template <class T>
  __device__ void add(const T* a, const T* b) {
    const int warp = threadIdx.x / 32, m = warp / 2 * 32, n = warp % 2 * 32;
#pragma unroll
    for (int k = 0; k < kSlice<T>; k += 2 * kLanes<T>) {
      uint32_t fa[2][4], fb[2][4];
#pragma unroll
      for (int i = 0; i < 2; ++i) {
        read_fragments<kA, false>(a, m + 16 * i, k, fa[i]);
        read_fragments<kB, true>(b, n + 16 * i, k, fb[i]);
      }
#pragma unroll
      for (int i = 0; i < 2; ++i) {
#pragma unroll
        for (int j = 0; j < 4; ++j) {
          const uint32_t column[2] = {fb[j / 2][j % 2 * 2], fb[j / 2][j % 2 * 2 + 1]};
          if constexpr (kMath == TileMath::kBf16) {
            mma_bf16(d[i][j], fa[i], column);
          } else {
            mma_tf32(d[i][j], fa[i], column);
          }
        }
      }
    }
  }

  __device__ void put(float* sums) const {
    const int warp = threadIdx.x / 32, g = threadIdx.x % 32 / 4, t = threadIdx.x % 4;
    float* at = sums + (warp / 2 * 32 + g) * kSumRow + warp % 2 * 32 + 2 * t;
#pragma unroll
    for (int i = 0; i < 2; ++i) {
#pragma unroll
      for (int j = 0; j < 4; ++j) {
#pragma unroll
        for (int e = 0; e < 4; ++e) {
          at[(16 * i + e / 2 * 8) * kSumRow + 8 * j + e % 2] = d[i][j][e];
        }
      }
    }
  }
};

template <SliceLayout kA, SliceLayout kB>
struct TileSums<TileMath::kFma, kA, kB> {
  float d[8][4] = {};

  __device__ void add(const float* a, const float* b) {
#pragma unroll
    for (int k = 0; k < kSlice<float>; k += 4) {
      float y[4][4];
      read<kB>(b, column(0), 16, k, y);
#pragma unroll
      for (int half = 0; half < 8; half += 4) {
        float x[4][4];
        read<kA>(a, row(half), 8, k, x);
#pragma unroll
        for (int i = 0; i < 4; ++i) {
#pragma unroll
          for (int j = 0; j < 4; ++j) {
#pragma unroll
            for (int l = 0; l < 4; ++l) d[half + i][j] = fmaf(x[i][l], y[j][l], d[half + i][j]);
          }
        }
      }
    }
  }

  __device__ void put(float* sums) const {
#pragma unroll
    for (int i = 0; i < 8; ++i) {
#pragma unroll
      for (int j = 0; j < 4; ++j) sums[row(i) * kSumRow + column(j)] = d[i][j];
    }
  }

 private:
  /// Which elements of the tile a thread owns: neighbours where they are neighbours in the slice.
  __device__ static int row(int i) {
    const int thread = threadIdx.x / 16;
    return kA == SliceLayout::kAlongK ? thread + 8 * i : 4 * thread + 32 * (i / 4) + i % 4;
  }
  __device__ static int column(int j) {
    const int thread = threadIdx.x % 16;
    return kB == SliceLayout::kAlongK ? thread + 16 * j : 4 * thread + j;
  }

  /// x[i][l]: the thread's i-th row from `first` on, k + l.
  template <SliceLayout kLayout>
  __device__ static void read(const float* slice, int first, int apart, int k, float (&x)[4][4]) {
    constexpr int kPitch = kSliceRow<float, kLayout>;
#pragma unroll
    for (int q = 0; q < 4; ++q) {
      if constexpr (kLayout == SliceLayout::kAlongK) {
        load(slice + (first + apart * q) * kPitch + k, x[q]);
      } else {
        float neighbours[4];
        load(slice + (k + q) * kPitch + first, neighbours);
#pragma unroll
        for (int i = 0; i < 4; ++i) x[i][q] = neighbours[i];
      }
    }
  }
};

}  // namespace storyteller
