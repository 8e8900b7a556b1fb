#include "tests/emulation/runtime/library_call.h"

#include <stdexcept>
#include <utility>

#include "tests/emulation/emulator/checker.h"
#include "tests/emulation/emulator/device_heap.h"
#include "tests/emulation/runtime/last_error.h"
#include "tests/emulation/runtime/stream.h"

namespace emulation {

void library_call(cudaStream_t stream, std::vector<DeviceRange> writes,
                  std::function<void()> work) {
  const cudaError_t result =
      submit(stream, [writes = std::move(writes), work = std::move(work)]() -> cudaError_t {
        for (const DeviceRange& range : writes) {
          if (range.bytes > 0 && !DeviceHeap::instance().holds(range.start, range.bytes)) {
            return failed(cudaErrorIllegalAddress, "a library's output is no device memory");
          }
        }
        const DeviceRole device;
        work();
        for (const DeviceRange& range : writes) {
          if (range.bytes > 0) checker_written(range.start, range.bytes);
        }
        return cudaSuccess;
      });
  if (result != cudaSuccess) throw std::runtime_error("a library call failed");
}

}  // namespace emulation
