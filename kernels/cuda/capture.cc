#include "kernels/cuda/capture.h"

#include <cuda_runtime.h>

#include "kernels/cuda/check.h"

namespace storyteller {

CudaCapture::CudaCapture(CudaContext& context) : context_(context) {
  context.refuse_in_capture("a capture");
  check_cuda(cudaStreamBeginCapture(context.stream(), cudaStreamCaptureModeThreadLocal),
             "cannot begin a capture");
  context.capturing_ = true;
}

CudaCapture::~CudaCapture() {
  if (!context_.capturing_) return;
  context_.capturing_ = false;
  cudaGraph_t graph = nullptr;
  if (cudaStreamEndCapture(context_.stream(), &graph) == cudaSuccess) cudaGraphDestroy(graph);
  cudaGetLastError();  // a capture that went wrong says so once more
}

CUgraph_st* CudaCapture::take() {
  context_.capturing_ = false;
  cudaGraph_t graph = nullptr;
  check_cuda(cudaStreamEndCapture(context_.stream(), &graph), "cannot end a capture");
  return graph;
}

}  // namespace storyteller
