#pragma once

#include <cstdint>
#include <type_traits>

#include <cuda_runtime.h>

#include "kernels/bfloat16.h"
#include "kernels/cuda/ptx/mma.h"
#include "kernels/cuda/shared_memory.h"
#include "kernels/cuda/vector.h"

namespace storyteller {

// The tile of a matrix product that reads its factors through functions instead of arrays:
// out (64,64) += a (64,K) b (64,K)ᵀ by 128 threads. Both factors pass through shared memory in
// slices of 64 bytes of K, twice buffered: while a slice is multiplied, the next one is on its way
// from memory into registers.
//
// A row of a slice takes 80 bytes of shared memory. The 20 words from one row to the next keep the
// products' reads free of bank conflicts: 8 rows read at the same k start at the banks 0, 20, 8,
// 28, 16, 4, 24 and 12.

/// How slices are multiplied.
enum class TileMath {
  kFma,   ///< float: fused multiply-add
  kTf32,  ///< float: tensor cores, factors rounded to 11 bits
  kBf16,  ///< bfloat16: tensor cores
};

inline constexpr int kTile = 64;          // rows of a, and rows of b, of a block
inline constexpr int kTileThreads = 128;  // 4 warps
inline constexpr int kChunks = 4;         // of 16 bytes: a slice's row
template <class T>
inline constexpr int kSlice = kChunks* kLanes<T>;  // elements of K in a slice
template <class T>
inline constexpr int kSliceRow = (kChunks + 1) * kLanes<T>;  // elements from row to row
inline constexpr int kSumRow = kTile + 4;                    // floats from row to row of the sums

/// What a block needs: two slices of both factors, and later, in the same place, its sums.
template <class T>
constexpr size_t tile_shared_bytes() {
  static_assert(4 * kTile * kSliceRow<T> * sizeof(T) >= kTile * kSumRow * sizeof(float));
  return shared_bytes<T>(4 * kTile * kSliceRow<T>);
}

/// A thread's part of the sums, and how a slice adds to them.
template <TileMath kMath>
struct TileSums {
  // Each warp owns 32 x 32 elements: 2 x 4 products of 16 x 8.
  float d[2][4][4] = {};

  template <class T>
  __device__ void add(const T* a, const T* b) {
    constexpr int kWord = sizeof(uint32_t) / sizeof(T);  // elements of K in a register
    const int warp = threadIdx.x / 32, g = threadIdx.x % 32 / 4, t = threadIdx.x % 4;
    const T* a_row = a + (warp / 2 * 32 + g) * kSliceRow<T> + t * kWord;
    const T* b_row = b + (warp % 2 * 32 + g) * kSliceRow<T> + t * kWord;
#pragma unroll
    for (int k = 0; k < kSlice<T>; k += 8 * kWord) {
      uint32_t fa[2][4], fb[4][2];
#pragma unroll
      for (int i = 0; i < 2; ++i) {
#pragma unroll
        for (int r = 0; r < 4; ++r) {
          fa[i][r] = word(a_row + (16 * i + r % 2 * 8) * kSliceRow<T> + k + r / 2 * 4 * kWord);
        }
      }
#pragma unroll
      for (int j = 0; j < 4; ++j) {
#pragma unroll
        for (int r = 0; r < 2; ++r) {
          fb[j][r] = word(b_row + 8 * j * kSliceRow<T> + k + r * 4 * kWord);
        }
      }
#pragma unroll
      for (int i = 0; i < 2; ++i) {
#pragma unroll
        for (int j = 0; j < 4; ++j) {
          if constexpr (kMath == TileMath::kBf16) {
            mma_bf16(d[i][j], fa[i], fb[j]);
          } else {
            mma_tf32(d[i][j], fa[i], fb[j]);
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

 private:
  __device__ static uint32_t word(const bfloat16* p) {
    return *reinterpret_cast<const uint32_t*>(p);
  }
  __device__ static uint32_t word(const float* p) { return to_tf32(*p); }
};

template <>
struct TileSums<TileMath::kFma> {
  // Rows threadIdx.x / 16 + 8 i, columns threadIdx.x % 16 + 16 j.
  float d[8][4] = {};

  __device__ void add(const float* a, const float* b) {
    const float* a_row = a + threadIdx.x / 16 * kSliceRow<float>;
    const float* b_row = b + threadIdx.x % 16 * kSliceRow<float>;
#pragma unroll
    for (int k = 0; k < kSlice<float>; k += 4) {
      float y[4][4];
#pragma unroll
      for (int j = 0; j < 4; ++j) load(b_row + 16 * j * kSliceRow<float> + k, y[j]);
#pragma unroll
      for (int i = 0; i < 8; ++i) {
        float x[4];
        load(a_row + 8 * i * kSliceRow<float> + k, x);
#pragma unroll
        for (int j = 0; j < 4; ++j) {
#pragma unroll
          for (int l = 0; l < 4; ++l) d[i][j] = fmaf(x[l], y[j][l], d[i][j]);
        }
      }
    }
  }

  __device__ void put(float* sums) const {
    float* at = sums + threadIdx.x / 16 * kSumRow + threadIdx.x % 16;
#pragma unroll
    for (int i = 0; i < 8; ++i) {
#pragma unroll
      for (int j = 0; j < 4; ++j) at[8 * i * kSumRow + 16 * j] = d[i][j];
    }
  }
};

/// Runs over K from `begin` to `end` and leaves the block's sums in shared memory, rows kSumRow
/// apart. A factor has fetch(k): from memory into registers what the thread brings of the slice
/// that begins at k, zeros beyond the end; and put(slice): from there into shared memory.
template <TileMath kMath, class T, class A, class B>
__device__ inline const float* multiply_tile(A& a, B& b, int64_t begin, int64_t end,
                                             SharedMemory& shared) {
  constexpr int kElements = kTile * kSliceRow<T>;
  T* slices = shared.array<T>(4 * kElements);
  TileSums<kMath> sums;
  a.fetch(begin);
  b.fetch(begin);
  a.put(slices);
  b.put(slices + kElements);
  __syncthreads();
  int now = 0;
  for (int64_t k = begin; k < end; k += kSlice<T>) {
    const bool more = k + kSlice<T> < end;
    if (more) {
      a.fetch(k + kSlice<T>);
      b.fetch(k + kSlice<T>);
    }
    const T* slice = slices + now * 2 * kElements;
    sums.add(slice, slice + kElements);
    now = 1 - now;
    if (more) {
      a.put(slices + now * 2 * kElements);
      b.put(slices + now * 2 * kElements + kElements);
    }
    __syncthreads();
  }
  auto* out = reinterpret_cast<float*>(slices);
  sums.put(out);
  __syncthreads();
  return out;
}

}  // namespace storyteller
