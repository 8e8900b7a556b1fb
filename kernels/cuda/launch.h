#pragma once

#include <algorithm>
#include <cstdint>

#include <cuda_runtime.h>

#include "kernels/backend.h"
#include "kernels/cuda/check.h"
#include "kernels/cuda/context.h"
#include "kernels/cuda/grid_limit.h"

namespace storyteller {

/// How many blocks of how many threads, and how much dynamic shared memory a block gets.
struct LaunchShape {
  dim3 grid;
  dim3 block;
  size_t shared_bytes = 0;  ///< above 48 KiB the kernel's limit is raised
  unsigned cluster = 1;     ///< blocks along x that share their shared memory (sm_90)
};

/// Launches `kernel` on the backend's stream and checks that it was: the one place that launches.
/// An empty grid is no launch. Arguments are passed by value.
template <class... Parameters, class... Arguments>
void launch(const Cuda& backend, const char* name, void (*kernel)(Parameters...),
            const LaunchShape& shape, const Arguments&... arguments) {
  if (shape.grid.x == 0 || shape.grid.y == 0 || shape.grid.z == 0) return;
  backend.context->enter();
  constexpr size_t kFreeSharedBytes = 48 << 10;
  if (shape.shared_bytes > kFreeSharedBytes) {
    check_cuda(cudaFuncSetAttribute(reinterpret_cast<const void*>(kernel),
                                    cudaFuncAttributeMaxDynamicSharedMemorySize,
                                    static_cast<int>(shape.shared_bytes)),
               name);
  }
  cudaLaunchAttribute attribute = {};
  attribute.id = cudaLaunchAttributeClusterDimension;
  attribute.val.clusterDim.x = shape.cluster;
  attribute.val.clusterDim.y = attribute.val.clusterDim.z = 1;
  cudaLaunchConfig_t config = {};
  config.gridDim = shape.grid;
  config.blockDim = shape.block;
  config.dynamicSmemBytes = shape.shared_bytes;
  config.stream = backend.context->stream();
  config.attrs = &attribute;
  config.numAttrs = shape.cluster > 1 ? 1 : 0;
  check_cuda(cudaLaunchKernelEx(&config, kernel, static_cast<Parameters>(arguments)...), name);
  backend.context->launched(name);
}

constexpr int64_t divide_up(int64_t n, int64_t by) { return (n + by - 1) / by; }

/// A grid for `n` independent pieces of work, `per_block` of them to a block, in a loop where there
/// are more than fit: kernels stride by the size of the grid.
inline dim3 grid_for(int64_t n, int64_t per_block) {
  return dim3(static_cast<unsigned>(std::min(divide_up(n, per_block), kMostBlocks)));
}

}  // namespace storyteller
