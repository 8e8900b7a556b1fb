#pragma once

#include <string>

#include "kernels/backend.h"

namespace storyteller {

class MemoryPool;

/// Where a tensor lives: a backend context and the memory pool beside it. A cheap handle; two
/// handles are equal when they name the same device.
class Device {
 public:
  /// The one CPU device of the process.
  static Device cpu();
  /// The first GPU that can run this program's kernels, made ready at the first call. Throws
  /// DeviceError, which names every GPU, the cause and the fix, when there is none.
  static Device cuda();
  /// GPU `ordinal`, by CUDA's number among the visible ones. Throws DeviceError as cuda() does.
  static Device cuda(int ordinal);
  /// Parses `cpu`, `cuda`, `cuda:N` or `auto`. Throws UsageError on another name and DeviceError
  /// when CUDA is asked for and cannot be had; `auto` goes on with the CPU. `note`, when given,
  /// says why it does, or why a GPU was passed over.
  static Device parse(const std::string& name, std::string* note = nullptr);

  bool is_cpu() const { return cpu_ != nullptr; }
  Cpu cpu_backend() const { return Cpu{cpu_}; }
  Cuda cuda_backend() const { return Cuda{cuda_}; }
  MemoryPool& pool() const { return *pool_; }
  const char* name() const { return is_cpu() ? "cpu" : "cuda"; }

  bool operator==(const Device&) const = default;

 private:
  Device(CpuContext* cpu, CudaContext* cuda, MemoryPool* pool)
      : cpu_(cpu), cuda_(cuda), pool_(pool) {}

  CpuContext* cpu_;
  CudaContext* cuda_;
  MemoryPool* pool_;
};

}  // namespace storyteller
