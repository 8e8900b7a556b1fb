// What kernels/cuda/convolution_cudnn.cc asks of the library, how often, and what it does with its
// answers; that convolutions are right is told by tests/cuda/kernels/conv2d_test.cc.
#include <cuda_runtime_api.h>

#include <gmock/gmock.h>

#include "kernels/cuda/convolution.h"
#include "kernels/cuda/error.h"
#include "kernels/cuda/libraries.h"
#include "tests/cuda/device_array.h"
#include "tests/emulation/runtime/machine.h"
#include "tests/emulation/stubs/stub_library.h"
#include "tests/temporary_folder.h"

namespace storyteller::convolution_wrapper_test {
namespace {

using stubs::Script;
using stubs::StubLibrary;
using testing::HasSubstr;

uint64_t calls(const char* function) { return StubLibrary::cudnn().calls(function); }

constexpr const char* kForwardQuery = "cudnnGetConvolutionForwardWorkspaceSize";
constexpr const char* kFused = "cudnnConvolutionBiasActivationForward";

/// Convolutions of x (2,5,4,4) with 6 x 3 x 3 windows, padded by 1, on a context of its own.
class CudnnWrapper : public testing::Test {
 protected:
  Conv2dForward<float> forward() const {
    return {.x = x_.data(),
            .weight = weight_.data(),
            .packed = nullptr,
            .bias = bias_.data(),
            .residual = residual_.data(),
            .y = y_.data(),
            .sizes = sizes_,
            .activation = Activation::kRelu};
  }
  void convolve(const Conv2dForward<float>& p) {
    test_cuda().context->synchronize();
    conv2d_forward(Cuda{&context_}, p);
    context_.synchronize();
  }
  void differentiate(bool accumulate = false) {
    test_cuda().context->synchronize();
    conv2d_backward(Cuda{&context_}, Conv2dBackward<float>{.x = x_.data(),
                                                           .weight = weight_.data(),
                                                           .dy = residual_.data(),
                                                           .dx = dx_.data(),
                                                           .dweight = dweight_.data(),
                                                           .sizes = sizes_,
                                                           .accumulate_dx = accumulate});
    context_.synchronize();
  }
  void expect_right(const Conv2dForward<float>& p) {
    const auto x = x_.values(), weight = weight_.values(), bias = bias_.values(),
               residual = residual_.values();
    std::vector<double> wanted(static_cast<size_t>(sizes_.outputs()));
    conv2d_forward(
        reference_cpu(),
        Conv2dForward<double>{.x = x.data(),
                              .weight = weight.data(),
                              .packed = nullptr,
                              .bias = p.bias == nullptr ? nullptr : bias.data(),
                              .residual = p.residual == nullptr ? nullptr : residual.data(),
                              .y = wanted.data(),
                              .sizes = sizes_,
                              .activation = p.activation});
    expect_close(y_.values(), wanted, tolerance_of<float>(), "y");
  }
  bool offered(ConvolutionPass pass, const Conv2dSizes& sizes) {
    return convolution_workspace<float>(Cuda{&context_}, pass, sizes).has_value();
  }
  std::string error_of(const std::string& script, bool backward = false) {
    CudaContext fresh;
    const Script told(script);
    try {
      Conv2dForward<float> p = forward();
      test_cuda().context->synchronize();
      backward ? differentiate() : conv2d_forward(Cuda{&fresh}, p);
      fresh.synchronize();
    } catch (const CudaError& error) {
      return error.what();
    }
    return "no error";
  }

