// Handles and descriptors of the stub of cuDNN.
#include <cstdio>

#include "tests/emulation/stubs/cudnn.h"
#include "tests/emulation/stubs/device_range.h"

namespace stubs {
namespace {

void check_balance() {
  activations().demand_none();
  if (dnn_handles().count() > 0) return;  // of a context that lives as long as the program
  tensors().demand_none();
  filters().demand_none();
  convolutions().demand_none();
}

Tensor tensor(storyteller::cudnnTensorFormat_t format, storyteller::cudnnDataType_t type, int count,
              int channels, int height, int width) {
  demand(format == storyteller::CUDNN_TENSOR_NHWC, "another layout than NHWC");
  demand(type == storyteller::CUDNN_DATA_FLOAT || type == storyteller::CUDNN_DATA_BFLOAT16,
         "neither float nor bfloat16");
  demand(count >= 1 && channels >= 1 && height >= 1 && width >= 1, "a dimension below 1");
  return {type == storyteller::CUDNN_DATA_FLOAT ? Element::kFloat : Element::kBFloat16, count,
          height, width, channels};
}

}  // namespace

DnnHandles& dnn_handles() {
  static auto* all = new DnnHandles("cuDNN handle");
  return *all;
}
Tensors& tensors() {
  static auto* all = new Tensors("tensor descriptor");
  return *all;
}
Filters& filters() {
  static auto* all = new Filters("filter descriptor");
  return *all;
}
Activations& activations() {
  static auto* all = new Activations("activation descriptor");
  return *all;
}
Convolutions& convolutions() {
  static auto* all = new Convolutions("convolution descriptor");
  return *all;
}

std::string Shape::text() const {
  std::string text;
  for (const int64_t n : {x.count, x.height, x.width, x.channels}) text += std::to_string(n) + "x";
  text.back() = '-';
  return text + std::to_string(y.channels);
}

Shape shape_of(storyteller::cudnnTensorDescriptor_t x, storyteller::cudnnFilterDescriptor_t w,
               storyteller::cudnnConvolutionDescriptor_t convolution,
               storyteller::cudnnTensorDescriptor_t y) {
  const Shape s = {tensors().at(x), tensors().at(y), filters().at(w),
                   convolutions().at(convolution)};
  const Convolution& c = s.convolution;
  demand(s.x.count > 0 && s.y.count > 0 && s.w.count > 0 && c.stride_height > 0,
         "a descriptor that was not set");
  demand(s.x.type == s.w.type && s.x.type == s.y.type, "x, w and y differ in type");
  demand(c.math.has_value(), "the kind of arithmetic is left to its default");
  demand((s.x.type == Element::kBFloat16) == (c.math == storyteller::CUDNN_TENSOR_OP_MATH),
         "arithmetic of another type");
  demand(s.x.channels % c.groups == 0 && s.y.channels % c.groups == 0,
         "channels that are no multiple of the groups");
  demand(s.w.channels == s.x.channels / c.groups, "the filter has not the channels of a group");
  demand(s.w.count == s.y.channels && s.x.count == s.y.count, "x, w and y differ in count");
  const auto outputs = [](int64_t size, int64_t padding, int64_t window, int64_t stride) {
    return (size + 2 * padding - window) / stride + 1;
  };
  demand(s.y.height == outputs(s.x.height, c.padding_height, s.w.height, c.stride_height) &&
             s.y.width == outputs(s.x.width, c.padding_width, s.w.width, c.stride_width),
         "y has not the size of the convolution");
  return s;
}

size_t workspace_of(const Shape& s, int algorithm) {
  const int64_t sum = s.x.count + s.x.height + s.x.channels + s.y.channels + algorithm;
  return static_cast<size_t>(sum % 3) * 256;
}

}  // namespace stubs

