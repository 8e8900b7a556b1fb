#pragma once

#include <functional>

#include <driver_types.h>

namespace emulation {

/// What a stream is given to do: a kernel, a copy, an event.
using Operation = std::function<cudaError_t()>;

/// Runs it at once, as every legal order ends the same, unless the stream is being captured: then
/// it becomes part of the graph.
cudaError_t submit(cudaStream_t stream, Operation operation);

/// While any stream is captured, calls that the graph cannot hold fail, as CUDA's do.
bool capturing();

}  // namespace emulation
