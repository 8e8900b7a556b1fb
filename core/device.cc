#include "core/device.h"

#include "core/error.h"
#include "core/memory_pool.h"
#include "kernels/cpu/context.h"

namespace storyteller {

Device Device::cpu() {
  // Never destroyed: tensors of static duration may outlive any order of destruction.
  static auto* context = new CpuContext;
  static auto* pool = new MemoryPool(MemoryPool::host());
  return {context, nullptr, pool};
}

Device Device::parse(const std::string& name, std::string* note) {
  if (name == "cpu") return cpu();
  if (name != "cuda" && name != "auto") {
    throw UsageError("unknown device '" + name + "': use cpu, cuda or auto");
  }
  const std::string reason = "this storyteller was built without the CUDA backend";
  if (name == "cuda") throw DeviceError("--device cuda: " + reason + "; use --device cpu");
  if (note != nullptr) *note = reason + ": using the CPU";
  return cpu();
}

}  // namespace storyteller
