#pragma once

#include <algorithm>
#include <cstdint>

#include "kernels/cuda/launch.h"
#include "kernels/cuda/vector.h"

// Kernels that treat every element of a flat array alike: bound by memory, so all of them have one
// shape. A thread works on W consecutive elements, 16 bytes of the storage type where the array
// allows it.
namespace storyteller {

inline constexpr int kPointwiseThreads = 256;

/// Calls f(i) on the device for every W-th element i of n, which W divides; neighbouring threads
/// get neighbouring vectors.
template <int W, class F>
__device__ inline void for_each_vector(int64_t n, F&& f) {
  const int64_t stride = int64_t{gridDim.x} * kPointwiseThreads * W;
  int64_t i = (int64_t{blockIdx.x} * kPointwiseThreads + threadIdx.x) * W;
  for (; i < n; i += stride) f(i);
}

/// The launch that for_each_vector<W> over n elements wants.
inline LaunchShape pointwise_shape(int64_t n, int W) {
  return {.grid = grid_for(n / W, kPointwiseThreads), .block = kPointwiseThreads};
}

/// The same in blocks that stay: no more than the device holds at once, each in a loop. For kernels
/// that have something to prepare before their first element.
inline LaunchShape resident_shape(const Cuda& backend, int64_t n, int W) {
  constexpr int64_t kBlocksPerMultiprocessor = 2048 / kPointwiseThreads;
  const int64_t resident =
      std::max(backend.context->multiprocessors(), 1) * kBlocksPerMultiprocessor;
  LaunchShape shape = pointwise_shape(n, W);
  shape.grid.x = static_cast<unsigned>(std::min<int64_t>(shape.grid.x, resident));
  return shape;
}

}  // namespace storyteller
