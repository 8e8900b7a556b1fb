#pragma once

#include <cstddef>
#include <memory>

#include <driver_types.h>
#include <vector_types.h>

namespace emulation {

/// A kernel with its arguments bound, so that it can run now or, from a graph, later and again.
struct Kernel {
  const void* function = nullptr;
  dim3 grid, block;
  size_t shared_bytes = 0;
  std::shared_ptr<const void> arguments;
  size_t argument_bytes = 0;
  void (*call)(const void* arguments) = nullptr;  ///< the kernel, on one thread
};

/// Checks the shape of a launch as CUDA does, and gives it to the stream.
cudaError_t launch(const cudaLaunchConfig_t& config, Kernel kernel);

/// Raises or reads the limit of dynamic shared memory of a kernel.
void set_shared_limit(const void* function, size_t bytes);

/// First byte of the running block's dynamic shared memory, aligned to 1,024 bytes; exactly as
/// large as the launch said.
std::byte* shared_memory();
size_t shared_memory_bytes();

}  // namespace emulation
