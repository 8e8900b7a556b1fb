#include "tests/emulation/runtime/stream.h"

#include <cuda_runtime_api.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

#include "tests/emulation/runtime/last_error.h"

// CUDA's own opaque types, as the emulator fills them.
struct CUgraph_st {
  std::vector<emulation::Operation> operations;
};
struct CUgraphExec_st {
  std::vector<emulation::Operation> operations;
};
struct CUstream_st {
  std::unique_ptr<CUgraph_st> captured;
};
struct CUevent_st {
  std::chrono::steady_clock::time_point when;
};

namespace emulation {
namespace {

std::atomic<int> captures{0};

bool is_default(cudaStream_t stream) {
  return stream == nullptr || stream == cudaStreamLegacy || stream == cudaStreamPerThread;
}

cudaError_t not_while_capturing(const char* call) {
  return failed(cudaErrorStreamCaptureUnsupported, call);
}

}  // namespace

bool capturing() { return captures > 0; }

cudaError_t submit(cudaStream_t stream, Operation operation) {
  if (!is_default(stream) && stream->captured != nullptr) {
    stream->captured->operations.push_back(std::move(operation));
    return cudaSuccess;
  }
  return operation();
}

}  // namespace emulation

using emulation::failed;
using emulation::is_default;
using emulation::not_while_capturing;
using emulation::submit;

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = new CUstream_st;
  return cudaSuccess;
}
cudaError_t cudaStreamCreate(cudaStream_t* stream) { return cudaStreamCreateWithFlags(stream, 0); }

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  delete stream;
  return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  if (!is_default(stream) && stream->captured != nullptr) {
    return not_while_capturing("cudaStreamSynchronize");
  }
  return cudaSuccess;
}

cudaError_t cudaStreamQuery(cudaStream_t stream) { return cudaStreamSynchronize(stream); }
cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) { return cudaSuccess; }

cudaError_t cudaDeviceSynchronize() {
  return emulation::capturing() ? not_while_capturing("cudaDeviceSynchronize") : cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
  *event = new CUevent_st;
  return cudaSuccess;
}
cudaError_t cudaEventCreate(cudaEvent_t* event) { return cudaEventCreateWithFlags(event, 0); }

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  return submit(stream, [event] {
    event->when = std::chrono::steady_clock::now();
    return cudaSuccess;
  });
}

cudaError_t cudaEventSynchronize(cudaEvent_t) { return cudaSuccess; }
cudaError_t cudaEventQuery(cudaEvent_t) { return cudaSuccess; }

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
  *milliseconds = std::chrono::duration<float, std::milli>(end->when - start->when).count();
  return cudaSuccess;
}

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  if (is_default(stream) || stream->captured != nullptr) {
    return failed(cudaErrorInvalidValue, "cudaStreamBeginCapture: no stream that can be captured");
  }
  stream->captured = std::make_unique<CUgraph_st>();
  ++emulation::captures;
  return cudaSuccess;
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  if (is_default(stream) || stream->captured == nullptr) {
    return failed(cudaErrorInvalidValue, "cudaStreamEndCapture: the stream is not captured");
  }
  *graph = stream->captured.release();
  --emulation::captures;
  return cudaSuccess;
}

cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus* status) {
  const bool active = !is_default(stream) && stream->captured != nullptr;
  *status = active ? cudaStreamCaptureStatusActive : cudaStreamCaptureStatusNone;
  return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph,
                                 unsigned long long) {
  *executable = new CUgraphExec_st{graph->operations};
  return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream) {
  return submit(stream, [executable] {
    for (const emulation::Operation& operation : executable->operations) {
      const cudaError_t result = operation();
      if (result != cudaSuccess) return result;
    }
    return cudaSuccess;
  });
}

cudaError_t cudaGraphGetNodes(cudaGraph_t graph, cudaGraphNode_t*, size_t* count) {
  *count = graph->operations.size();
  return cudaSuccess;
}

cudaError_t cudaGraphUpload(cudaGraphExec_t, cudaStream_t) { return cudaSuccess; }

cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}

cudaError_t cudaGraphExecDestroy(cudaGraphExec_t executable) {
  delete executable;
  return cudaSuccess;
}
