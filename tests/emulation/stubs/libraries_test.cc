// What kernels/cuda/libraries.cc does where a library that was found does not go on: it says so
// once and does without. tests/cuda/host/libraries_test.cc has those that are not found.
#include "kernels/cuda/libraries.h"

#include <cstdlib>

#include <cuda_runtime_api.h>
#include <gmock/gmock.h>

#include "kernels/cuda/convolution.h"
#include "kernels/cuda/error.h"
#include "tests/cuda/device_array.h"
#include "tests/emulation/runtime/machine.h"
#include "tests/emulation/stubs/stub_library.h"

namespace storyteller::libraries_test {
namespace {

using stubs::Script;
using stubs::StubLibrary;

const std::string& folder() {
  static const std::string folder = std::getenv("STORYTELLER_CUDA_LIBRARIES");
  return folder;
}

/// In a process of its own: each library is spoken of once.
void ask(const char* script) {
  {
    // The search itself tries a handle; what comes then is a context's.
    CudaContext first;
    if (!first.libraries().has_cublaslt() || !first.libraries().has_cudnn()) std::exit(1);
  }
  const Script told(script);
  bool refused = true;
  for (int i = 0; i < 3; ++i) {
    CudaContext context;
    for (int times = 0; times < 2; ++times) {
      refused = refused && !context.libraries().has_cublaslt() && !context.libraries().has_cudnn();
      refused = refused && context.libraries().cublaslt_handle() == nullptr;
      refused = refused && context.libraries().cudnn_handle() == nullptr;
    }
  }
  std::exit(refused ? 0 : 1);
}

TEST(LibrariesDeathTest, AContextThatGetsNoHandleSaysItOnceAndDoesWithout) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const std::string rest = ": the project's own kernels do its work\n";
  const std::string cublaslt = "storyteller: warning: cuBLASLt 13.1.0 in " + folder() +
                               "/libcublasLt.so.13: cublasLtCreate: CUBLAS_STATUS_NOT_INITIALIZED" +
                               rest,
                    cudnn = "storyteller: warning: cuDNN 9.13.0 in " + folder() +
                            "/libcudnn.so.9: cudnnCreate: CUDNN_STATUS_NOT_INITIALIZED" + rest;
  for (const char* script :
       {"cublasLtCreate=1 cudnnCreate=1001", "cublasLtCreate=1 cudnnSetStream=1001"}) {
    EXPECT_EXIT(ask(script), testing::ExitedWithCode(0), testing::StrEq(cublaslt + cudnn));
  }
}

/// A context ends after main(), when the driver has gone and its handles with it.
void end_without_driver(cudaError_t error) {
  const auto ended = [] {
    return StubLibrary::cublaslt().calls("cublasLtDestroy") +
           StubLibrary::cudnn().calls("cudnnDestroy");
  };
  uint64_t before = 0;
  {
    CudaContext context;
    context.libraries().cublaslt_handle();
    context.libraries().cudnn_handle();
    before = ended();
    emulation::script_machine("FAIL=cudaGetDevice:0:" + std::to_string(error));
  }
  std::_Exit(static_cast<int>(ended() - before));
}

TEST(LibrariesDeathTest, HandlesThatWentWithTheDriverAreLeftAlone) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(end_without_driver(cudaErrorCudartUnloading), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(end_without_driver(cudaErrorUnknown), testing::ExitedWithCode(2), "");
}

TEST(Libraries, AContextHasOneHandleOfEach) {
  const uint64_t lt = StubLibrary::cublaslt().calls("cublasLtCreate"),
                 lt_ended = StubLibrary::cublaslt().calls("cublasLtDestroy");
  uint64_t dnn = 0, dnn_ended = 0;
  {
    CudaContext context;
    auto* handle = context.libraries().cublaslt_handle();
    EXPECT_EQ(context.libraries().cublaslt_handle(), handle);
    dnn = StubLibrary::cudnn().calls("cudnnCreate");
    dnn_ended = StubLibrary::cudnn().calls("cudnnDestroy");
    auto* dnn_handle = context.libraries().cudnn_handle();
    EXPECT_EQ(context.libraries().cudnn_handle(), dnn_handle);
  }
  EXPECT_GE(StubLibrary::cublaslt().calls("cublasLtCreate"), lt + 1);
  EXPECT_EQ(StubLibrary::cublaslt().calls("cublasLtCreate") - lt,
            StubLibrary::cublaslt().calls("cublasLtDestroy") - lt_ended);
  EXPECT_EQ(StubLibrary::cudnn().calls("cudnnCreate") - dnn,
            StubLibrary::cudnn().calls("cudnnDestroy") - dnn_ended);
}

TEST(Libraries, WithoutAPartOfCudnnTheProjectsKernelsConvolve) {
  const Conv2dSizes sizes = {
      .I = 1, .H = 4, .W = 4, .C = 3, .O = 2, .window = {3, 3, 1, Padding::all(1)}};
  const DeviceArray<float> x(uniform(1, 48)), weight(uniform(2, 54)), bias(uniform(3, 2)), y(32),
      exact(32), dx(48), dweight(uniform(4, 54));
  const auto forward = [&](CudaContext& context, const DeviceArray<float>& to) {
    test_cuda().context->synchronize();
    conv2d_forward(Cuda{&context}, Conv2dForward<float>{.x = x.data(),
                                                        .weight = weight.data(),
                                                        .packed = nullptr,
                                                        .bias = bias.data(),
                                                        .residual = nullptr,
                                                        .y = to.data(),
                                                        .sizes = sizes});
    conv2d_backward(Cuda{&context}, Conv2dBackward<float>{.x = x.data(),
                                                          .weight = weight.data(),
                                                          .dy = to.data(),
                                                          .dx = dx.data(),
                                                          .dweight = dweight.data(),
                                                          .sizes = sizes,
                                                          .accumulate_dx = false});
    context.synchronize();
  };
  {
    CudaContext own;
    own.options().own_convolutions = true;
    forward(own, exact);
  }
  for (const char* script :
       {"cudnnGetConvolutionForwardWorkspaceSize=1008",
        "cudnnGetConvolutionBackwardDataWorkspaceSize=1008",
        "cudnnGetConvolutionBackwardFilterWorkspaceSize=1001",
        "cudnnConvolutionBiasActivationForward=1008 cudnnConvolutionForward=1008",
        "cudnnConvolutionBackwardData=1008", "cudnnConvolutionBackwardFilter=1002"}) {
    CudaContext context;
    ASSERT_TRUE(context.libraries().has_cudnn());
    const Script told(script);
    forward(context, y);
    EXPECT_FALSE(context.libraries().has_cudnn()) << script;
    EXPECT_EQ(context.libraries().cudnn_handle(), nullptr) << script;
    expect_close(y.values(), exact.values(), tolerance_of<float>(), script);
    for (const ConvolutionPass pass : {ConvolutionPass::kForward, ConvolutionPass::kInputGradient,
                                       ConvolutionPass::kWeightGradient}) {
      EXPECT_FALSE(convolution_workspace<float>(Cuda{&context}, pass, sizes).has_value());
    }
  }
}

}  // namespace
}  // namespace storyteller::libraries_test
