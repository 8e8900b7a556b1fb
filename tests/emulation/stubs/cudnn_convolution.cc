// Convolutions of the stub of cuDNN: which workspace they want, what a call has to bring, and the
// convolution by plain loops in double.
#include <string>
#include <utility>
#include <vector>

#include "tests/emulation/emulator/checker.h"
#include "tests/emulation/emulator/device_heap.h"
#include "tests/emulation/runtime/call_log.h"
#include "tests/emulation/runtime/stream.h"
#include "tests/emulation/stubs/cudnn.h"
#include "tests/emulation/stubs/device_range.h"

namespace stubs {
namespace {

struct Operand {
  const void* data;
  const Tensor& tensor;
  const char* name;

  DeviceRange range() const { return {data, tensor.bytes(), name}; }
};

float scale_at(const void* p, const char* name) {
  demand(p != nullptr, std::string(name) + " is null");
  return *static_cast<const float*>(p);
}

/// What every pass brings: two factors, a result that lies apart from all else, a workspace.
void demand_operands(const Operand& a, const Operand& b, const Operand& out, const Workspace& given,
                     size_t promised) {
  for (const Operand* operand : {&a, &b, &out}) demand_on_device(operand->range());
  const DeviceRange work = demand_workspace(given, promised);
  demand_apart(a.range(), out.range());
  demand_apart(b.range(), out.range());
  for (const Operand* operand : {&a, &b, &out}) demand_apart(operand->range(), work);
}

std::vector<double> factor(const Tensor& tensor, const void* from, bool tf32) {
  std::vector<double> values(static_cast<size_t>(tensor.elements()));
  for (size_t i = 0; i < values.size(); ++i) {
    const double value = read(tensor.type, from, static_cast<int64_t>(i));
    values[i] = tf32 ? as_tf32(value) : value;
  }
  return values;
}

void put(const Tensor& tensor, const std::vector<double>& sums, void* to) {
  for (size_t i = 0; i < sums.size(); ++i) {
    write(tensor.type, to, static_cast<int64_t>(i), sums[i]);
  }
  emulation::checker_written(to, tensor.bytes());
}

/// Gives the stream a pass: out = [out +] sums, which `pass` adds up, as `finish` changes them.
template <class Pass, class Finish>
storyteller::cudnnStatus_t submit(cudaStream_t stream, const Tensor& out, void* to, float beta,
                                  Workspace workspace, Pass pass, Finish finish) {
  emulation::note_call(emulation::CallKind::kConvolution, "");
  const cudaError_t result = emulation::submit(stream, [=] {
    const emulation::DeviceRole device;
    poison(workspace.start, workspace.bytes);
    std::vector<double> sums(static_cast<size_t>(out.elements()));
    pass(sums);
    for (size_t i = 0; beta != 0 && i < sums.size(); ++i) {
      sums[i] += static_cast<double>(beta) * read(out.type, to, static_cast<int64_t>(i));
    }
    finish(sums);
    put(out, sums, to);
    return cudaSuccess;
  });
  return result == cudaSuccess ? storyteller::CUDNN_STATUS_SUCCESS
                               : storyteller::CUDNN_STATUS_EXECUTION_FAILED;
}

const auto kAsItIs = [](std::vector<double>&) {};

cudaStream_t stream_of(storyteller::cudnnHandle_t handle) {
  cudaStream_t stream = dnn_handles().at(handle).stream;
  demand(stream != nullptr, "the handle works on the default stream");
  return stream;
}

/// y = x * w, x and w read when it runs.
auto forward_pass(const Shape& s, const void* x, const void* w) {
  return [s, x, w](std::vector<double>& sums) {
    const auto from = factor(s.x, x, s.tf32()), with = factor(s.w, w, s.tf32());
    for_each_product(s, [&](int64_t out, int64_t in, int64_t weight) {
      sums[static_cast<size_t>(out)] +=
          from[static_cast<size_t>(in)] * with[static_cast<size_t>(weight)];
    });
  };
}

void demand_forward_algorithm(storyteller::cudnnConvolutionFwdAlgo_t algorithm) {
  demand(algorithm == storyteller::CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM ||
             algorithm == storyteller::CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM,
         "an algorithm that is not known to be deterministic");
}

/// The answer to a question for a workspace.
storyteller::cudnnStatus_t tell(const char* function, const Shape& s, int algorithm,
                                size_t* bytes) {
  demand(bytes != nullptr, "nowhere to put the bytes");
  if (const auto told = scripted(function, s.text())) {
    return static_cast<storyteller::cudnnStatus_t>(*told);
  }
  *bytes = workspace_of(s, algorithm);
  return storyteller::CUDNN_STATUS_SUCCESS;
}

}  // namespace
}  // namespace stubs