namespace storyteller {

using stubs::demand;
using stubs::entry;

extern "C" {

size_t cudnnGetVersion() { return 91300; }

const char* cudnnGetErrorString(cudnnStatus_t status) {
  switch (status) {
    case CUDNN_STATUS_SUCCESS:
      return "CUDNN_STATUS_SUCCESS";
    case CUDNN_STATUS_NOT_INITIALIZED:
      return "CUDNN_STATUS_NOT_INITIALIZED";
    case CUDNN_STATUS_BAD_PARAM:
      return "CUDNN_STATUS_BAD_PARAM";
    case CUDNN_STATUS_NOT_SUPPORTED:
      return "CUDNN_STATUS_NOT_SUPPORTED";
    case CUDNN_STATUS_EXECUTION_FAILED:
      return "CUDNN_STATUS_EXECUTION_FAILED";
    default:
      return "another CUDNN_STATUS";
  }
}

void cudnnGetLastErrorString(char* message, size_t room) {
  std::snprintf(message, room, "%s", stubs::last_failure().c_str());
}

cudnnStatus_t cudnnCreate(cudnnHandle_t* handle) {
  return entry("cudnnCreate", CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::check_at_exit(stubs::check_balance);
    stubs::dnn_handles().create(handle, {});
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnDestroy(cudnnHandle_t handle) {
  return entry("cudnnDestroy", CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::dnn_handles().destroy(handle);
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnSetStream(cudnnHandle_t handle, cudaStream_t stream) {
  return entry("cudnnSetStream", CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::DnnHandle& context = stubs::dnn_handles().at(handle);
    stubs::demand_stream(stream);
    demand(context.stream == nullptr, "the handle has its stream");
    demand(stubs::dnn_handles().other(
               handle, [&](const auto& other) { return other.stream == stream; }) == nullptr,
           "two handles work for one context");
    context.stream = stream;
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnCreateTensorDescriptor(cudnnTensorDescriptor_t* tensor) {
  return entry("cudnnCreateTensorDescriptor", CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::tensors().create(tensor, {});
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnDestroyTensorDescriptor(cudnnTensorDescriptor_t tensor) {
  return entry("cudnnDestroyTensorDescriptor", CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::tensors().destroy(tensor);
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnSetTensor4dDescriptor(cudnnTensorDescriptor_t tensor, cudnnTensorFormat_t format,
                                         cudnnDataType_t type, int images, int channels, int height,
                                         int width) {
  return entry("cudnnSetTensor4dDescriptor", CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::tensors().at(tensor) = stubs::tensor(format, type, images, channels, height, width);
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnCreateFilterDescriptor(cudnnFilterDescriptor_t* filter) {
  return entry("cudnnCreateFilterDescriptor", CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::filters().create(filter, {});
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnDestroyFilterDescriptor(cudnnFilterDescriptor_t filter) {
  return entry("cudnnDestroyFilterDescriptor", CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::filters().destroy(filter);
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnSetFilter4dDescriptor(cudnnFilterDescriptor_t filter, cudnnDataType_t type,
                                         cudnnTensorFormat_t format, int outputs, int channels,
                                         int height, int width) {
  return entry("cudnnSetFilter4dDescriptor", CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::filters().at(filter) = {stubs::tensor(format, type, outputs, channels, height, width)};
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnCreateActivationDescriptor(cudnnActivationDescriptor_t* activation) {
  return entry("cudnnCreateActivationDescriptor", CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::activations().create(activation, {});
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnDestroyActivationDescriptor(cudnnActivationDescriptor_t activation) {
  return entry("cudnnDestroyActivationDescriptor", CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::activations().destroy(activation);
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnSetActivationDescriptor(cudnnActivationDescriptor_t activation,
                                           cudnnActivationMode_t mode, cudnnNanPropagation_t nan,
                                           double coefficient) {
  return entry("cudnnSetActivationDescriptor", CUDNN_STATUS_BAD_PARAM, [&] {
    demand(mode == CUDNN_ACTIVATION_RELU || mode == CUDNN_ACTIVATION_IDENTITY,
           "an activation that no convolution is fused with");
    demand(nan == CUDNN_PROPAGATE_NAN, "an activation that hides what is not a number");
    demand(coefficient == 0, "a coefficient without meaning");
    stubs::activations().at(activation).relu = mode == CUDNN_ACTIVATION_RELU;
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnCreateConvolutionDescriptor(cudnnConvolutionDescriptor_t* convolution) {
  return entry("cudnnCreateConvolutionDescriptor", CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::convolutions().create(convolution, {});
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnDestroyConvolutionDescriptor(cudnnConvolutionDescriptor_t convolution) {
  return entry("cudnnDestroyConvolutionDescriptor", CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::convolutions().destroy(convolution);
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnSetConvolution2dDescriptor(cudnnConvolutionDescriptor_t convolution,
                                              int padding_height, int padding_width,
                                              int stride_height, int stride_width,
                                              int dilation_height, int dilation_width,
                                              cudnnConvolutionMode_t mode,
                                              cudnnDataType_t compute) {
  return entry("cudnnSetConvolution2dDescriptor", CUDNN_STATUS_BAD_PARAM, [&] {
    demand(padding_height >= 0 && padding_width >= 0, "a padding below 0");
    demand(stride_height >= 1 && stride_width >= 1, "a stride below 1");
    demand(dilation_height == 1 && dilation_width == 1, "a dilation other than 1");
    demand(mode == CUDNN_CROSS_CORRELATION, "a filter that is turned round");
    demand(compute == CUDNN_DATA_FLOAT, "sums of another type than float");
    stubs::Convolution& c = stubs::convolutions().at(convolution);
    c.padding_height = padding_height;
    c.padding_width = padding_width;
    c.stride_height = stride_height;
    c.stride_width = stride_width;
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnSetConvolutionMathType(cudnnConvolutionDescriptor_t convolution,
                                          cudnnMathType_t math) {
  return entry("cudnnSetConvolutionMathType", CUDNN_STATUS_BAD_PARAM, [&] {
    stubs::convolutions().at(convolution).math = math;
    return CUDNN_STATUS_SUCCESS;
  });
}

cudnnStatus_t cudnnSetConvolutionGroupCount(cudnnConvolutionDescriptor_t convolution, int groups) {
  return entry("cudnnSetConvolutionGroupCount", CUDNN_STATUS_BAD_PARAM, [&] {
    demand(groups >= 1, "fewer groups than 1");
    stubs::convolutions().at(convolution).groups = groups;
    return CUDNN_STATUS_SUCCESS;
  });
}

}  // extern "C"
}  // namespace storyteller
