#pragma once

#include "kernels/cuda/launch.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/shared_memory.h"

// The second launch of a sum over the whole grid: one block adds the blocks' partial sums in a
// fixed order, so that the result has the same bits every run.
namespace storyteller {

inline constexpr int kSumThreads = 256;

/// *out = scale * sum of partial (count)
template <class T>
__global__ void __launch_bounds__(kSumThreads)
    sum_partials_kernel(const double* partial, int64_t count, double scale, T* out) {
  SharedMemory shared;
  double* of_warps = shared.array<double>(kBlockPartials);
  double sum = 0;
  for (int64_t i = threadIdx.x; i < count; i += kSumThreads) sum += partial[i];
  sum = block_sum(sum, of_warps);
  if (threadIdx.x == 0) *out = static_cast<T>(scale * sum);
}

template <class T>
void sum_partials(const Cuda& backend, const char* name, const double* partial, int64_t count,
                  double scale, T* out) {
  launch(backend, name, sum_partials_kernel<T>,
         {.grid = 1, .block = kSumThreads, .shared_bytes = shared_bytes<double>(kBlockPartials)},
         partial, count, scale, out);
}

}  // namespace storyteller
