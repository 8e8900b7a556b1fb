// cuDNN's convolutions through its C API, in NHWC: tensors by CUDNN_TENSOR_NHWC, weights by the
// same format, which for a filter means (O, h, w, C/groups). Float sums for bfloat16; for float,
// fp32 unless CudaOptions asks for tf32.
//
// One algorithm a pass, and those that cuDNN documents as deterministic and offers for NHWC:
//   forward          IMPLICIT_PRECOMP_GEMM, else IMPLICIT_GEMM
//   input gradient   CUDNN_CONVOLUTION_BWD_DATA_ALGO_1      (ALGO_0 adds atomically)
//   weight gradient  CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1    (ALGO_0 and ALGO_3 do)
// Since version 8 such a name stands for a family of kernels, among which cuDNN chooses by the
// sizes. Sizes that are refused are remembered, and go to the project's own kernels.
#include "kernels/cuda/convolution.h"

#include <array>
#include <map>
#include <memory>
#include <string>
#include <type_traits>

#include "kernels/cuda/error.h"
#include "kernels/cuda/libraries.h"

namespace storyteller {
namespace {

const Cudnn& dnn() { return CudaContext::Libraries::cudnn(); }

template <class Handle, cudnnStatus_t (*CudnnFunctions::*kDestroy)(Handle)>
struct Destroy {
  void operator()(std::remove_pointer_t<Handle>* handle) const { (dnn().*kDestroy)(handle); }
};
template <class Handle, cudnnStatus_t (*CudnnFunctions::*kDestroy)(Handle)>
using Owned = std::unique_ptr<std::remove_pointer_t<Handle>, Destroy<Handle, kDestroy>>;
using TensorDescriptor = Owned<cudnnTensorDescriptor_t, &Cudnn::tensor_destroy>;
using FilterDescriptor = Owned<cudnnFilterDescriptor_t, &Cudnn::filter_destroy>;
using ActivationDescriptor = Owned<cudnnActivationDescriptor_t, &Cudnn::activation_destroy>;
using ConvolutionDescriptor = Owned<cudnnConvolutionDescriptor_t, &Cudnn::convolution_destroy>;

/// What a pass over given sizes needs besides its pointers.
struct Plan {
  bool offered = false;
  bool fused_refused = false;  ///< the forward in one step with bias and activation was tried
  TensorDescriptor x, y, bias;
  FilterDescriptor weight;
  ConvolutionDescriptor convolution;
  cudnnConvolutionFwdAlgo_t forward = CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
  size_t workspace_bytes = 0;
};

constexpr auto kInputGradient = CUDNN_CONVOLUTION_BWD_DATA_ALGO_1;
constexpr auto kWeightGradient = CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1;

using Key = std::array<int64_t, 15>;

}  // namespace

struct ConvolutionPlans {
  std::map<Key, Plan> plans;
};

namespace {

template <class Descriptor, class Handle>
Descriptor made(cudnnStatus_t (*create)(Handle*), const char* what) {
  Handle handle = nullptr;
  dnn().check(create(&handle), what);
  return Descriptor(handle);
}

/// Whether cuDNN says that it does not offer this, in one of the ways in which it says so.
bool refused(cudnnStatus_t status) {
  const int category = cudnn_category(status);
  return category == CUDNN_STATUS_NOT_SUPPORTED || category == CUDNN_STATUS_BAD_PARAM;
}

/// The error's text names the sizes; made only when there is an error.
void check(cudnnStatus_t status, const char* what, const Conv2dSizes& s) {
  if (status == CUDNN_STATUS_SUCCESS) return;
  const std::string text = std::string(what) + " for " + std::to_string(s.I) + " x " +
                           std::to_string(s.H) + " x " + std::to_string(s.W) + " x " +
                           std::to_string(s.C) + " to " + std::to_string(s.O) +
                           " channels, window " + std::to_string(s.window.height) + " x " +
                           std::to_string(s.window.width) + ", stride " +
                           std::to_string(s.window.stride) + ", groups " + std::to_string(s.groups);
  dnn().check(status, text.c_str());
}

/// False, for now and later, when cuDNN refuses to do what its workspace query had offered.
bool finished(CudaContext& context, cudnnStatus_t status, const char* what, const Conv2dSizes& s,
              Plan* plan) {
  if (refused(status)) {
    plan->offered = false;
    return false;
  }
  try {
    check(status, what, s);
  } catch (const CudnnCannotBegin& error) {
    context.libraries().give_up_cudnn(error.what());
    return false;
  }
  context.launched(what);
  return true;
}

TensorDescriptor tensor(cudnnDataType_t type, int64_t I, int64_t C, int64_t H, int64_t W) {
  auto descriptor = made<TensorDescriptor>(dnn().tensor_create, "cudnnCreateTensorDescriptor");
  dnn().check(dnn().tensor_set(descriptor.get(), CUDNN_TENSOR_NHWC, type, static_cast<int>(I),
                               static_cast<int>(C), static_cast<int>(H), static_cast<int>(W)),
              "cudnnSetTensor4dDescriptor");
  return descriptor;
}

/// cuDNN pads both sides alike. Padding behind the last window that is read does not matter, so
/// what must agree is the count of windows.
bool has_even_padding(const Conv2dSizes& s) {
  Window even = s.window;
  even.padding.bottom = even.padding.top;
  even.padding.right = even.padding.left;
  return even.fits(s.H, s.W) && even.output_height(s.H) == s.out_height() &&
         even.output_width(s.W) == s.out_width();
}

void describe(const Conv2dSizes& s, cudnnDataType_t type, cudnnMathType_t math, Plan* plan) {
  const Window& w = s.window;
  const auto number = [](int64_t n) { return static_cast<int>(n); };
  plan->x = tensor(type, s.I, s.C, s.H, s.W);
  plan->y = tensor(type, s.I, s.O, s.out_height(), s.out_width());
  plan->bias = tensor(type, 1, s.O, 1, 1);
  plan->weight = made<FilterDescriptor>(dnn().filter_create, "cudnnCreateFilterDescriptor");
  dnn().check(dnn().filter_set(plan->weight.get(), type, CUDNN_TENSOR_NHWC, number(s.O),
                               number(s.C / s.groups), number(w.height), number(w.width)),
              "cudnnSetFilter4dDescriptor");
  plan->convolution =
      made<ConvolutionDescriptor>(dnn().convolution_create, "cudnnCreateConvolutionDescriptor");
  cudnnConvolutionDescriptor_t convolution = plan->convolution.get();
  dnn().check(dnn().convolution_set(convolution, number(w.padding.top), number(w.padding.left),
                                    number(w.stride), number(w.stride), 1, 1,
                                    CUDNN_CROSS_CORRELATION, CUDNN_DATA_FLOAT),
              "cudnnSetConvolution2dDescriptor");
  dnn().check(dnn().convolution_set_groups(convolution, number(s.groups)),
              "cudnnSetConvolutionGroupCount");
  dnn().check(dnn().convolution_set_math(convolution, math), "cudnnSetConvolutionMathType");
}

cudnnStatus_t ask_for_workspace(cudnnHandle_t handle, ConvolutionPass pass, Plan* plan) {
  size_t* bytes = &plan->workspace_bytes;
  const auto x = plan->x.get(), y = plan->y.get();
  const auto weight = plan->weight.get();
  const auto convolution = plan->convolution.get();
  if (pass == ConvolutionPass::kInputGradient) {
    return dnn().input_gradient_workspace(handle, weight, y, convolution, x, kInputGradient, bytes);
  }
  if (pass == ConvolutionPass::kWeightGradient) {
    return dnn().weight_gradient_workspace(handle, x, y, convolution, weight, kWeightGradient,
                                           bytes);
  }
  const cudnnStatus_t status =
      dnn().forward_workspace(handle, x, weight, convolution, y, plan->forward, bytes);
  if (!refused(status)) return status;
  plan->forward = CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM;
  return dnn().forward_workspace(handle, x, weight, convolution, y, plan->forward, bytes);
}

template <class T>
Plan& plan_for(CudaContext& context, ConvolutionPass pass, const Conv2dSizes& s) {
  CudaContext::Libraries& libraries = context.libraries();
  if (libraries.convolution_plans == nullptr) {
    libraries.convolution_plans = std::make_shared<ConvolutionPlans>();
  }
  const bool is_float = std::is_same_v<T, float>, tf32 = is_float && context.options().tf32;
  const Window& w = s.window;
  const Key key = {static_cast<int64_t>(pass),
                   is_float + 2 * tf32,
                   s.I,
                   s.H,
                   s.W,
                   s.C,
                   s.O,
                   s.groups,
                   w.height,
                   w.width,
                   w.stride,
                   w.padding.top,
                   w.padding.left,
                   w.padding.bottom,
                   w.padding.right};
  const auto [found, is_new] = libraries.convolution_plans->plans.try_emplace(key);
  Plan& plan = found->second;
  if (!is_new || !has_even_padding(s)) return plan;
  const cudnnMathType_t math =
      !is_float ? CUDNN_TENSOR_OP_MATH : (tf32 ? CUDNN_DEFAULT_MATH : CUDNN_FMA_MATH);
  try {
    describe(s, is_float ? CUDNN_DATA_FLOAT : CUDNN_DATA_BFLOAT16, math, &plan);
    const cudnnStatus_t status = ask_for_workspace(libraries.cudnn_handle(), pass, &plan);
    if (!refused(status)) check(status, "cuDNN's workspace of a convolution", s);
    plan.offered = status == CUDNN_STATUS_SUCCESS;
  } catch (const CudnnCannotBegin& error) {  // parts are loaded when they are first needed
    libraries.give_up_cudnn(error.what());
  }
  return plan;
}

/// In one step with what follows: y = activation(convolution + residual + bias). False when cuDNN
/// does not offer it.
template <class T>
bool fused_forward(cudnnHandle_t handle, const ConvolutionForward<T>& p, Plan* plan) {
  // It demands a bias, knows no other activations, and does the identity by this algorithm alone.
  if (p.bias == nullptr || p.activation == Activation::kRelu6 || plan->fused_refused ||
      plan->forward != CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM) {
    return false;
  }
  const auto activation =
      made<ActivationDescriptor>(dnn().activation_create, "cudnnCreateActivationDescriptor");
  dnn().check(dnn().activation_set(activation.get(),
                                   p.activation == Activation::kRelu ? CUDNN_ACTIVATION_RELU
                                                                     : CUDNN_ACTIVATION_IDENTITY,
                                   CUDNN_PROPAGATE_NAN, 0.0),
              "cudnnSetActivationDescriptor");
  const float one = 1, with_residual = p.residual != nullptr ? 1 : 0;
  const T* residual = p.residual != nullptr ? p.residual : p.y;
  const cudnnStatus_t status = dnn().fused_forward(
      handle, &one, plan->x.get(), p.x, plan->weight.get(), p.weight, plan->convolution.get(),
      plan->forward, p.workspace, plan->workspace_bytes, &with_residual, plan->y.get(), residual,
      plan->bias.get(), p.bias, activation.get(), plan->y.get(), p.y);
  if (refused(status)) {
    plan->fused_refused = true;
    return false;
  }
  check(status, "cudnnConvolutionBiasActivationForward", p.sizes);
  return true;
}

}  // namespace

template <class T>
std::optional<size_t> convolution_workspace(Cuda backend, ConvolutionPass pass,
                                            const Conv2dSizes& s) {
  if (!backend.context->libraries().has_cudnn()) return std::nullopt;
  const Plan& plan = plan_for<T>(*backend.context, pass, s);
  if (!plan.offered) return std::nullopt;
  return plan.workspace_bytes;
}

template <class T>
Convolved convolution_forward(Cuda backend, const ConvolutionForward<T>& p) {
  Plan& plan = plan_for<T>(*backend.context, ConvolutionPass::kForward, p.sizes);
  cudnnHandle_t handle = backend.context->libraries().cudnn_handle();
  try {
    if (fused_forward(handle, p, &plan)) {
      backend.context->launched("cudnnConvolutionBiasActivationForward");
      return Convolved::kFinished;
    }
  } catch (const CudnnCannotBegin& error) {
    backend.context->libraries().give_up_cudnn(error.what());
    return Convolved::kNothing;
  }
  const float one = 1, zero = 0;
  const cudnnStatus_t status = dnn().forward(
      handle, &one, plan.x.get(), p.x, plan.weight.get(), p.weight, plan.convolution.get(),
      plan.forward, p.workspace, plan.workspace_bytes, &zero, plan.y.get(), p.y);
  if (!finished(*backend.context, status, "cudnnConvolutionForward", p.sizes, &plan))
    return Convolved::kNothing;
  const bool rest = p.bias != nullptr || p.residual != nullptr || p.activation != Activation::kNone;
  return rest ? Convolved::kAlone : Convolved::kFinished;
}

template <class T>
Convolved convolution_input_gradient(Cuda backend, const ConvolutionInputGradient<T>& p) {
  Plan& plan = plan_for<T>(*backend.context, ConvolutionPass::kInputGradient, p.sizes);
  const float one = 1, beta = p.accumulate ? 1 : 0;
  const cudnnStatus_t status =
      dnn().input_gradient(backend.context->libraries().cudnn_handle(), &one, plan.weight.get(),
                           p.weight, plan.y.get(), p.dy, plan.convolution.get(), kInputGradient,
                           p.workspace, plan.workspace_bytes, &beta, plan.x.get(), p.dx);
  return finished(*backend.context, status, "cudnnConvolutionBackwardData", p.sizes, &plan)
             ? Convolved::kFinished
             : Convolved::kNothing;
}

template <class T>
Convolved convolution_weight_gradient(Cuda backend, const ConvolutionWeightGradient<T>& p) {
  Plan& plan = plan_for<T>(*backend.context, ConvolutionPass::kWeightGradient, p.sizes);
  const float one = 1, zero = 0;
  const cudnnStatus_t status =
      dnn().weight_gradient(backend.context->libraries().cudnn_handle(), &one, plan.x.get(), p.x,
                            plan.y.get(), p.dy, plan.convolution.get(), kWeightGradient,
                            p.workspace, plan.workspace_bytes, &zero, plan.weight.get(), p.dweight);
  return finished(*backend.context, status, "cudnnConvolutionBackwardFilter", p.sizes, &plan)
             ? Convolved::kFinished
             : Convolved::kNothing;
}

#define STORYTELLER_INSTANTIATE(T)                                                            \
  template std::optional<size_t> convolution_workspace<T>(Cuda, ConvolutionPass,              \
                                                          const Conv2dSizes&);                \
  template Convolved convolution_forward<T>(Cuda, const ConvolutionForward<T>&);              \
  template Convolved convolution_input_gradient<T>(Cuda, const ConvolutionInputGradient<T>&); \
  template Convolved convolution_weight_gradient<T>(Cuda, const ConvolutionWeightGradient<T>&);
STORYTELLER_INSTANTIATE(float)
STORYTELLER_INSTANTIATE(bfloat16)
#undef STORYTELLER_INSTANTIATE

}  // namespace storyteller