namespace storyteller {

using stubs::demand;
using stubs::entry;
using stubs::Operand;
using stubs::Shape;
using stubs::Workspace;

extern "C" {

cudnnStatus_t cudnnGetConvolutionForwardWorkspaceSize(
    cudnnHandle_t handle, cudnnTensorDescriptor_t x, cudnnFilterDescriptor_t w,
    cudnnConvolutionDescriptor_t convolution, cudnnTensorDescriptor_t y,
    cudnnConvolutionFwdAlgo_t algorithm, size_t* bytes) {
  constexpr const char* kName = "cudnnGetConvolutionForwardWorkspaceSize";
  return entry(kName, CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::dnn_handles().at(handle);
    stubs::demand_forward_algorithm(algorithm);
    return stubs::tell(kName, stubs::shape_of(x, w, convolution, y), algorithm, bytes);
  });
}

cudnnStatus_t cudnnGetConvolutionBackwardDataWorkspaceSize(
    cudnnHandle_t handle, cudnnFilterDescriptor_t w, cudnnTensorDescriptor_t dy,
    cudnnConvolutionDescriptor_t convolution, cudnnTensorDescriptor_t dx,
    cudnnConvolutionBwdDataAlgo_t algorithm, size_t* bytes) {
  constexpr const char* kName = "cudnnGetConvolutionBackwardDataWorkspaceSize";
  return entry(kName, CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::dnn_handles().at(handle);
    demand(algorithm == CUDNN_CONVOLUTION_BWD_DATA_ALGO_1, "an algorithm that adds atomically");
    return stubs::tell(kName, stubs::shape_of(dx, w, convolution, dy), 2, bytes);
  });
}

cudnnStatus_t cudnnGetConvolutionBackwardFilterWorkspaceSize(
    cudnnHandle_t handle, cudnnTensorDescriptor_t x, cudnnTensorDescriptor_t dy,
    cudnnConvolutionDescriptor_t convolution, cudnnFilterDescriptor_t dw,
    cudnnConvolutionBwdFilterAlgo_t algorithm, size_t* bytes) {
  constexpr const char* kName = "cudnnGetConvolutionBackwardFilterWorkspaceSize";
  return entry(kName, CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::dnn_handles().at(handle);
    demand(algorithm == CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1, "an algorithm that adds atomically");
    return stubs::tell(kName, stubs::shape_of(x, dw, convolution, dy), 3, bytes);
  });
}

cudnnStatus_t cudnnConvolutionForward(cudnnHandle_t handle, const void* alpha,
                                      cudnnTensorDescriptor_t x_descriptor, const void* x,
                                      cudnnFilterDescriptor_t w_descriptor, const void* w,
                                      cudnnConvolutionDescriptor_t convolution,
                                      cudnnConvolutionFwdAlgo_t algorithm, void* workspace,
                                      size_t workspace_bytes, const void* beta,
                                      cudnnTensorDescriptor_t y_descriptor, void* y) {
  return entry("cudnnConvolutionForward", CUDNN_STATUS_BAD_PARAM, [&] {
    cudaStream_t stream = stubs::stream_of(handle);
    stubs::demand_forward_algorithm(algorithm);
    const Shape s = stubs::shape_of(x_descriptor, w_descriptor, convolution, y_descriptor);
    demand(stubs::scale_at(alpha, "alpha") == 1, "alpha is not 1");
    demand(stubs::scale_at(beta, "beta") == 0, "beta is not 0");
    const Workspace work = {workspace, workspace_bytes};
    stubs::demand_operands({x, s.x, "x"}, {w, s.w, "w"}, {y, s.y, "y"}, work,
                           stubs::workspace_of(s, algorithm));
    return stubs::submit(stream, s.y, y, 0, work, stubs::forward_pass(s, x, w), stubs::kAsItIs);
  });
}

cudnnStatus_t cudnnConvolutionBiasActivationForward(
    cudnnHandle_t handle, const void* alpha1, cudnnTensorDescriptor_t x_descriptor, const void* x,
    cudnnFilterDescriptor_t w_descriptor, const void* w, cudnnConvolutionDescriptor_t convolution,
    cudnnConvolutionFwdAlgo_t algorithm, void* workspace, size_t workspace_bytes,
    const void* alpha2, cudnnTensorDescriptor_t z_descriptor, const void* z,
    cudnnTensorDescriptor_t bias_descriptor, const void* bias,
    cudnnActivationDescriptor_t activation, cudnnTensorDescriptor_t y_descriptor, void* y) {
  return entry("cudnnConvolutionBiasActivationForward", CUDNN_STATUS_BAD_PARAM, [&] {
    cudaStream_t stream = stubs::stream_of(handle);
    stubs::demand_forward_algorithm(algorithm);
    const Shape s = stubs::shape_of(x_descriptor, w_descriptor, convolution, y_descriptor);
    const auto relu = stubs::activations().at(activation).relu;
    demand(relu.has_value(), "an activation that was not set");
    demand(*relu || algorithm == CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM,
           "the identity by another algorithm than IMPLICIT_PRECOMP_GEMM");
    const float residual = stubs::scale_at(alpha2, "alpha2");
    demand(stubs::scale_at(alpha1, "alpha1") == 1, "alpha1 is not 1");
    demand(residual == 0 || residual == 1, "alpha2 is neither 0 nor 1");
    const stubs::Tensor& per_output = stubs::tensors().at(bias_descriptor);
    demand(per_output == stubs::Tensor{s.y.type, 1, 1, 1, s.y.channels},
           "the bias is no number an output");
    demand(stubs::tensors().at(z_descriptor) == s.y, "z and y differ in shape");
    const Workspace work = {workspace, workspace_bytes};
    const Operand out = {y, s.y, "y"}, added = {z, s.y, "z"}, biases = {bias, per_output, "bias"};
    stubs::demand_operands({x, s.x, "x"}, {w, s.w, "w"}, out, work,
                           stubs::workspace_of(s, algorithm));
    stubs::demand_on_device(added.range());
    stubs::demand_on_device(biases.range());
    stubs::demand_apart(biases.range(), out.range());
    if (residual != 0) stubs::demand_apart(added.range(), out.range());
    const auto finish = [s, residual, z, bias, relu](std::vector<double>& sums) {
      for (size_t i = 0; i < sums.size(); ++i) {
        const auto at = static_cast<int64_t>(i);
        sums[i] += read(s.y.type, bias, at % s.y.channels);
        if (residual != 0) sums[i] += read(s.y.type, z, at);
        if (*relu && sums[i] < 0) sums[i] = 0;
      }
    };
    return stubs::submit(stream, s.y, y, 0, work, stubs::forward_pass(s, x, w), finish);
  });
}

