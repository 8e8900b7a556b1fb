// That the stub of cuDNN takes convolutions that are as they should be, and notices each thing that
// may be wrong with one.
#include <memory>

#include <cuda_runtime_api.h>

#include "kernels/cuda/cudnn_api.h"
#include "tests/cuda/device_array.h"
#include "tests/emulation/stubs/stub_library.h"

namespace storyteller::cudnn_test {
namespace {

using stubs::Script;
using stubs::StubLibrary;

const CudnnFunctions& dnn() {
  static const CudnnFunctions functions = [] {
    CudnnFunctions f = {};
    for_each_cudnn_function(f, [](const char* symbol, auto*& function) {
      StubLibrary::cudnn().load(symbol, &function);
    });
    return f;
  }();
  return functions;
}

struct Picture {
  int count, channels, height, width;
  cudnnDataType_t type = CUDNN_DATA_FLOAT;
  cudnnTensorFormat_t format = CUDNN_TENSOR_NHWC;
};

constexpr auto kPrecomputed = CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;

/// All four passes over x (2,5,4,4), two groups, six outputs, window 3 x 3, padding 1, stride 2, as
/// they should be; a test spoils one thing.
struct Passes {
  Picture x = {2, 4, 5, 4}, y = {2, 6, 3, 2}, z = y, bias = {1, 6, 1, 1}, w = {6, 2, 3, 3};
  DeviceArray<float> x_data{uniform(1, 161)}, y_data{uniform(2, 73)}, z_data{uniform(3, 73)},
      bias_data{uniform(4, 73)}, w_data{uniform(5, 109)}, workspace{256};
  int padding = 1, stride = 2, dilation = 1, groups = 2;
  cudnnConvolutionMode_t mode = CUDNN_CROSS_CORRELATION;
  cudnnDataType_t compute = CUDNN_DATA_FLOAT;
  cudnnMathType_t math = CUDNN_FMA_MATH;
  bool leave_math = false, leave_stream = false, leave_filter = false, leave_activation = false;
  bool second_handle = false, stream_again = false;
  int forward = kPrecomputed, input_gradient = 1, weight_gradient = 1;
  cudnnActivationMode_t activation = CUDNN_ACTIVATION_IDENTITY;
  cudnnNanPropagation_t nan = CUDNN_PROPAGATE_NAN;
  double coefficient = 0;
  const float *from_x = x_data.data(), *from_w = w_data.data(), *from_z = z_data.data(),
              *from_bias = bias_data.data();
  float *to_y = y_data.data(), *to_x = x_data.data(), *to_w = w_data.data();
  void* work = workspace.data();
  size_t work_bytes = 1024;
  float alpha = 1, residual = 1, beta = 0, beta_x = 1;
  cudaStream_t stream = test_cuda().context->stream();

  /// What the stub says of it; `done` is called after each pass.
  std::string run(void (*done)(Passes&, int pass) = [](Passes&, int) {});
};

struct Descriptors {
  cudnnHandle_t handle = nullptr, second = nullptr;
  cudnnTensorDescriptor_t x = nullptr, y = nullptr, z = nullptr, bias = nullptr;
  cudnnFilterDescriptor_t w = nullptr;
  cudnnActivationDescriptor_t activation = nullptr;
  cudnnConvolutionDescriptor_t convolution = nullptr;

