#include "tests/emulation/emulator/launch.h"

#include <cstring>
#include <map>
#include <mutex>
#include <string>

#include "tests/emulation/device/variables.h"
#include "tests/emulation/emulator/block.h"
#include "tests/emulation/emulator/checker.h"
#include "tests/emulation/emulator/device_heap.h"
#include "tests/emulation/emulator/launch_log.h"
#include "tests/emulation/runtime/call_log.h"
#include "tests/emulation/runtime/last_error.h"
#include "tests/emulation/runtime/machine.h"
#include "tests/emulation/runtime/stream.h"

namespace emulation {
namespace {

constexpr size_t kSharedLimit = 48 << 10;

/// The multiprocessor, which runs one block at a time.
struct Machine {
  std::mutex mutex;
  Order order = Order::from_environment();
  Block block{order};
  std::vector<int> block_places;
  SharedMemory shared;
  std::map<const void*, size_t> shared_limits;
};

Machine& machine() {
  static auto* machine = new Machine;  // contexts of static duration launch until the very end
  return *machine;
}

cudaError_t run(const Kernel& kernel) {
  Machine& m = machine();
  const std::lock_guard lock(m.mutex);
  const DeviceRole device;
  note_launch(kernel.function);
  std::byte* shared = m.shared.resize(kernel.shared_bytes);
  gridDim = kernel.grid;
  blockDim = kernel.block;
  checker_launch_begins(kernel.arguments.get(), kernel.argument_bytes);
  const int64_t blocks = int64_t{kernel.grid.x} * kernel.grid.y * kernel.grid.z;
  for (const int number : m.order.round(static_cast<int>(blocks), m.block_places)) {
    const auto n = static_cast<unsigned>(number);
    blockIdx = {n % kernel.grid.x, n / kernel.grid.x % kernel.grid.y,
                n / kernel.grid.x / kernel.grid.y};
    if (kernel.shared_bytes > 0) std::memset(shared, 0xFF, kernel.shared_bytes);
    checker_block_begins(shared, kernel.shared_bytes);
    const std::string failure = m.block.run(kernel.block, kernel.call, kernel.arguments.get());
    checker_block_ends(shared, kernel.shared_bytes);
    if (!failure.empty()) {
      return failed(cudaErrorLaunchFailure, name_of(kernel.function) + ": " + failure);
    }
  }
  return cudaSuccess;
}

}  // namespace

void set_shared_limit(const void* function, size_t bytes) {
  machine().shared_limits[function] = bytes;
}

cudaError_t launch(const cudaLaunchConfig_t& config, Kernel kernel) {
  kernel.grid = config.gridDim;
  kernel.block = config.blockDim;
  kernel.shared_bytes = config.dynamicSmemBytes;
  const dim3 grid = kernel.grid, block = kernel.block;
  const auto refuse = [&](cudaError_t error, const std::string& why) {
    return failed(error, name_of(kernel.function) + ": " + why);
  };
  if (current_thread != nullptr) {
    return refuse(cudaErrorNotSupported, "a kernel launches a kernel");
  }
  if (const cudaError_t error = scripted("cudaLaunchKernelEx"); error != cudaSuccess) return error;
  if (current_shown_device().kernels != cudaSuccess) {
    return refuse(current_shown_device().kernels, "the kernels are told not to load");
  }
  if (of_other_device(config.stream)) {
    return refuse(cudaErrorInvalidResourceHandle, "the stream belongs to another device");
  }
  if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.y > 65535 || grid.z > 65535 ||
      grid.x > 0x7FFFFFFF) {
    return refuse(cudaErrorInvalidConfiguration, "no grid has this shape");
  }
  if (block.x == 0 || block.y == 0 || block.z == 0 || block.z > 64 ||
      uint64_t{block.x} * block.y * block.z > 1024) {
    return refuse(cudaErrorInvalidConfiguration, "no block has this shape");
  }
  const auto found = machine().shared_limits.find(kernel.function);
  const size_t limit = found == machine().shared_limits.end() ? kSharedLimit : found->second;
  if (kernel.shared_bytes > limit) {
    return refuse(cudaErrorInvalidValue, std::to_string(kernel.shared_bytes) +
                                             " bytes of shared memory, the limit is " +
                                             std::to_string(limit));
  }
  for (unsigned i = 0; i < config.numAttrs; ++i) {
    const cudaLaunchAttribute& attribute = config.attrs[i];
    if (attribute.id == cudaLaunchAttributeClusterDimension &&
        attribute.val.clusterDim.x * attribute.val.clusterDim.y * attribute.val.clusterDim.z > 1) {
      return refuse(cudaErrorNotSupported, "clusters are not emulated");
    }
  }
  if (calls_are_kept()) note_call(CallKind::kKernel, name_of(kernel.function));
  return submit(config.stream, [kernel = std::move(kernel)] { return run(kernel); });
}

std::byte* shared_memory() { return machine().shared.data(); }
size_t shared_memory_bytes() { return machine().shared.bytes(); }

}  // namespace emulation
