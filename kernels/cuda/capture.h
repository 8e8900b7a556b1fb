#pragma once

#include "kernels/cuda/context.h"

struct CUgraph_st;  // *CUgraph_st is CUDA's cudaGraph_t

namespace storyteller {

/// Captures what is given to a context's stream, for a graph. While it lives, what a graph cannot
/// hold, or would hold wrongly, throws CudaError "OP: WHAT inside a captured step": allocations,
/// scratch that grows, uploads, downloads, waits. So whoever captures runs the work once before.
/// Not thread-safe, as the context.
class CudaCapture {
 public:
  explicit CudaCapture(CudaContext& context);
  /// Drops what was captured, unless it was taken.
  ~CudaCapture();
  CudaCapture(const CudaCapture&) = delete;
  CudaCapture& operator=(const CudaCapture&) = delete;

  /// Ends the capture; the graph is the caller's, to be destroyed by cudaGraphDestroy.
  CUgraph_st* take();

 private:
  CudaContext& context_;
};

}  // namespace storyteller
