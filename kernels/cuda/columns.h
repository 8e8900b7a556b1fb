#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/cuda/launch.h"
#include "kernels/cuda/shared_memory.h"

namespace storyteller {

// Kernels in which every column of a row-major (M,N) matrix has something of its own: a bias, a
// sum, a mean. A block is threads.x vectors of W columns wide and threads.y rows high, so that a
// thread keeps its columns' values in registers while it walks down the rows, and a warp reads
// whole lines however narrow the matrix is. The grid is columns x slices of the rows; it depends on
// the sizes alone, and so do the order of sums and every bit of them.

inline constexpr int kColumnThreads = 256;
inline constexpr int kMostSlices = 256;

/// Blocks for an (M,N) matrix in vectors of W columns. A slice is the rows that blocks with one
/// blockIdx.y walk; at most `most_slices` of them.
inline LaunchShape column_shape(int64_t M, int64_t N, int W, int64_t most_slices = kMostSlices) {
  const int64_t vectors = N / W;
  unsigned across = 1;
  while (across < 32 && across < vectors) across *= 2;
  const unsigned down = kColumnThreads / across;
  constexpr int64_t kBlocks = 1024;      // enough to fill any device several times
  constexpr int64_t kRowsOfAThread = 4;  // at least, where there are as many
  const int64_t blocks_across = divide_up(vectors, across);
  const int64_t slices =
      std::clamp<int64_t>(divide_up(M, down * kRowsOfAThread), 1,
                          std::max<int64_t>(1, kBlocks / std::max<int64_t>(1, blocks_across)));
  return {.grid = dim3(static_cast<unsigned>(blocks_across),
                       static_cast<unsigned>(std::min(slices, most_slices))),
          .block = dim3(across, down)};
}

/// Where a thread of such a block stands.
template <int W>
struct ColumnWalk {
  int64_t column, row, step;
  bool inside;  ///< a thread outside walks no row, but meets the block's barriers

  __device__ explicit ColumnWalk(int64_t N)
      : column((int64_t{blockIdx.x} * blockDim.x + threadIdx.x) * W),
        row(int64_t{blockIdx.y} * blockDim.y + threadIdx.y),
        step(int64_t{gridDim.y} * blockDim.y),
        inside(column < N) {}
};

/// Elements of shared memory that sum_rows_of_block needs.
template <int W>
inline constexpr int kColumnPartials = kColumnThreads* W;

/// x summed over the threads above each other, by halves; the threads with threadIdx.y = 0 get it.
/// Every thread of the block must arrive; `partial` may be used again at once.
template <int W, class S>
__device__ inline void sum_rows_of_block(S (&x)[W], S* partial) {
  const int thread = static_cast<int>(threadIdx.y * blockDim.x + threadIdx.x);
  for (unsigned half = blockDim.y / 2; half > 0; half /= 2) {
    __syncthreads();
#pragma unroll
    for (int k = 0; k < W; ++k) partial[k * kColumnThreads + thread] = x[k];
    __syncthreads();
    if (threadIdx.y < half) {
#pragma unroll
      for (int k = 0; k < W; ++k) {
        x[k] += partial[k * kColumnThreads + thread + static_cast<int>(half * blockDim.x)];
      }
    }
  }
  __syncthreads();
}

}  // namespace storyteller
