// The runtime's memory functions.
#include <cuda_runtime_api.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/emulation/emulator/checker.h"
#include "tests/emulation/emulator/device_heap.h"
#include "tests/emulation/runtime/call_log.h"
#include "tests/emulation/runtime/last_error.h"
#include "tests/emulation/runtime/machine.h"
#include "tests/emulation/runtime/memory_limit.h"
#include "tests/emulation/runtime/stream.h"

using emulation::DeviceHeap;
using emulation::DeviceRole;
using emulation::failed;
using emulation::refuse_in_capture;
using emulation::submit;

namespace {

DeviceHeap& heap() { return DeviceHeap::instance(); }

struct Limit {
  size_t bytes = DeviceHeap::kMostBytes;
  int64_t calls = 0, first_failing = INT64_MAX, wrong_frees = 0;
};

Limit& limit() {
  static Limit limit;
  return limit;
}

/// Pinned memory of the host, which asynchronous copies read and write when they run.
std::map<uintptr_t, size_t>& pinned_blocks() {
  static auto* blocks = new std::map<uintptr_t, size_t>;
  return *blocks;
}

/// The device for which a block was allocated.
std::map<const void*, int>& devices_of_blocks() {
  static auto* devices = new std::map<const void*, int>;
  return *devices;
}

bool pinned(const void* p) {
  const auto address = reinterpret_cast<uintptr_t>(p);
  auto next = pinned_blocks().upper_bound(address);
  if (next == pinned_blocks().begin()) return false;
  const auto& [start, bytes] = *--next;
  return address < start + bytes;
}

/// Empty when `p` is where the direction of the copy says, else what is wrong with it.
std::string wrong_side(const char* role, const void* p, size_t bytes, bool on_device) {
  if (on_device == heap().holds(p, bytes)) return "";
  if (on_device) return std::string(role) + " is not inside a block of device memory";
  return std::string(role) + " is device memory, where the host's is named";
}

/// Whether both sides lie where the direction says; sets the direction where it is the default.
cudaError_t check_copy(const void* to, const void* from, size_t bytes, cudaMemcpyKind& kind) {
  if (kind == cudaMemcpyDefault) {
    const bool to_device = heap().holds(to, bytes), from_device = heap().holds(from, bytes);
    kind = to_device ? (from_device ? cudaMemcpyDeviceToDevice : cudaMemcpyHostToDevice)
                     : (from_device ? cudaMemcpyDeviceToHost : cudaMemcpyHostToHost);
  }
  const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
  const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
  std::string wrong = wrong_side("the destination", to, bytes, to_device);
  if (wrong.empty()) wrong = wrong_side("the source", from, bytes, from_device);
  return wrong.empty() ? cudaSuccess : failed(cudaErrorInvalidValue, "copy: " + wrong);
}

cudaError_t copy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  if (bytes == 0) return cudaSuccess;
  const DeviceRole device;
  std::memmove(to, from, bytes);
  if (kind == cudaMemcpyDeviceToDevice) {
    emulation::checker_copied(to, from, bytes);
  } else if (kind == cudaMemcpyHostToDevice) {
    emulation::checker_written(to, bytes);
  }
  return cudaSuccess;
}

cudaError_t fill(void* to, int value, size_t bytes) {
  if (bytes == 0) return cudaSuccess;
  if (!heap().holds(to, bytes)) {
    return failed(cudaErrorInvalidValue, "fill: not inside a block of device memory");
  }
  const DeviceRole device;
  std::memset(to, value, bytes);
  // 0xFF is the poison: memory filled with it counts as never written.
  if ((value & 0xFF) != 0xFF) emulation::checker_written(to, bytes);
  return cudaSuccess;
}

}  // namespace

namespace emulation {

void limit_memory(size_t bytes) { limit().bytes = bytes; }
void fail_allocations_from(int64_t n) {
  limit().first_failing = n == 0 ? INT64_MAX : limit().calls + n;
}
int64_t allocations() { return limit().calls; }
int64_t wrong_frees() { return limit().wrong_frees; }

}  // namespace emulation

cudaError_t cudaMalloc(void** block, size_t bytes) {
  if (const cudaError_t error = emulation::scripted("cudaMalloc"); error != cudaSuccess)
    return error;
  if (const cudaError_t refused = refuse_in_capture("cudaMalloc")) return refused;
  Limit& l = limit();
  const bool full = ++l.calls >= l.first_failing || heap().bytes_in_use() + bytes > l.bytes;
  *block = full ? nullptr : heap().allocate(bytes);
  if (*block == nullptr && bytes > 0) {
    return failed(cudaErrorMemoryAllocation, std::to_string(bytes) + " bytes");
  }
  devices_of_blocks()[*block] = emulation::current_device();
  return cudaSuccess;
}

