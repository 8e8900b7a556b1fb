// Streams, events and graphs of the emulated runtime, and CudaContext on it; the tests run with
// eager and with lazy streams.
#include <cstring>
#include <functional>

#include <gmock/gmock.h>

#include "kernels/cuda/devices.h"
#include "tests/emulation/runtime/stream.h"
#include "tests/emulation/self_test/tiny_kernel.h"

namespace storyteller::stream_test {
namespace {

__global__ void double_kernel(float* x, int n) {
  for (int i = static_cast<int>(threadIdx.x); i < n; i += static_cast<int>(blockDim.x)) x[i] *= 2;
}

struct Stream {
  Stream() { check_cuda(cudaStreamCreateWithFlags(&it, cudaStreamNonBlocking), "stream"); }
  ~Stream() { cudaStreamDestroy(it); }
  cudaStream_t it = nullptr;
};

cudaError_t double_on(cudaStream_t stream, float* x) {
  cudaLaunchConfig_t config = {};
  config.gridDim = 1;
  config.blockDim = 32;
  config.stream = stream;
  return cudaLaunchKernelEx(&config, double_kernel, x, 4);
}

TEST(Streams, AnEventOrdersTwoStreams) {
  const DeviceArray<float> x(std::vector<float>{1, 2, 3, 4});
  test_cuda().context->synchronize();
  const Stream first, second;
  cudaEvent_t done;
  check_cuda(cudaEventCreate(&done), "event");
  check_cuda(double_on(first.it, x.data()), "first");
  check_cuda(cudaEventRecord(done, first.it), "record");
  check_cuda(cudaStreamWaitEvent(second.it, done, 0), "wait");
  check_cuda(double_on(second.it, x.data()), "second");
  check_cuda(cudaStreamSynchronize(second.it), "synchronize");
  EXPECT_EQ(x.values(), (std::vector<double>{4, 8, 12, 16}));
  cudaEventDestroy(done);
}

TEST(Streams, ReadingTooEarlyShowsWhereStreamsAreLazy) {
  const DeviceArray<float> x(std::vector<float>{1, 2, 3, 4});
  test_cuda().context->synchronize();
  const Stream stream;
  check_cuda(double_on(stream.it, x.data()), "launch");
  EXPECT_EQ(x.values()[0], emulation::lazy() ? 1 : 2);  // read on another stream
  check_cuda(cudaStreamSynchronize(stream.it), "synchronize");
  EXPECT_EQ(x.values()[0], 2);
}

TEST(Graphs, DoAgainWhatWasCaptured) {
  const DeviceArray<float> x(std::vector<float>{1, 2, 3, 4});
  CudaContext& context = *test_cuda().context;
  context.synchronize();
  cudaGraph_t graph;
  cudaGraphExec_t executable;
  check_cuda(cudaStreamBeginCapture(context.stream(), cudaStreamCaptureModeGlobal), "begin");
  check_cuda(double_on(context.stream(), x.data()), "launch");
  check_cuda(cudaStreamEndCapture(context.stream(), &graph), "end");
  check_cuda(cudaGraphInstantiate(&executable, graph, 0), "instantiate");
  EXPECT_EQ(x.values()[0], 1);  // captured, not done
  for (int i = 0; i < 3; ++i) check_cuda(cudaGraphLaunch(executable, context.stream()), "graph");
  EXPECT_EQ(x.values(), (std::vector<double>{8, 16, 24, 32}));
  cudaGraphExecDestroy(executable);
  cudaGraphDestroy(graph);
}

struct RefusedInCapture {
  const char* name;
  std::function<cudaError_t()> call;
  cudaError_t error = cudaErrorStreamCaptureUnsupported;
};

TEST(Graphs, WhatADeviceRefusesWhileAStreamIsCapturedIsRefused) {
  const DeviceArray<float> x(std::vector<float>{1, 2, 3, 4});
  const Stream captured, other;
  test_cuda().context->synchronize();
  void *block = nullptr, *pinned = nullptr, *kept = nullptr;
  cudaEvent_t event = nullptr;
  check_cuda(cudaHostAlloc(&kept, 16, 0), "pinned");
  check_cuda(cudaEventCreate(&event), "event");
  check_cuda(cudaEventRecord(event, other.it), "record");
  float pageable[4] = {};
  const auto copy = [&](void* to, const void* from, cudaMemcpyKind kind) {
    return cudaMemcpyAsync(to, from, 16, kind, captured.it);
  };
  const RefusedInCapture calls[] = {
      {"cudaMalloc", [&] { return cudaMalloc(&block, 16); }},
      {"cudaFree", [&] { return cudaFree(nullptr); }},
      {"cudaHostAlloc", [&] { return cudaHostAlloc(&pinned, 16, 0); }},
      {"cudaMallocHost", [&] { return cudaMallocHost(&pinned, 16); }},
      {"cudaFreeHost", [&] { return cudaFreeHost(nullptr); }},
      {"cudaMemcpy", [&] { return cudaMemcpy(x.data(), pageable, 16, cudaMemcpyDefault); }},
      {"cudaMemset", [&] { return cudaMemset(x.data(), 0, 16); }},
      {"from pageable", [&] { return copy(x.data(), pageable, cudaMemcpyHostToDevice); }},
      {"to pageable", [&] { return copy(pageable, x.data(), cudaMemcpyDeviceToHost); }},
      {"cudaStreamSynchronize", [&] { return cudaStreamSynchronize(captured.it); }},
      {"cudaStreamSynchronize of another", [&] { return cudaStreamSynchronize(other.it); }},
      {"cudaStreamQuery", [&] { return cudaStreamQuery(captured.it); }},
      {"cudaDeviceSynchronize", [] { return cudaDeviceSynchronize(); }},
      {"cudaEventSynchronize", [&] { return cudaEventSynchronize(event); }},
      {"cudaEventQuery", [&] { return cudaEventQuery(event); }},
      {"a fill on the legacy stream", [&] { return cudaMemsetAsync(x.data(), 0, 16, nullptr); },
       cudaErrorStreamCaptureImplicit},
      {"a kernel on the legacy stream", [&] { return double_on(nullptr, x.data()); },
       cudaErrorStreamCaptureImplicit},
      {"an event on the legacy stream", [&] { return cudaEventRecord(event, nullptr); },
       cudaErrorStreamCaptureImplicit}};
  for (const RefusedInCapture& refused : calls) {
    SCOPED_TRACE(refused.name);
    check_cuda(cudaStreamBeginCapture(captured.it, cudaStreamCaptureModeGlobal), "begin");
    EXPECT_EQ(refused.call(), refused.error);
    EXPECT_EQ(double_on(captured.it, x.data()), cudaErrorStreamCaptureInvalidated);
    cudaGraph_t graph = nullptr;
    EXPECT_EQ(cudaStreamEndCapture(captured.it, &graph), cudaErrorStreamCaptureInvalidated);
    EXPECT_EQ(graph, nullptr);
    EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess) << "it is over";
  }
  EXPECT_EQ(x.values(), (std::vector<double>{1, 2, 3, 4}));
  cudaGetLastError();
  cudaFreeHost(kept);
  cudaEventDestroy(event);
}

TEST(Graphs, HoldCopiesOfPinnedMemoryAndFills) {
  const DeviceArray<float> x(std::vector<float>{1, 2, 3, 4});
  const Stream stream;
  test_cuda().context->synchronize();
  void* pinned = nullptr;
  check_cuda(cudaHostAlloc(&pinned, 16, 0), "pinned");
  const float values[4] = {5, 6, 7, 8};
  std::memcpy(pinned, values, sizeof values);
  cudaGraph_t graph;
  cudaGraphExec_t executable;
  check_cuda(cudaStreamBeginCapture(stream.it, cudaStreamCaptureModeThreadLocal), "begin");
  check_cuda(cudaMemcpyAsync(x.data(), pinned, 16, cudaMemcpyHostToDevice, stream.it), "copy");
  check_cuda(cudaMemsetAsync(x.data() + 1, 0, 4, stream.it), "fill");
  check_cuda(cudaStreamEndCapture(stream.it, &graph), "end");
  check_cuda(cudaGraphInstantiate(&executable, graph, 0), "instantiate");
  check_cuda(cudaGraphLaunch(executable, stream.it), "graph");
  check_cuda(cudaStreamSynchronize(stream.it), "synchronize");
  EXPECT_EQ(x.values(), (std::vector<double>{5, 0, 7, 8}));
  cudaGraphExecDestroy(executable);
  cudaGraphDestroy(graph);
  cudaFreeHost(pinned);
}

TEST(Graphs, AStreamThatIsCapturedWaitsForNothingOutsideAndNobodyWaitsForIt) {
  const Stream captured, other;
  cudaEvent_t outside, inside;
  check_cuda(cudaEventCreate(&outside), "event");
  check_cuda(cudaEventCreate(&inside), "event");
  check_cuda(cudaEventRecord(outside, other.it), "record");
  check_cuda(cudaStreamBeginCapture(captured.it, cudaStreamCaptureModeThreadLocal), "begin");
  EXPECT_EQ(cudaStreamWaitEvent(captured.it, outside, 0), cudaErrorStreamCaptureIsolation);
  check_cuda(cudaEventRecord(inside, captured.it), "record");
  EXPECT_EQ(cudaStreamWaitEvent(other.it, inside, 0), cudaErrorStreamCaptureIsolation);
  EXPECT_EQ(cudaStreamWaitEvent(captured.it, inside, 0), cudaSuccess);
  cudaGraph_t graph;
  check_cuda(cudaStreamEndCapture(captured.it, &graph), "end");
  cudaGraphDestroy(graph);
  cudaGetLastError();
  cudaEventDestroy(outside);
  cudaEventDestroy(inside);
}

TEST(CudaContextEmulated, UploadsOfAllSizesArriveAlthoughTheirSourceIsReused) {
  CudaContext& context = *test_cuda().context;
  // More than the pinned staging holds, in pieces that do not divide it.
  const int64_t piece = 300'007, pieces = 12;
  const DeviceArray<int> x(piece * pieces);
  std::vector<int> source(static_cast<size_t>(piece));
  for (int p = 0; p < pieces; ++p) {
    for (size_t i = 0; i < source.size(); ++i) source[i] = p * 1000 + static_cast<int>(i % 1000);
    context.upload(x.data() + p * piece, source.data(), source.size() * sizeof(int));
  }
  const std::vector<int> got = x.raw();
  for (size_t i = 0; i < got.size(); ++i) {
    const size_t p = i / static_cast<size_t>(piece), at = i % static_cast<size_t>(piece);
    ASSERT_EQ(got[i], static_cast<int>(p * 1000 + at % 1000)) << i;
  }
}

TEST(CudaContextEmulated, ScratchGrowsAndKernelsKeepTheOldOne) {
  CudaContext& context = *test_cuda().context;
  auto* small = static_cast<float*>(context.scratch(16));
  context.fill_zero(small, 16);
  check_cuda(double_on(context.stream(), small), "launch");
  void* large = context.scratch(1 << 20);
  EXPECT_NE(large, nullptr);
  EXPECT_EQ(context.scratch(100), large);
  context.synchronize();
}

TEST(CudaContextEmulated, SaysWhatTheDeviceIs) {
  EXPECT_EQ(why_no_cuda_device(), "");
  const CudaDeviceProperties& properties = test_cuda().context->properties();
  EXPECT_EQ(properties.name, "Emulated");
  EXPECT_EQ(properties.major, 9);
  EXPECT_EQ(properties.multiprocessors, 4);
}

}  // namespace
}  // namespace storyteller::stream_test
