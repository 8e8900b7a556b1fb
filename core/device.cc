#include "core/device.h"

#include <charconv>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>

#include "core/cuda_built.h"
#include "core/error.h"
#include "core/memory_pool.h"
#include "core/text/ascii.h"
#include "kernels/cpu/context.h"
#include "kernels/cuda/context.h"
#include "kernels/cuda/devices.h"
#include "kernels/cuda/error.h"
#include "kernels/cuda/scratch_source.h"

namespace storyteller {
namespace {

constexpr const char* kWayOut = " (`device` cpu does without a GPU)";

/// Why there is none, or which were passed over; or that there never can be one.
CudaChoice choose() {
  if constexpr (kCudaBuilt) {
    try {
      return choose_cuda_device();
    } catch (const CudaError& error) {
      return {-1, error.what()};
    }
  } else {
    return {-1, "this storyteller was built without the CUDA backend"};
  }
}

/// In lower case, with one name for each device.
std::string usual_name(std::string_view given) {
  std::string name = lower_case(given);
  if (name == "gpu" || name == "nvidia") return "cuda";
  return name.starts_with("gpu:") ? "cuda:" + name.substr(4) : name;
}

/// N of `cuda:N`; none where it is no such name.
std::optional<int> ordinal_of(const std::string& name) {
  if (!name.starts_with("cuda:")) return std::nullopt;
  int ordinal = 0;
  const char* end = name.data() + name.size();
  const auto [rest, error] = std::from_chars(name.data() + 5, end, ordinal);
  if (error != std::errc() || rest != end || ordinal < 0) return std::nullopt;
  return ordinal;
}

}  // namespace

// The devices are never destroyed: tensors of static duration may outlive any order of destruction.

Device Device::cpu() {
  static auto* context = new CpuContext;
  static auto* pool = new MemoryPool(MemoryPool::host());
  return {context, nullptr, pool};
}

Device Device::cuda() {
  // A choice that failed is made again: a GPU may have become free.
  static const int ordinal = [] {
    const CudaChoice choice = choose();
    if (choice.ordinal < 0) throw DeviceError(choice.why + kWayOut);
    return choice.ordinal;
  }();
  return cuda(ordinal);
}

Device Device::cuda(int ordinal) {
  if constexpr (kCudaBuilt) {
    struct Ready {
      CudaContext* context;
      MemoryPool* pool;
    };
    static std::mutex mutex;
    static auto* ready = new std::map<int, Ready>;
    const std::lock_guard lock(mutex);
    auto found = ready->find(ordinal);
    if (found == ready->end()) {
      try {
        auto* context = new CudaContext(ordinal);
        auto* pool = new MemoryPool(
            {.allocate = [context](size_t bytes) { return context->allocate(bytes); },
             .release = [context](void* block) { context->release(block); },
             .memory = "the GPU's memory",
             .wait = [context] { context->synchronize(); }});
        // Scratch and tensors have one answer to memory that is out.
        context->take_scratch_from(
            {.allocate = [pool](size_t bytes) { return pool->allocate(bytes); },
             .release = [pool](void* block, size_t bytes) { pool->release(block, bytes); }});
        found = ready->emplace(ordinal, Ready{context, pool}).first;
      } catch (const CudaError& error) {
        throw DeviceError(std::string(error.what()) + kWayOut);
      }
    }
    return {nullptr, found->second.context, found->second.pool};
  } else {
    throw DeviceError(choose().why + kWayOut);
  }
}

Device Device::parse(const std::string& given, std::string* note) {
  const std::string name = usual_name(given);
  if (name == "cpu") return cpu();
  const std::optional<int> ordinal = ordinal_of(name);
  if (name != "cuda" && name != "auto" && !ordinal) {
    throw UsageError("unknown device '" + given + "': use cpu, cuda, cuda:N or auto");
  }
  std::string reason;
  try {
    if (ordinal) return cuda(*ordinal);
    const CudaChoice choice = choose();
    if (choice.ordinal >= 0) {
      const Device device = cuda(choice.ordinal);
      if (note != nullptr && !choice.why.empty()) {
        *note = "cuda:" + std::to_string(choice.ordinal) + ", because " + choice.why;
      }
      return device;
    }
    reason = choice.why + kWayOut;
  } catch (const DeviceError& error) {
    reason = error.what();
  }
  if (name != "auto") throw DeviceError("`device` " + given + ": " + reason);
  reason.erase(reason.rfind(kWayOut));
  if (note != nullptr) *note = "the CPU, because " + reason;
  return cpu();
}

}  // namespace storyteller
