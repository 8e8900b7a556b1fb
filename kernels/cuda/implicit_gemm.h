#pragma once

#include <cstdint>

#include <cuda_runtime.h>

#include "kernels/cuda/shared_memory.h"
#include "kernels/cuda/tile_sums.h"

namespace storyteller {

// The tile of a matrix product (tile_sums.h) that reads its factors through functions instead of
// arrays. Both pass through shared memory, twice buffered: while a slice is multiplied, the next
// one is on its way from memory into registers.

/// What a block needs: two slices of both factors, and later, in the same place, its sums.
template <class T>
constexpr size_t tile_shared_bytes() {
  static_assert(4 * kSliceElements<T> * sizeof(T) >= kTile * kSumRow * sizeof(float));
  return shared_bytes<T>(4 * kSliceElements<T>);
}

/// Runs over K from `begin` to `end` and leaves the block's sums in shared memory, rows kSumRow
/// apart. A factor has fetch(k): from memory into registers what the thread brings of the slice
/// that begins at k, zeros beyond the end; and put(slice): from there into shared memory.
template <TileMath kMath, class T, class A, class B>
__device__ inline const float* multiply_tile(A& a, B& b, int64_t begin, int64_t end,
                                             SharedMemory& shared) {
  constexpr int kElements = kSliceElements<T>;
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