cudnnStatus_t cudnnConvolutionBackwardData(cudnnHandle_t handle, const void* alpha,
                                           cudnnFilterDescriptor_t w_descriptor, const void* w,
                                           cudnnTensorDescriptor_t dy_descriptor, const void* dy,
                                           cudnnConvolutionDescriptor_t convolution,
                                           cudnnConvolutionBwdDataAlgo_t algorithm, void* workspace,
                                           size_t workspace_bytes, const void* beta,
                                           cudnnTensorDescriptor_t dx_descriptor, void* dx) {
  return entry("cudnnConvolutionBackwardData", CUDNN_STATUS_BAD_PARAM, [&] {
    cudaStream_t stream = stubs::stream_of(handle);
    demand(algorithm == CUDNN_CONVOLUTION_BWD_DATA_ALGO_1, "an algorithm that adds atomically");
    const Shape s = stubs::shape_of(dx_descriptor, w_descriptor, convolution, dy_descriptor);
    const float old = stubs::scale_at(beta, "beta");
    demand(stubs::scale_at(alpha, "alpha") == 1, "alpha is not 1");
    demand(old == 0 || old == 1, "beta is neither 0 nor 1");
    const Workspace work = {workspace, workspace_bytes};
    stubs::demand_operands({w, s.w, "w"}, {dy, s.y, "dy"}, {dx, s.x, "dx"}, work,
                           stubs::workspace_of(s, 2));
    const auto pass = [s, w, dy](std::vector<double>& sums) {
      const auto from = stubs::factor(s.y, dy, s.tf32()), with = stubs::factor(s.w, w, s.tf32());
      stubs::for_each_product(s, [&](int64_t out, int64_t in, int64_t weight) {
        sums[static_cast<size_t>(in)] +=
            from[static_cast<size_t>(out)] * with[static_cast<size_t>(weight)];
      });
    };
    return stubs::submit(stream, s.x, dx, old, work, pass, stubs::kAsItIs);
  });
}

cudnnStatus_t cudnnConvolutionBackwardFilter(
    cudnnHandle_t handle, const void* alpha, cudnnTensorDescriptor_t x_descriptor, const void* x,
    cudnnTensorDescriptor_t dy_descriptor, const void* dy, cudnnConvolutionDescriptor_t convolution,
    cudnnConvolutionBwdFilterAlgo_t algorithm, void* workspace, size_t workspace_bytes,
    const void* beta, cudnnFilterDescriptor_t dw_descriptor, void* dw) {
  return entry("cudnnConvolutionBackwardFilter", CUDNN_STATUS_BAD_PARAM, [&] {
    cudaStream_t stream = stubs::stream_of(handle);
    demand(algorithm == CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1, "an algorithm that adds atomically");
    const Shape s = stubs::shape_of(x_descriptor, dw_descriptor, convolution, dy_descriptor);
    demand(stubs::scale_at(alpha, "alpha") == 1, "alpha is not 1");
    demand(stubs::scale_at(beta, "beta") == 0, "beta is not 0");
    const Workspace work = {workspace, workspace_bytes};
    stubs::demand_operands({x, s.x, "x"}, {dy, s.y, "dy"}, {dw, s.w, "dw"}, work,
                           stubs::workspace_of(s, 3));
    const auto pass = [s, x, dy](std::vector<double>& sums) {
      const auto from = stubs::factor(s.x, x, s.tf32()), with = stubs::factor(s.y, dy, s.tf32());
      stubs::for_each_product(s, [&](int64_t out, int64_t in, int64_t weight) {
        sums[static_cast<size_t>(weight)] +=
            from[static_cast<size_t>(in)] * with[static_cast<size_t>(out)];
      });
    };
    return stubs::submit(stream, s.w, dw, 0, work, pass, stubs::kAsItIs);
  });
}

}  // extern "C"
}  // namespace storyteller
