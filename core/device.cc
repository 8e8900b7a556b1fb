#include "core/device.h"

#include "core/cuda_built.h"
#include "core/error.h"
#include "core/memory_pool.h"
#include "core/text/ascii.h"
#include "kernels/cpu/context.h"
#include "kernels/cuda/context.h"
#include "kernels/cuda/error.h"

namespace storyteller {
namespace {

constexpr const char* kWayOut = " (--device cpu does without a GPU)";

/// Empty when there is a GPU to compute on.
std::string why_no_cuda() {
  if constexpr (kCudaBuilt) {
    try {
      return CudaContext::why_unavailable();
    } catch (const CudaError& error) {
      return error.what();
    }
  } else {
    return "this storyteller was built without the CUDA backend";
  }
}

/// In lower case; the first GPU by any of its names is `cuda`.
std::string usual_name(std::string_view given) {
  const std::string name = lower_case(given);
  return name == "gpu" || name == "cuda:0" || name == "gpu:0" || name == "nvidia" ? "cuda" : name;
}

}  // namespace

// The devices are never destroyed: tensors of static duration may outlive any order of destruction.

Device Device::cpu() {
  static auto* context = new CpuContext;
  static auto* pool = new MemoryPool(MemoryPool::host());
  return {context, nullptr, pool};
}

Device Device::cuda() {
  if constexpr (kCudaBuilt) {
    static CudaContext* context = [] {
      try {
        return new CudaContext;
      } catch (const CudaError& error) {
        throw DeviceError(std::string(error.what()) + kWayOut);
      }
    }();
    static auto* pool = new MemoryPool({.allocate = CudaContext::allocate,
                                        .release = CudaContext::release,
                                        .memory = "the GPU's memory"});
    return {nullptr, context, pool};
  } else {
    throw DeviceError(why_no_cuda() + kWayOut);
  }
}

Device Device::parse(const std::string& given, std::string* note) {
  const std::string name = usual_name(given);
  if (name == "cpu") return cpu();
  if (name.starts_with("cuda:")) {
    throw UsageError("device '" + given + "': the first GPU computes; for another one set " +
                     "CUDA_VISIBLE_DEVICES=" + name.substr(5) + " and use cuda");
  }
  if (name != "cuda" && name != "auto") {
    throw UsageError("unknown device '" + given + "': use cpu, cuda or auto");
  }
  std::string reason = why_no_cuda();
  if (reason.empty()) {
    try {
      return cuda();
    } catch (const DeviceError& error) {
      if (name == "cuda") throw;
      reason = error.what();
    }
  }
  if (name == "cuda") throw DeviceError("--device cuda: " + reason + kWayOut);
  if (note != nullptr) *note = "the CPU, because " + reason;
  return cpu();
}

}  // namespace storyteller
