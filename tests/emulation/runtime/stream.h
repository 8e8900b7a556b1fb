#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include <driver_types.h>

// What a stream is given to do (a kernel, a copy, an event) runs at once, as every legal order ends
// the same. With STORYTELLER_EMULATION_STREAMS=lazy it runs as late as CUDA allows: when somebody
// waits for it. What then reads too early, or reuses memory too early, shows.
namespace emulation {

using Operation = std::function<cudaError_t()>;

cudaError_t submit(cudaStream_t stream, Operation operation);

/// Runs what waits in the stream, in all streams, or in the stream up to a position; the first
/// failure ends it.
cudaError_t drain(cudaStream_t stream, uint64_t position = UINT64_MAX);
cudaError_t drain_all();

/// How much the stream was ever given.
uint64_t position_of(cudaStream_t stream);

/// Whether the stream was made for a device that is not the calling thread's: no kernel may be
/// launched on it then.
bool of_other_device(cudaStream_t stream);

/// Success, or while any stream is captured the failure of a call that a graph cannot hold:
/// waiting, asking, allocating, copying at once. As with CUDA, nothing comes of the capture then.
/// (Every capture counts, whatever its mode and thread.)
cudaError_t refuse_in_capture(const char* call);
bool captured(cudaStream_t stream);
cudaError_t begin_capture(cudaStream_t stream);
/// Sets `graph` to what was submitted since then.
cudaError_t end_capture(cudaStream_t stream, std::vector<Operation>* graph);

bool lazy();

}  // namespace emulation