  explicit Descriptors(const Passes& p) {
    dnn().create(&handle);
    if (!p.leave_stream) dnn().set_stream(handle, p.stream);
    if (p.stream_again) dnn().set_stream(handle, p.stream);
    dnn().create(&second);
    if (p.second_handle) dnn().set_stream(second, p.stream);
    const auto tensor = [](cudnnTensorDescriptor_t* made, const Picture& s) {
      dnn().tensor_create(made);
      dnn().tensor_set(*made, s.format, s.type, s.count, s.channels, s.height, s.width);
    };
    tensor(&x, p.x);
    tensor(&y, p.y);
    tensor(&z, p.z);
    tensor(&bias, p.bias);
    dnn().filter_create(&w);
    if (!p.leave_filter) {
      dnn().filter_set(w, p.w.type, p.w.format, p.w.count, p.w.channels, p.w.height, p.w.width);
    }
    dnn().activation_create(&activation);
    if (!p.leave_activation) {
      dnn().activation_set(activation, p.activation, p.nan, p.coefficient);
    }
    dnn().convolution_create(&convolution);
    dnn().convolution_set(convolution, p.padding, p.padding, p.stride, p.stride, p.dilation,
                          p.dilation, p.mode, p.compute);
    dnn().convolution_set_groups(convolution, p.groups);
    if (!p.leave_math) dnn().convolution_set_math(convolution, p.math);
  }
  ~Descriptors() {
    dnn().convolution_destroy(convolution);
    dnn().activation_destroy(activation);
    dnn().filter_destroy(w);
    for (cudnnTensorDescriptor_t tensor : {x, y, z, bias}) dnn().tensor_destroy(tensor);
    dnn().destroy(second);
    dnn().destroy(handle);
  }
  Descriptors(const Descriptors&) = delete;
  Descriptors& operator=(const Descriptors&) = delete;
};

std::string Passes::run(void (*done)(Passes&, int pass)) {
  StubLibrary::cudnn().violations();
  std::string lines;
  {
    const Descriptors d(*this);
    const auto by = static_cast<cudnnConvolutionFwdAlgo_t>(forward);
    const auto by_data = static_cast<cudnnConvolutionBwdDataAlgo_t>(input_gradient);
    const auto by_filter = static_cast<cudnnConvolutionBwdFilterAlgo_t>(weight_gradient);
    size_t bytes = 0;
    dnn().forward_workspace(d.handle, d.x, d.w, d.convolution, d.y, by, &bytes);
    dnn().input_gradient_workspace(d.handle, d.w, d.y, d.convolution, d.x, by_data, &bytes);
    dnn().weight_gradient_workspace(d.handle, d.x, d.y, d.convolution, d.w, by_filter, &bytes);
    lines = StubLibrary::cudnn().violations();
    for (int pass = 0; pass < 4 && lines.empty(); ++pass) {
      if (pass == 0) {
        dnn().forward(d.handle, &alpha, d.x, from_x, d.w, from_w, d.convolution, by, work,
                      work_bytes, &beta, d.y, to_y);
      } else if (pass == 1) {
        dnn().fused_forward(d.handle, &alpha, d.x, from_x, d.w, from_w, d.convolution, by, work,
                            work_bytes, &residual, d.z, from_z, d.bias, from_bias, d.activation,
                            d.y, to_y);
      } else if (pass == 2) {
        dnn().input_gradient(d.handle, &alpha, d.w, from_w, d.y, from_z, d.convolution, by_data,
                             work, work_bytes, &beta_x, d.x, to_x);
      } else {
        dnn().weight_gradient(d.handle, &alpha, d.x, from_x, d.y, from_z, d.convolution, by_filter,
                              work, work_bytes, &beta, d.w, to_w);
      }
      done(*this, pass);
      lines = StubLibrary::cudnn().violations();
    }
  }
  EXPECT_EQ(StubLibrary::cudnn().violations(), "");
  return lines;
}

/// y = x * w by the formula.
std::vector<double> convolved(const std::vector<double>& x, const std::vector<double>& w) {
  std::vector<double> y(72);
  for (int i = 0; i < 72; ++i) {
    const int o = i % 6, q = i / 6 % 2, p = i / 12 % 3, picture = i / 36;
    for (int tap = 0; tap < 18; ++tap) {
      const int c = tap % 2, h = 2 * p + tap / 6 - 1, v = 2 * q + tap / 2 % 3 - 1;
      if (h < 0 || h > 4 || v < 0 || v > 3) continue;
      y[static_cast<size_t>(i)] +=
          x[static_cast<size_t>(((picture * 5 + h) * 4 + v) * 4 + o / 3 * 2 + c)] *
          w[static_cast<size_t>(o * 18 + tap)];
    }
  }
  return y;
}

std::vector<double> first(const DeviceArray<float>& array, size_t count) {
  std::vector<double> values = array.values();
  values.resize(count);
  return values;
}

TEST(CudnnStub, TakesConvolutionsThatAreAsTheyShouldBe) {
  Passes passes;
  passes.activation = CUDNN_ACTIVATION_RELU;
  EXPECT_EQ(passes.run([](Passes& p, int pass) {
    if (pass > 1) return;
    std::vector<double> wanted = convolved(p.x_data.values(), p.w_data.values());
    for (size_t i = 0; pass == 1 && i < wanted.size(); ++i) {
      wanted[i] = std::max(0.0, wanted[i] + p.bias_data.values()[i % 6] + p.z_data.values()[i]);
    }
    expect_close(first(p.y_data, 72), wanted, 1e-5, "y");
    for (float x : p.workspace.raw()) ASSERT_TRUE(std::isnan(x)) << "the workspace is spoilt";
  }),
            "");
}

TEST(CudnnStub, DoesNotReadAResidualThatCountsNothing) {
  Passes passes;
  passes.residual = 0;
  const DeviceArray<float> nothing(72);  // NaN
  passes.from_z = nothing.data();
  passes.run([](Passes& p, int pass) {
    for (size_t i = 0; pass == 1 && i < 72; ++i) ASSERT_FALSE(std::isnan(p.y_data.raw()[i]));
  });
}

struct Fault {
  const char* says;
  void (*spoil)(Passes&);
};
const Fault kFaults[] = {
    {"another layout than NHWC", [](Passes& p) { p.x.format = CUDNN_TENSOR_NCHW; }},
    {"another layout than NHWC", [](Passes& p) { p.w.format = CUDNN_TENSOR_NCHW; }},
    {"neither float nor", [](Passes& p) { p.y.type = static_cast<cudnnDataType_t>(1); }},
    {"a dimension below 1", [](Passes& p) { p.x.count = 0; }},
    {"a padding below 0", [](Passes& p) { p.padding = -1; }},
    {"a stride below 1", [](Passes& p) { p.stride = 0; }},
    {"a dilation other", [](Passes& p) { p.dilation = 2; }},
    {"turned round", [](Passes& p) { p.mode = CUDNN_CONVOLUTION; }},
    {"sums of another type", [](Passes& p) { p.compute = CUDNN_DATA_BFLOAT16; }},
    {"fewer groups", [](Passes& p) { p.groups = 0; }},
    {"no convolution is fused with",
     [](Passes& p) { p.activation = static_cast<cudnnActivationMode_t>(2); }},
    {"hides what is not a number",
     [](Passes& p) { p.nan = static_cast<cudnnNanPropagation_t>(0); }},
    {"a coefficient", [](Passes& p) { p.coefficient = 6; }},
    {"the handle has its stream", [](Passes& p) { p.stream_again = true; }},
    {"two handles", [](Passes& p) { p.second_handle = true; }},
    {"works on the default stream", [](Passes& p) { p.stream = nullptr; }},
    {"works on the default stream", [](Passes& p) { p.leave_stream = true; }},
    {"a descriptor that was not set", [](Passes& p) { p.leave_filter = true; }},
    {"an activation that was not set", [](Passes& p) { p.leave_activation = true; }},
    {"differ in type", [](Passes& p) { p.w.type = CUDNN_DATA_BFLOAT16; }},
    {"left to its default", [](Passes& p) { p.leave_math = true; }},
    {"arithmetic of another type", [](Passes& p) { p.math = CUDNN_TENSOR_OP_MATH; }},
    {"no multiple of the groups", [](Passes& p) { p.groups = 4; }},
    {"not the channels of a group", [](Passes& p) { p.w.channels = 4; }},
    {"differ in count", [](Passes& p) { p.y.count = 1; }},
    {"differ in count", [](Passes& p) { p.w.count = 4; }},
    {"not the size of the convolution", [](Passes& p) { p.padding = 0; }},
    {"not known to be deterministic", [](Passes& p) { p.forward = 2; }},
    {"adds atomically", [](Passes& p) { p.input_gradient = 0; }},
    {"adds atomically", [](Passes& p) { p.weight_gradient = 3; }},
    {"IMPLICIT_PRECOMP_GEMM", [](Passes& p) { p.forward = 0; }},
    {"is not 1", [](Passes& p) { p.alpha = 0; }},
    {"beta is not 0", [](Passes& p) { p.beta = 1; }},
    {"beta is neither", [](Passes& p) { p.beta_x = 2; }},
    {"alpha2 is neither", [](Passes& p) { p.residual = 2; }},
    {"no number an output", [](Passes& p) { p.bias.channels = 5; }},
    {"z and y differ", [](Passes& p) { p.z.width = 3; }},
    {"x is null", [](Passes& p) { p.from_x = nullptr; }},
    {"w: 432 bytes", [](Passes& p) { p.from_w += 2; }},
    {"y: 288 bytes", [](Passes& p) { p.to_y += 2; }},
    {"z: 288 bytes", [](Passes& p) { p.from_z += 2; }},
    {"bias: 24 bytes", [](Passes& p) { p.from_bias += 68; }},
    {"dx: 640 bytes", [](Passes& p) { p.to_x += 2; }},
    {"dw: 432 bytes", [](Passes& p) { p.to_w += 2; }},
    {"x and y overlap", [](Passes& p) { p.to_y = p.x_data.data(); }},
    {"w and y overlap", [](Passes& p) { p.to_y = p.w_data.data(); }},
    {"z and y overlap", [](Passes& p) { p.from_z = p.to_y; }},
    {"bias and y overlap", [](Passes& p) { p.to_y = p.bias_data.data(); }},
    {"dw", [](Passes& p) { p.to_w = p.x_data.data(); }},
    {"dx", [](Passes& p) { p.to_x = p.workspace.data(); }},
    {"bytes, 256 were asked for", [](Passes& p) { p.work_bytes = 0; }},
    {"the workspace is null", [](Passes& p) { p.work = nullptr; }},
};

TEST(CudnnStub, NoticesEachThingThatMayBeWrong) {
  for (const Fault& fault : kFaults) {
    Passes passes;
    fault.spoil(passes);
    const std::string lines = passes.run();
    EXPECT_NE(lines.find(fault.says), std::string::npos)
        << "wanted: " << fault.says << "\ngot: " << lines;
  }
}

TEST(CudnnStub, RefusesWhatAScriptNames) {
  Passes passes;
  const Descriptors d(passes);
  size_t bytes = 0;
  const auto ask = [&] {
    return dnn().forward_workspace(d.handle, d.x, d.w, d.convolution, d.y, kPrecomputed, &bytes);
  };
  for (const char* rule : {"cudnnGetConvolutionForwardWorkspaceSize=3000",
                           "cudnnGetConvolutionForwardWorkspaceSize/2x5x4x4-6=3000"}) {
    const Script script(rule);
    EXPECT_EQ(ask(), CUDNN_STATUS_NOT_SUPPORTED);
  }
  const Script script("cudnnGetConvolutionForwardWorkspaceSize/2x5x4x4-7=3000 cudnnCreate=1001");
  EXPECT_EQ(ask(), CUDNN_STATUS_SUCCESS);
  cudnnHandle_t handle = nullptr;
  EXPECT_EQ(dnn().create(&handle), CUDNN_STATUS_NOT_INITIALIZED);
}

}  // namespace
}  // namespace storyteller::cudnn_test
