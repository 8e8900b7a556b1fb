#pragma once

#include <algorithm>
#include <cstdint>

#include <cuda_runtime.h>

#include "kernels/cuda/ptx/async_copy.h"
#include "kernels/cuda/shared_memory.h"
#include "kernels/cuda/tile_sums.h"
#include "kernels/cuda/vector.h"

namespace storyteller {

// The tile of a matrix product (tile_sums.h) whose factors are matrices: slices travel from global
// to shared memory by asynchronous copies, kStages - 1 of them ahead of the one that is multiplied.

inline constexpr int kStages = 4;

/// 64 rows of a factor. Where rows lie at multiples of 16 bytes they are copied so, else element by
/// element through registers.
template <class T, SliceLayout kLayout>
struct MatrixFactor {
  const T* first;   ///< element (0,0) of the tile
  int64_t stride;   ///< elements from row to row of the matrix in memory, along whichever index
  int64_t rows;     ///< of the factor, from the tile's first on; beyond are zeros
  int64_t end;      ///< of K, likewise
  bool vectorised;  ///< `first` and `stride` are multiples of 16 bytes

  /// Brings this thread's two pieces of 16 bytes of the slice that begins at k.
  __device__ void start(AsyncCopies& copies, T* slice, int64_t k) const {
    constexpr bool kAlong = kLayout == SliceLayout::kAlongK;
    constexpr int kPieces = kAlong ? kChunks : kTile / kLanes<T>;  // side by side
    static_assert(kTile * kChunks == 2 * kTileThreads);
#pragma unroll
    for (int i = 0; i < 2; ++i) {
      const int piece = static_cast<int>(threadIdx.x) + i * kTileThreads;
      const int outer = piece / kPieces, inner = piece % kPieces * kLanes<T>;
      const int64_t row = kAlong ? outer : inner, at_k = k + (kAlong ? inner : outer);
      const int64_t left = kAlong ? end - at_k : rows - row;
      const bool inside = kAlong ? row < rows : at_k < end;
      const int count = inside ? static_cast<int>(std::clamp<int64_t>(left, 0, kLanes<T>)) : 0;
      const T* from =
          count == 0 ? first : first + (kAlong ? row * stride + at_k : at_k * stride + row);
      T* to = slice + outer * kSliceRow<T, kLayout> + inner;
      if (vectorised) {
        copies.start(to, from, count * static_cast<int>(sizeof(T)));
      } else {
        Vector<T> elements = {};
#pragma unroll
        for (int l = 0; l < kLanes<T>; ++l) {
          if (l < count) elements.lane[l] = from[l];
        }
        *reinterpret_cast<Vector<T>*>(to) = elements;
      }
    }
  }
};

/// Dynamic shared memory of a block: the stages, and later, in the same place, its sums.
template <class T>
constexpr size_t staged_tile_bytes() {
  static_assert(2 * kStages * kSliceElements<T> * sizeof(T) >= kTile * kSumRow * sizeof(float));
  return shared_bytes<T>(2 * kStages * kSliceElements<T>);
}

/// Runs over K from `begin` to `end`, of which there is some, and leaves the block's sums in shared
/// memory, rows kSumRow apart.
template <TileMath kMath, class T, SliceLayout kA, SliceLayout kB>
__device__ inline const float* multiply_staged(const MatrixFactor<T, kA>& a,
                                               const MatrixFactor<T, kB>& b, int64_t begin,
                                               int64_t end, SharedMemory& shared) {
  constexpr int kElements = kSliceElements<T>;
  T* stages = shared.array<T>(2 * kStages * kElements);
  AsyncCopies copies;
  int64_t next = begin;
  const auto start_next = [&](int stage) {
    if (next < end) {
      T* slices = stages + stage * 2 * kElements;
      a.start(copies, slices, next);
      b.start(copies, slices + kElements, next);
    }
    copies.close_group();
    next += kSlice<T>;
  };
  for (int stage = 0; stage < kStages - 1; ++stage) start_next(stage);
  TileSums<kMath, kA, kB> sums;
  int now = 0;
  for (int64_t k = begin; k < end; k += kSlice<T>) {
    copies.wait<kStages - 2>();
    __syncthreads();  // the slice is there for all, and all are done with the one before it
    start_next(now == 0 ? kStages - 1 : now - 1);
    const T* slices = stages + now * 2 * kElements;
    sums.add(slices, slices + kElements);
    now = now == kStages - 1 ? 0 : now + 1;
  }
  __syncthreads();
  auto* out = reinterpret_cast<float*>(stages);
  sums.put(out);
  __syncthreads();
  return out;
}

}  // namespace storyteller
