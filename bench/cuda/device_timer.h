#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include <cuda_runtime.h>

#include "kernels/cuda/capture.h"
#include "kernels/cuda/check.h"
#include "kernels/cuda/context.h"

namespace storyteller {

/// Times work on a context's stream by CUDA events. The work is captured once, as a graph, so that
/// what the host spends on launches is no part of it.
class DeviceTimer {
 public:
  explicit DeviceTimer(CudaContext& context) : context_(context) {
    for (cudaEvent_t* event : {&begin_, &end_}) {
      check_cuda(cudaEventCreateWithFlags(event, cudaEventDefault), "cannot make an event");
    }
  }
  ~DeviceTimer() {
    cudaEventDestroy(begin_);
    cudaEventDestroy(end_);
  }
  DeviceTimer(const DeviceTimer&) = delete;
  DeviceTimer& operator=(const DeviceTimer&) = delete;

  /// Microseconds of each of the last `samples` of `warmup` + `samples` runs, ascending. `work`
  /// runs once before it is captured, so that scratch memory and plans of libraries are there.
  std::vector<double> times(const std::function<void()>& work, int warmup, int samples) {
    work();
    context_.synchronize();
    const Graph graph(context_, work);
    std::vector<double> microseconds;
    for (int i = 0; i < warmup + samples; ++i) {
      check_cuda(cudaEventRecord(begin_, context_.stream()), "cannot record an event");
      check_cuda(cudaGraphLaunch(graph.executable, context_.stream()), "cannot launch a graph");
      check_cuda(cudaEventRecord(end_, context_.stream()), "cannot record an event");
      check_cuda(cudaEventSynchronize(end_), "the GPU failed while it was timed");
      float milliseconds = 0;
      check_cuda(cudaEventElapsedTime(&milliseconds, begin_, end_), "cannot read an event");
      if (i >= warmup) microseconds.push_back(1e3 * static_cast<double>(milliseconds));
    }
    std::sort(microseconds.begin(), microseconds.end());
    return microseconds;
  }

 private:
  struct Graph {
    Graph(CudaContext& context, const std::function<void()>& work) {
      CudaCapture capture(context);
      work();
      graph = capture.take();
      check_cuda(cudaGraphInstantiate(&executable, graph, 0), "cannot instantiate a graph");
    }
    ~Graph() {
      cudaGraphExecDestroy(executable);
      cudaGraphDestroy(graph);
    }
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;

    cudaGraph_t graph = nullptr;
    cudaGraphExec_t executable = nullptr;
  };

  CudaContext& context_;
  cudaEvent_t begin_ = nullptr, end_ = nullptr;
};

}  // namespace storyteller
