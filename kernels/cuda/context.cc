#include "kernels/cuda/context.h"

#include <cuda_runtime.h>

#include <algorithm>
#include <cstring>

#include "kernels/cuda/check.h"

namespace storyteller {
namespace {

constexpr int kFirstMajor = 8;  // kernels use bfloat16 and asynchronous copies

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

CudaDeviceProperties read_properties() {
  cudaDeviceProp raw;
  check_cuda(cudaGetDeviceProperties(&raw, 0), "cannot read the properties of the GPU");
  CudaDeviceProperties properties;
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

}  // namespace

/// Pinned host memory in segments, filled one after the other. A segment is used again when the
/// copies out of it have been done, which its event tells; small uploads share one, so a host that
/// is ahead of the device waits only when it is ahead by all of them.
struct CudaContext::Staging {
  static constexpr size_t kSegmentBytes = 1 << 20, kAlignment = 64;
  static constexpr int kSegments = 8;

  Staging() {
    check_cuda(cudaHostAlloc(&memory, kSegments * kSegmentBytes, cudaHostAllocDefault),
               "cannot allocate pinned memory");
    for (cudaEvent_t& event : left) {
      check_cuda(cudaEventCreateWithFlags(&event, cudaEventDisableTiming), "cannot make an event");
    }
  }
  ~Staging() {
    for (cudaEvent_t event : left) {
      if (event != nullptr) cudaEventDestroy(event);
    }
    if (memory != nullptr) cudaFreeHost(memory);
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  /// Room in the segment, which is a new one when the last was full; sets `room`.
  std::byte* next(cudaStream_t stream, size_t* room) {
    if (used == kSegmentBytes) {
      check_cuda(cudaEventRecord(left[segment], stream), "cannot record an event");
      segment = (segment + 1) % kSegments;
      check_cuda(cudaEventSynchronize(left[segment]), "an earlier upload failed");
      used = 0;
    }
    *room = kSegmentBytes - used;
    return static_cast<std::byte*>(memory) + segment * kSegmentBytes + used;
  }
  void take(size_t bytes) {
    used = std::min(kSegmentBytes, used + (bytes + kAlignment - 1) / kAlignment * kAlignment);
  }

  void* memory = nullptr;
  cudaEvent_t left[kSegments] = {};  // recorded when the host went on to the next segment
  int segment = 0;
  size_t used = 0;
};

std::string CudaContext::why_unavailable() {
  int driver = 0, runtime = 0, devices = 0;
  if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0) {
    cudaGetLastError();
    return "no NVIDIA driver was found";
  }
  check_cuda(cudaRuntimeGetVersion(&runtime), "cannot read CUDA's version");
  // A driver runs every minor version of its own major one (CUDA's minor version compatibility).
  if (driver / 1000 < runtime / 1000) {
    return "the NVIDIA driver is too old: it runs CUDA " + version_text(driver) +
           ", this program was built with " + version_text(runtime) + "; install a newer driver";
  }
  const cudaError_t counted = cudaGetDeviceCount(&devices);
  if (counted == cudaErrorNoDevice || (counted == cudaSuccess && devices == 0)) {
    cudaGetLastError();
    return "no NVIDIA GPU was found (CUDA_VISIBLE_DEVICES may hide it)";
  }
  if (counted != cudaSuccess) {
    cudaGetLastError();
    return std::string("the GPU cannot be used: ") + cudaGetErrorString(counted);
  }
  const CudaDeviceProperties properties = read_properties();
  if (properties.major < kFirstMajor) {
    return properties.name + " is too old: it has compute capability " +
           std::to_string(properties.major) + "." + std::to_string(properties.minor) +
           ", 8.0 is needed";
  }
  return "";
}

CudaContext::CudaContext() {
  const std::string reason = why_unavailable();
  if (!reason.empty()) throw CudaError(reason);
  check_cuda(cudaSetDevice(0), "cannot take the GPU");
  properties_ = read_properties();
  staging_ = std::make_unique<Staging>();
  check_cuda(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "cannot make a stream");
}

CudaContext::~CudaContext() {
  cudaStreamSynchronize(stream_);
  libraries_.reset();
  staging_.reset();
  release(scratch_);
  cudaStreamDestroy(stream_);
}

void* CudaContext::allocate(size_t bytes) {
  void* block = nullptr;
  const cudaError_t result = cudaMalloc(&block, bytes);
  if (result == cudaErrorMemoryAllocation) {
    cudaGetLastError();  // it would stick to the next call
    return nullptr;
  }
  check_cuda(result, "cannot allocate device memory");
  if (block == nullptr) return nullptr;
  // Streams of contexts do not wait for this one: the fill must be over when the block is used.
  check_cuda(cudaMemsetAsync(block, 0xFF, bytes, nullptr), "cannot fill device memory");
  check_cuda(cudaStreamSynchronize(nullptr), "cannot fill device memory");
  return block;
}

void CudaContext::release(void* block) { cudaFree(block); }

void* CudaContext::scratch(size_t bytes) {
  if (bytes > scratch_bytes_) {
    synchronize();  // kernels may still use the old one
    release(scratch_);
    const size_t rounded = (bytes + bytes / 4 + 255) / 256 * 256;
    scratch_bytes_ = 0;
    scratch_ = allocate(rounded);
    if (scratch_ == nullptr) {
      throw CudaError("out of device memory: " + std::to_string(rounded) +
                      " bytes of scratch were asked for");
    }
    scratch_bytes_ = rounded;
  }
  return scratch_;
}

void CudaContext::upload(void* to, const void* from, size_t bytes) {
  auto* target = static_cast<std::byte*>(to);
  const auto* source = static_cast<const std::byte*>(from);
  while (bytes > 0) {
    size_t room = 0;
    std::byte* staged = staging_->next(stream_, &room);
    const size_t part = std::min(bytes, room);
    std::memcpy(staged, source, part);
    staging_->take(part);
    check_cuda(cudaMemcpyAsync(target, staged, part, cudaMemcpyHostToDevice, stream_), "upload");
    target += part;
    source += part;
    bytes -= part;
  }
}

void CudaContext::download(void* to, const void* from, size_t bytes) {
  if (bytes > 0) {
    check_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, stream_), "download");
  }
  synchronize();
}

void CudaContext::copy(void* to, const void* from, size_t bytes) {
  if (bytes == 0) return;
  check_cuda(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, stream_), "copy");
}

void CudaContext::fill_zero(void* to, size_t bytes) {
  if (bytes > 0) check_cuda(cudaMemsetAsync(to, 0, bytes, stream_), "fill");
}

void CudaContext::synchronize() {
  check_cuda(cudaStreamSynchronize(stream_), "the GPU failed at earlier work");
}

}  // namespace storyteller