  CudaContext context_;
  Conv2dSizes sizes_ = {
      .I = 2, .H = 5, .W = 4, .C = 4, .O = 6, .window = {3, 3, 1, Padding::all(1)}};
  DeviceArray<float> x_{uniform(1, 160)}, weight_{uniform(2, 216)}, bias_{uniform(3, 6)},
      residual_{uniform(4, 240)}, y_{240}, dx_{uniform(5, 160)}, dweight_{uniform(6, 216)};
};

TEST_F(CudnnWrapper, AsksOnceForTheSameSizes) {
  const uint64_t before = calls(kForwardQuery);
  for (int i = 0; i < 3; ++i) convolve(forward());
  expect_right(forward());
  EXPECT_EQ(calls(kForwardQuery), before + 1);
  using Change = void (*)(Conv2dSizes&);
  const Change changes[] = {[](Conv2dSizes& s) { s.I = 1; },
                            [](Conv2dSizes& s) { s.H = 4; },
                            [](Conv2dSizes& s) { s.W = 3; },
                            [](Conv2dSizes& s) { s.C = 2; },
                            [](Conv2dSizes& s) { s.O = 4; },
                            [](Conv2dSizes& s) { s.groups = 2; },
                            [](Conv2dSizes& s) { s.window.height = 2, s.H = 6; },
                            [](Conv2dSizes& s) {
                              s.window.width = 1, s.window.padding.left = 0,
                              s.window.padding.right = 0;
                            },
                            [](Conv2dSizes& s) { s.window.stride = 2; }};
  for (const Change change : changes) {
    Conv2dSizes s = sizes_;
    change(s);
    const uint64_t asked = calls(kForwardQuery);
    EXPECT_TRUE(offered(ConvolutionPass::kForward, s));
    EXPECT_TRUE(offered(ConvolutionPass::kForward, s));
    EXPECT_EQ(calls(kForwardQuery), asked + 1) << "change " << &change - changes;
  }
}

TEST_F(CudnnWrapper, AsksForEachPassAndKindOfArithmetic) {
  const uint64_t data = calls("cudnnGetConvolutionBackwardDataWorkspaceSize"),
                 filter = calls("cudnnGetConvolutionBackwardFilterWorkspaceSize"),
                 before = calls(kForwardQuery);
  for (int i = 0; i < 2; ++i) differentiate(i == 1);
  EXPECT_EQ(calls("cudnnGetConvolutionBackwardDataWorkspaceSize"), data + 1);
  EXPECT_EQ(calls("cudnnGetConvolutionBackwardFilterWorkspaceSize"), filter + 1);
  EXPECT_EQ(calls(kForwardQuery), before);
  convolve(forward());
  const auto exact = y_.values();
  context_.options().tf32 = true;
  convolve(forward());
  EXPECT_EQ(calls(kForwardQuery), before + 2);
  EXPECT_NE(y_.values(), exact);
  context_.options().tf32 = false;
  convolve(forward());
  EXPECT_EQ(y_.values(), exact);
  EXPECT_TRUE(convolution_workspace<bfloat16>(Cuda{&context_}, ConvolutionPass::kForward, sizes_)
                  .has_value());
  EXPECT_EQ(calls(kForwardQuery), before + 3);
}

TEST_F(CudnnWrapper, OffersPaddingThatIsEvenWhereItIsRead) {
  Conv2dSizes s = sizes_;
  s.window.padding = {0, 1, 1, 1};
  const uint64_t before = calls(kForwardQuery);
  EXPECT_FALSE(offered(ConvolutionPass::kForward, s));
  s.window.padding = {1, 0, 1, 1};
  EXPECT_FALSE(offered(ConvolutionPass::kForward, s));
  // The window is higher, or wider, than the picture with even padding.
  s.window = {.height = 5, .width = 3, .stride = 2, .padding = {1, 1, 2, 1}};
  s.H = 2;
  EXPECT_FALSE(offered(ConvolutionPass::kForward, s));
  s.window = {.height = 3, .width = 5, .stride = 2, .padding = {1, 1, 1, 2}};
  s.H = 5, s.W = 2;
  EXPECT_FALSE(offered(ConvolutionPass::kForward, s));
  EXPECT_EQ(calls(kForwardQuery), before) << "that it cannot do need not be asked";
  // With a stride of 2 the last row and column are not read.
  s.window = {.height = 3, .width = 3, .stride = 2, .padding = {1, 1, 0, 1}};
  s.H = s.W = 6;
  EXPECT_TRUE(offered(ConvolutionPass::kForward, s));
  s.window.padding = {1, 1, 1, 0};
  EXPECT_TRUE(offered(ConvolutionPass::kForward, s));
}

TEST_F(CudnnWrapper, TakesTheSecondAlgorithmWhereTheFirstIsRefused) {
  Conv2dForward<float> p = forward();
  const uint64_t before = calls(kForwardQuery), fused = calls(kFused);
  {
    const Script script(std::string(kForwardQuery) + "@1=3000");
    convolve(p);
  }
  expect_right(p);
  p.activation = Activation::kNone;
  convolve(p);
  expect_right(p);
  EXPECT_EQ(calls(kForwardQuery), before + 2);
  EXPECT_EQ(calls(kFused), fused) << "the second algorithm alone";
}

TEST_F(CudnnWrapper, DoesInOneStepWhatTheLibraryKnows) {
  for (const bool with_residual : {false, true}) {
    for (const Activation activation : {Activation::kNone, Activation::kRelu, Activation::kRelu6}) {
      for (const bool with_bias : {false, true}) {
        Conv2dForward<float> p = forward();
        p.activation = activation;
        if (!with_bias) p.bias = nullptr;
        if (!with_residual) p.residual = nullptr;
        const uint64_t fused = calls(kFused), alone = calls("cudnnConvolutionForward");
        convolve(p);
        expect_right(p);
        const bool in_one = with_bias && activation != Activation::kRelu6;
        EXPECT_EQ(calls(kFused) - fused, in_one ? 1U : 0U);
        EXPECT_EQ(calls("cudnnConvolutionForward") - alone, in_one ? 0U : 1U);
      }
    }
  }
}

TEST_F(CudnnWrapper, GoesToTheProjectsKernelsWhereItIsRefused) {
  for (const int status : {3000, 3005, 2000, 2008}) {
    const std::string text = "=" + std::to_string(status);
    CudaContext fresh;
    const Cuda backend{&fresh};
    const Script script(kForwardQuery + text + " cudnnGetConvolutionBackwardDataWorkspaceSize" +
                        text + " cudnnGetConvolutionBackwardFilterWorkspaceSize" + text);
    for (const ConvolutionPass pass : {ConvolutionPass::kForward, ConvolutionPass::kInputGradient,
                                       ConvolutionPass::kWeightGradient}) {
      EXPECT_FALSE(convolution_workspace<float>(backend, pass, sizes_).has_value()) << status;
    }
    const uint64_t before = calls(kForwardQuery);
    test_cuda().context->synchronize();
    conv2d_forward(backend, forward());
    fresh.synchronize();
    expect_right(forward());
    EXPECT_EQ(calls(kForwardQuery), before) << "what was refused is not asked again";
  }
}

TEST_F(CudnnWrapper, GoesToTheProjectsKernelsWhereAnOfferIsTakenBack) {
  {
    const Script script(
        "cudnnConvolutionForward=3000 cudnnConvolutionBackwardData=3000 "
        "cudnnConvolutionBackwardFilter=3000 " +
        std::string(kFused) + "=3000");
    convolve(forward());
    expect_right(forward());
    differentiate();
  }
  const auto dx = dx_.values();
  const uint64_t fused = calls(kFused);
  EXPECT_FALSE(offered(ConvolutionPass::kForward, sizes_));
  EXPECT_FALSE(offered(ConvolutionPass::kInputGradient, sizes_));
  EXPECT_FALSE(offered(ConvolutionPass::kWeightGradient, sizes_));
  differentiate();
  EXPECT_EQ(dx_.values(), dx);
  convolve(forward());
  EXPECT_EQ(calls(kFused), fused);
}

// A part of the library that is missing shows when it is first needed, whichever call that is.
TEST_F(CudnnWrapper, GivesUpWhereAPartCannotBeLoaded) {
  for (const char* function :
       {"cudnnCreateTensorDescriptor", "cudnnCreateFilterDescriptor", kForwardQuery,
        "cudnnCreateActivationDescriptor", kFused, "cudnnConvolutionForward"}) {
    for (const int status : {1001, 1008}) {
      CudaContext fresh;
      const Script script(function + ("=" + std::to_string(status)));
      Conv2dForward<float> p = forward();
      // What is fused takes a bias.
      if (function == std::string("cudnnConvolutionForward")) p.bias = nullptr;
      test_cuda().context->synchronize();
      conv2d_forward(Cuda{&fresh}, p);
      fresh.synchronize();
      expect_right(p);
      EXPECT_FALSE(fresh.libraries().has_cudnn()) << function;
      const uint64_t before = calls(function);
      conv2d_forward(Cuda{&fresh}, p);
      fresh.synchronize();
      EXPECT_EQ(calls(function), before) << function;
    }
  }
  const Script script("cudnnConvolutionBackwardData=1008 cudnnConvolutionBackwardFilter=1008");
  differentiate();
  EXPECT_FALSE(context_.libraries().has_cudnn());
}

TEST_F(CudnnWrapper, DoesTheRestByItselfWhereTheFusionIsRefused) {
  const uint64_t fused = calls(kFused);
  {
    const Script script(std::string(kFused) + "=3000");
    convolve(forward());
  }
  expect_right(forward());
  convolve(forward());
  expect_right(forward());
  EXPECT_EQ(calls(kFused), fused + 1) << "what was refused is not tried again";
}

TEST_F(CudnnWrapper, IsNamedWhereItsWorkFailsLater) {
  const Cuda backend{&context_};
  for (int times = 0; times < 2; ++times) {  // the second takes no more scratch, and waits for none
    convolve(forward());
    differentiate();
  }
  Conv2dForward<float> p = forward();
  conv2d_forward(backend, p);
  p.bias = nullptr, p.residual = nullptr, p.activation = Activation::kNone;
  conv2d_forward(backend, p);
  conv2d_backward(backend, Conv2dBackward<float>{.x = x_.data(),
                                                 .weight = weight_.data(),
                                                 .dy = residual_.data(),
                                                 .dx = dx_.data(),
                                                 .dweight = dweight_.data(),
                                                 .sizes = sizes_});
  emulation::script_machine("FAIL=cudaStreamSynchronize:1");
  const std::string said = message_of<CudaError>([&] { context_.synchronize(); });
  emulation::script_machine("");
  for (const char* function :
       {"cudnnConvolutionBackwardData", "cudnnConvolutionBackwardFilter", "cudnnConvolutionForward",
        "cudnnConvolutionBiasActivationForward"}) {
    EXPECT_THAT(said, HasSubstr(function));
  }
}

TEST_F(CudnnWrapper, SaysWhichCallFailed) {
  const std::string sizes =
      " for 2 x 5 x 4 x 4 to 6 channels, window 3 x 3, stride 1, groups 1: cuDNN: "
      "CUDNN_STATUS_EXECUTION_FAILED: STORYTELLER_STUBS says so";
  EXPECT_EQ(error_of(std::string(kFused) + "=5000"), kFused + sizes);
  EXPECT_EQ(error_of(std::string(kFused) + "=3000 cudnnConvolutionForward=5000"),
            "cudnnConvolutionForward" + sizes);
  EXPECT_EQ(error_of(std::string(kForwardQuery) + "=5000"),
            "cuDNN's workspace of a convolution" + sizes);
  EXPECT_EQ(error_of("cudnnConvolutionBackwardData=5000", true),
            "cudnnConvolutionBackwardData" + sizes);
  EXPECT_EQ(error_of("cudnnConvolutionBackwardFilter=5000", true),
            "cudnnConvolutionBackwardFilter" + sizes);
  for (const char* function :
       {"cudnnCreateTensorDescriptor", "cudnnSetTensor4dDescriptor", "cudnnCreateFilterDescriptor",
        "cudnnSetFilter4dDescriptor", "cudnnCreateConvolutionDescriptor",
        "cudnnSetConvolution2dDescriptor", "cudnnSetConvolutionGroupCount",
        "cudnnSetConvolutionMathType", "cudnnCreateActivationDescriptor",
        "cudnnSetActivationDescriptor"}) {
    EXPECT_EQ(error_of(std::string(function) + "=5000"),
              std::string(function) +
                  ": cuDNN: CUDNN_STATUS_EXECUTION_FAILED: STORYTELLER_STUBS says so");
  }
  EXPECT_EQ(error_of(""), "no error");
}

}  // namespace
}  // namespace storyteller::convolution_wrapper_test