cudaError_t cudaFree(void* block) {
  if (const cudaError_t refused = refuse_in_capture("cudaFree")) return refused;
  const cudaError_t earlier = emulation::drain_all();  // CUDA waits for the device, too
  if (earlier != cudaSuccess) return earlier;
  if (block == nullptr || heap().release(block)) return cudaSuccess;
  ++limit().wrong_frees;
  return failed(cudaErrorInvalidValue, "cudaFree: no block begins there");
}

cudaError_t cudaMallocAsync(void** block, size_t bytes, cudaStream_t) {
  return cudaMalloc(block, bytes);
}
cudaError_t cudaFreeAsync(void* block, cudaStream_t) { return cudaFree(block); }

cudaError_t cudaHostAlloc(void** block, size_t bytes, unsigned) {
  if (const cudaError_t error = emulation::scripted("cudaHostAlloc"); error != cudaSuccess)
    return error;
  if (const cudaError_t refused = refuse_in_capture("cudaHostAlloc")) return refused;
  *block = std::malloc(bytes);
  if (*block == nullptr) return failed(cudaErrorMemoryAllocation, "pinned");
  pinned_blocks()[reinterpret_cast<uintptr_t>(*block)] = bytes;
  return cudaSuccess;
}
cudaError_t cudaMallocHost(void** block, size_t bytes) { return cudaHostAlloc(block, bytes, 0); }

cudaError_t cudaFreeHost(void* block) {
  if (const cudaError_t refused = refuse_in_capture("cudaFreeHost")) return refused;
  pinned_blocks().erase(reinterpret_cast<uintptr_t>(block));
  std::free(block);
  return cudaSuccess;
}

cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  if (const cudaError_t refused = refuse_in_capture("cudaMemcpy")) return refused;
  cudaError_t result = bytes == 0 ? cudaSuccess : check_copy(to, from, bytes, kind);
  if (result == cudaSuccess) result = emulation::drain(nullptr);
  return result == cudaSuccess ? copy(to, from, bytes, kind) : result;
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream) {
  if (const cudaError_t error = emulation::scripted("cudaMemcpyAsync"); error != cudaSuccess)
    return error;
  if (bytes == 0) return cudaSuccess;
  const cudaError_t wrong = check_copy(to, from, bytes, kind);
  if (wrong != cudaSuccess) return wrong;
  emulation::note_call(kind == cudaMemcpyHostToDevice   ? emulation::CallKind::kUpload
                       : kind == cudaMemcpyDeviceToHost ? emulation::CallKind::kDownload
                                                        : emulation::CallKind::kCopy,
                       "", bytes);
  const bool from_pageable = !heap().holds(from, bytes) && !pinned(from);
  const bool to_pageable = !heap().holds(to, bytes) && !pinned(to);
  if (emulation::captured(stream) && (from_pageable || to_pageable)) {
    return refuse_in_capture("cudaMemcpyAsync of pageable memory");
  }
  if (!emulation::lazy() || (!from_pageable && !to_pageable)) {
    return submit(stream, [=] { return copy(to, from, bytes, kind); });
  }
  if (from_pageable) {  // read before the call returns
    const auto* start = static_cast<const std::byte*>(from);
    auto kept = std::make_shared<std::vector<std::byte>>(start, start + bytes);
    return submit(stream, [=] { return copy(to, kept->data(), bytes, kind); });
  }
  submit(stream, [=] { return copy(to, from, bytes, kind); });  // written before it returns
  return emulation::drain(stream);
}

cudaError_t cudaMemset(void* to, int value, size_t bytes) {
  if (const cudaError_t refused = refuse_in_capture("cudaMemset")) return refused;
  return submit(nullptr, [=] { return fill(to, value, bytes); });
}

cudaError_t cudaMemsetAsync(void* to, int value, size_t bytes, cudaStream_t stream) {
  if (const cudaError_t error = emulation::scripted("cudaMemsetAsync"); error != cudaSuccess)
    return error;
  emulation::note_call(emulation::CallKind::kFill, "", bytes);
  return submit(stream, [=] { return fill(to, value, bytes); });
}

cudaError_t cudaMemGetInfo(size_t* left, size_t* all) {
  *all = limit().bytes;
  *left = *all - heap().bytes_in_use();
  return cudaSuccess;
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes* attributes, const void* p) {
  *attributes = {};
  const auto found = devices_of_blocks().find(p);  // its first byte alone knows
  attributes->device = found == devices_of_blocks().end() ? -1 : found->second;
  attributes->type = heap().holds(p, 1) ? cudaMemoryTypeDevice : cudaMemoryTypeUnregistered;
  return cudaSuccess;
}
