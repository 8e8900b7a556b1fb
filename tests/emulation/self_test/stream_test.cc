// Streams, events and graphs of the emulated runtime, and CudaContext on it; the tests run with
// eager and with lazy streams.
#include <gmock/gmock.h>

#include "tests/emulation/runtime/stream.h"
#include "tests/emulation/self_test/tiny_kernel.h"

namespace storyteller {
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
  EXPECT_THROW(context.synchronize(), CudaError);
  EXPECT_THROW(CudaContext::allocate(4), CudaError);
  check_cuda(cudaStreamEndCapture(context.stream(), &graph), "end");
  check_cuda(cudaGraphInstantiate(&executable, graph, 0), "instantiate");
  EXPECT_EQ(x.values()[0], 1);  // captured, not done
  for (int i = 0; i < 3; ++i) check_cuda(cudaGraphLaunch(executable, context.stream()), "graph");
  EXPECT_EQ(x.values(), (std::vector<double>{8, 16, 24, 32}));
  cudaGraphExecDestroy(executable);
  cudaGraphDestroy(graph);
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
  EXPECT_EQ(CudaContext::why_unavailable(), "");
  const CudaDeviceProperties& properties = test_cuda().context->properties();
  EXPECT_EQ(properties.name, "Emulated");
  EXPECT_EQ(properties.major, 9);
  EXPECT_EQ(properties.multiprocessors, 4);
}

}  // namespace
}  // namespace storyteller
