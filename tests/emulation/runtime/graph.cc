// The runtime's graphs: what a captured stream was given, to be done again.
#include <cuda_runtime_api.h>

#include <memory>
#include <utility>

#include "tests/emulation/runtime/stream.h"

using Operations = std::vector<emulation::Operation>;

struct CUgraph_st {
  Operations operations;
};
struct CUgraphExec_st {
  std::shared_ptr<const Operations> operations;
};

cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode) {
  return emulation::begin_capture(stream);
}

cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  Operations operations;
  const cudaError_t result = emulation::end_capture(stream, &operations);
  *graph = result == cudaSuccess ? new CUgraph_st{std::move(operations)} : nullptr;
  return result;
}

cudaError_t cudaStreamIsCapturing(cudaStream_t stream, cudaStreamCaptureStatus* status) {
  *status =
      emulation::captured(stream) ? cudaStreamCaptureStatusActive : cudaStreamCaptureStatusNone;
  return cudaSuccess;
}

cudaError_t cudaGraphInstantiate(cudaGraphExec_t* executable, cudaGraph_t graph,
                                 unsigned long long) {
  *executable = new CUgraphExec_st{std::make_shared<const Operations>(graph->operations)};
  return cudaSuccess;
}

cudaError_t cudaGraphLaunch(cudaGraphExec_t executable, cudaStream_t stream) {
  return emulation::submit(stream, [operations = executable->operations] {
    for (const emulation::Operation& operation : *operations) {
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
