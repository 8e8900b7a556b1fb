// The runtime's functions about devices, which are "Emulated", of 4 multiprocessors;
// runtime/machine.h tells how many there are and of what capability.
#include <cuda_runtime_api.h>

#include <cstdio>

#include "tests/emulation/emulator/device_heap.h"
#include "tests/emulation/emulator/launch.h"
#include "tests/emulation/runtime/last_error.h"
#include "tests/emulation/runtime/machine.h"

namespace {

constexpr int kMultiprocessors = 4;

/// Null, with the error noted, where there is none of this number.
const emulation::ShownDevice* shown(int device) {
  const auto& all = emulation::shown_devices();
  if (device >= 0 && static_cast<size_t>(device) < all.size()) {
    return &all[static_cast<size_t>(device)];
  }
  emulation::failed(cudaErrorInvalidDevice, "there is no such device");
  return nullptr;
}

}  // namespace

cudaError_t cudaDriverGetVersion(int* version) {
  *version = emulation::shown_driver();
  return emulation::scripted("cudaDriverGetVersion");
}
cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = CUDART_VERSION;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int* count) {
  if (const cudaError_t error = emulation::scripted("cudaGetDeviceCount"); error != cudaSuccess) {
    return error;
  }
  *count = static_cast<int>(emulation::shown_devices().size());
  return *count > 0 ? cudaSuccess : emulation::failed(cudaErrorNoDevice, "none is shown");
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  const emulation::ShownDevice* found = shown(device);
  if (found == nullptr) return cudaErrorInvalidDevice;
  if (const cudaError_t error = emulation::scripted("cudaGetDeviceProperties");
      error != cudaSuccess) {
    return error;
  }
  *properties = {};
  std::snprintf(properties->name, sizeof properties->name, "Emulated");
  properties->major = found->major;
  properties->minor = found->minor;
  properties->multiProcessorCount = kMultiprocessors;
  properties->warpSize = 32;
  properties->maxThreadsPerBlock = 1024;
  properties->maxThreadsPerMultiProcessor = 2048;
  properties->totalGlobalMem = emulation::DeviceHeap::kMostBytes;
  properties->l2CacheSize = 50 << 20;
  properties->sharedMemPerBlock = 48 << 10;
  properties->sharedMemPerBlockOptin = emulation::shared_memory_limit(*found);
  properties->sharedMemPerMultiprocessor = 228 << 10;
  properties->regsPerBlock = properties->regsPerMultiprocessor = 65536;
  return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  const emulation::ShownDevice* found = shown(device);
  if (found == nullptr) return cudaErrorInvalidDevice;
  switch (attribute) {
    case cudaDevAttrMultiProcessorCount:
      *value = kMultiprocessors;
      return cudaSuccess;
    case cudaDevAttrComputeCapabilityMajor:
      *value = found->major;
      return cudaSuccess;
    case cudaDevAttrComputeCapabilityMinor:
      *value = found->minor;
      return cudaSuccess;
    case cudaDevAttrMaxSharedMemoryPerBlockOptin:
      *value = static_cast<int>(emulation::shared_memory_limit(*found));
      return cudaSuccess;
    case cudaDevAttrWarpSize:
      *value = 32;
      return cudaSuccess;
    default:
      return emulation::failed(cudaErrorInvalidValue, "an attribute that is not emulated");
  }
}

cudaError_t cudaFuncSetAttribute(const void* function, cudaFuncAttribute attribute, int value) {
  if (attribute == cudaFuncAttributeMaxDynamicSharedMemorySize) {
    const size_t most = emulation::shared_memory_limit(emulation::current_shown_device());
    if (value < 0 || static_cast<size_t>(value) > most) {
      return emulation::failed(cudaErrorInvalidValue, "more shared memory than a block can have");
    }
    emulation::set_shared_limit(function, static_cast<size_t>(value));
  }
  return cudaSuccess;
}

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void*) {
  *attributes = {};
  const cudaError_t error = emulation::current_shown_device().kernels;
  if (error != cudaSuccess) return emulation::failed(error, "the kernels are told not to load");
  attributes->maxThreadsPerBlock = 1024;
  return emulation::scripted("cudaFuncGetAttributes");
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, const void*, int threads,
                                                          size_t) {
  *blocks = threads > 0 ? 2048 / threads : 0;
  return cudaSuccess;
}
