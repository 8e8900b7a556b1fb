#include "kernels/cuda/devices.h"

#include <cuda_runtime.h>

#include "kernels/cuda/check.h"

namespace storyteller {
namespace {

constexpr int kFirstMajor = 8;  // kernels use bfloat16 and asynchronous copies
constexpr const char* kBuildForIt =
    "configure with -DCMAKE_CUDA_ARCHITECTURES=native on this machine and build again";

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string capability(const CudaDeviceProperties& device) {
  return std::to_string(device.major) + "." + std::to_string(device.minor);
}

/// Why no device can be used, whichever it is; else empty, and how many there are.
std::string why_no_device(int* count) {
  int driver = 0, runtime = 0;
  if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0) {
    cudaGetLastError();
    return "no NVIDIA driver was found";
  }
  check_cuda(cudaRuntimeGetVersion(&runtime), "cannot read CUDA's version");
  // A driver runs machine code of every minor version of its own major one (CUDA's minor version
  // compatibility); whether it compiles this program's PTX, where it must, is tried below.
  if (driver / 1000 < runtime / 1000) {
    return "the NVIDIA driver is too old: it runs CUDA " + version_text(driver) +
           ", this program was built with " + version_text(runtime) + "; install a newer driver";
  }
  const cudaError_t counted = cudaGetDeviceCount(count);
  if (counted == cudaErrorNoDevice || (counted == cudaSuccess && *count == 0)) {
    cudaGetLastError();
    return "no NVIDIA GPU was found (CUDA_VISIBLE_DEVICES may hide it)";
  }
  if (counted != cudaSuccess) {
    cudaGetLastError();
    return std::string("the GPU cannot be used: ") + cudaGetErrorString(counted);
  }
  return "";
}

/// What CUDA's answer to the loading of a kernel means for whoever built or runs this program.
std::string why_not_loaded(cudaError_t error, const CudaDeviceProperties& device) {
  const std::string none = "this program holds no machine code for " + device.name +
                           " (compute capability " + capability(device) + "; it was built for " +
                           STORYTELLER_CUDA_ARCHITECTURES + ")";
  switch (error) {
    case cudaErrorNoKernelImageForDevice:
      return none + ": " + kBuildForIt;
    case cudaErrorUnsupportedPtxVersion:
      return none + ", and the driver, which is of CUDA " + version_text(device.driver_version) +
             ", cannot compile the PTX of CUDA " + version_text(device.runtime_version) +
             ": install a newer driver, or " + kBuildForIt;
    case cudaErrorJitCompilerNotFound:
      return none + ", and the driver's compiler of PTX (libnvidia-ptxjitcompiler) is missing: " +
             "install the whole driver, or " + kBuildForIt;
    case cudaErrorJitCompilationDisabled:
      return none + ", and CUDA_DISABLE_PTX_JIT forbids to compile its PTX: unset it, or " +
             kBuildForIt;
    case cudaErrorMemoryAllocation:
      return device.name + " has no memory left; see nvidia-smi for what holds it";
    case cudaErrorDevicesUnavailable:
      return device.name + " is taken by another process that shares it with nobody";
    default:
      return device.name + " cannot be used: " + cudaGetErrorString(error) + " (" +
             cudaGetErrorName(error) + ")";
  }
}

/// Why this device cannot be used; empty when it can.
std::string why_not(int ordinal) {
  const CudaDeviceProperties device = read_cuda_properties(ordinal);
  if (device.major < kFirstMajor) {
    return device.name + " is too old: it has compute capability " + capability(device) +
           ", 8.0 is needed";
  }
  cudaError_t result = cudaSetDevice(ordinal);
  cudaFuncAttributes attributes = {};
  if (result == cudaSuccess) result = cudaFuncGetAttributes(&attributes, kernel_to_try());
  if (result == cudaSuccess) return "";
  cudaGetLastError();  // it would stick to the next call
  return why_not_loaded(result, device);
}

}  // namespace

CudaDeviceProperties read_cuda_properties(int ordinal) {
  cudaDeviceProp raw;
  check_cuda(cudaGetDeviceProperties(&raw, ordinal), "cannot read the properties of the GPU");
  CudaDeviceProperties properties;
  properties.ordinal = ordinal;
  properties.name = raw.name;
  properties.major = raw.major;
  properties.minor = raw.minor;
  properties.multiprocessors = raw.multiProcessorCount;
  properties.memory_bytes = raw.totalGlobalMem;
  properties.l2_bytes = static_cast<size_t>(raw.l2CacheSize);
  properties.most_shared_bytes = raw.sharedMemPerBlockOptin;
  check_cuda(cudaDriverGetVersion(&properties.driver_version), "cannot read the driver's version");
  check_cuda(cudaRuntimeGetVersion(&properties.runtime_version), "cannot read CUDA's version");
  return properties;
}

CudaChoice choose_cuda_device() {
  int count = 0;
  if (std::string why = why_no_device(&count); !why.empty()) return {-1, std::move(why)};
  std::string passed_over;
  for (int ordinal = 0; ordinal < count; ++ordinal) {
    const std::string why = why_not(ordinal);
    if (why.empty()) return {ordinal, passed_over};
    if (count == 1) return {-1, why};
    passed_over +=
        (passed_over.empty() ? "cuda:" : "; cuda:") + std::to_string(ordinal) + ": " + why;
  }
  return {-1, "none of " + std::to_string(count) + " GPUs can be used: " + passed_over};
}

CudaChoice choose_cuda_device(int ordinal) {
  int count = 0;
  if (std::string why = why_no_device(&count); !why.empty()) return {-1, std::move(why)};
  if (ordinal < 0 || ordinal >= count) {
    std::string names;
    for (int i = 0; i < count; ++i) {
      names += (i == 0 ? "cuda:" : ", cuda:") + std::to_string(i) + " (" +
               read_cuda_properties(i).name + ")";
    }
    return {-1, "there is no such GPU: this machine shows " + names};
  }
  const std::string why = why_not(ordinal);
  return {why.empty() ? ordinal : -1, why};
}

std::string why_no_cuda_device() {
  const CudaChoice choice = choose_cuda_device();
  return choice.ordinal < 0 ? choice.why : "";
}

void enter_cuda_device(int ordinal) {
  int now = -1;
  if (cudaGetDevice(&now) == cudaSuccess && now == ordinal) return;
  check_cuda(cudaSetDevice(ordinal), "cannot take the GPU");
}

}  // namespace storyteller
