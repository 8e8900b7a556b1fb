#pragma once

#include <cstddef>
#include <string>

namespace storyteller {

/// What the device is, for `doctor`, for reports and for choosing launch shapes.
struct CudaDeviceProperties {
  int ordinal = 0;  ///< CUDA's number of it among those that are visible
  std::string name;
  int major = 0, minor = 0;  ///< compute capability
  int multiprocessors = 0;
  size_t memory_bytes = 0;
  size_t l2_bytes = 0;
  size_t most_shared_bytes = 0;  ///< dynamic shared memory that a block can be given, opted in
  int driver_version = 0, runtime_version = 0;  ///< as CUDA writes them: 13000 is 13.0
};

/// A device to compute on, or why there is none.
struct CudaChoice {
  int ordinal = -1;  ///< -1: none
  std::string
      why;  ///< where there is none: the cause and the fix; else who was passed over, and why
};

/// The first device that can run this program's kernels. That a kernel can be loaded is tried,
/// which takes memory on the device; those behind the first that can are not looked at. Throws
/// CudaError only where CUDA fails at what cannot fail.
CudaChoice choose_cuda_device();

/// Why there is no usable device ("no NVIDIA driver was found ..."); empty where there is one.
std::string why_no_cuda_device();

/// Device `ordinal`, if it can run this program's kernels.
CudaChoice choose_cuda_device(int ordinal);

CudaDeviceProperties read_cuda_properties(int ordinal);

/// Makes a device that of the calling thread, for what it allocates and launches. Cheap where it is
/// that already.
void enter_cuda_device(int ordinal);

/// A kernel whose loading tells whether those of this program can be; of kernels/cast_cuda.cu.
const void* kernel_to_try();

}  // namespace storyteller
