#pragma once

#include <cstddef>

#include <cuda_runtime_api.h>

// What the project calls of cuDNN 9, as kernels/cuda/cublaslt_api.h does of cuBLASLt: the numbers
// are those of NVIDIA's documentation, and tests/cuda/host/cudnn_header_test.cc compares them with
// the real header where there is one.
namespace storyteller {

// NOLINTBEGIN(readability-identifier-naming): the names are those of NVIDIA's documentation.

/// Opaque: made and ended by the library alone.
struct cudnnContext;
struct cudnnTensorStruct;
struct cudnnFilterStruct;
struct cudnnActivationStruct;
struct cudnnConvolutionStruct;
using cudnnHandle_t = cudnnContext*;
using cudnnTensorDescriptor_t = cudnnTensorStruct*;
using cudnnFilterDescriptor_t = cudnnFilterStruct*;
using cudnnActivationDescriptor_t = cudnnActivationStruct*;
using cudnnConvolutionDescriptor_t = cudnnConvolutionStruct*;

/// Thousands are categories, what follows them tells more: cudnn_category.
enum cudnnStatus_t : int {
  CUDNN_STATUS_SUCCESS = 0,
  CUDNN_STATUS_NOT_INITIALIZED = 1001,
  CUDNN_STATUS_BAD_PARAM = 2000,
  CUDNN_STATUS_NOT_SUPPORTED = 3000,
  CUDNN_STATUS_INTERNAL_ERROR = 4000,
  CUDNN_STATUS_EXECUTION_FAILED = 5000,
};

enum cudnnDataType_t : int { CUDNN_DATA_FLOAT = 0, CUDNN_DATA_BFLOAT16 = 9 };

enum cudnnTensorFormat_t : int { CUDNN_TENSOR_NCHW = 0, CUDNN_TENSOR_NHWC = 1 };

enum cudnnMathType_t : int {
  CUDNN_DEFAULT_MATH = 0,    ///< tf32 for float
  CUDNN_TENSOR_OP_MATH = 1,  ///< tensor cores in the inputs' type
  CUDNN_FMA_MATH = 3,        ///< float32
};

enum cudnnConvolutionMode_t : int { CUDNN_CONVOLUTION = 0, CUDNN_CROSS_CORRELATION = 1 };

enum cudnnConvolutionFwdAlgo_t : int {
  CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM = 0,
  CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM = 1,
};
enum cudnnConvolutionBwdDataAlgo_t : int { CUDNN_CONVOLUTION_BWD_DATA_ALGO_1 = 1 };
enum cudnnConvolutionBwdFilterAlgo_t : int { CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1 = 1 };

enum cudnnActivationMode_t : int { CUDNN_ACTIVATION_RELU = 1, CUDNN_ACTIVATION_IDENTITY = 5 };
enum cudnnNanPropagation_t : int { CUDNN_PROPAGATE_NAN = 1 };

// NOLINTEND(readability-identifier-naming)

/// CUDNN_STATUS_NOT_SUPPORTED for every way of not being supported, and so on.
constexpr int cudnn_category(cudnnStatus_t status) {
  return static_cast<int>(status) / 1000 * 1000;
}

/// The library's functions. Pointers named alpha and beta are the host's, to float.
struct CudnnFunctions {
  size_t (*version)();  ///< 10000 major + 100 minor + patch
  cudnnStatus_t (*create)(cudnnHandle_t* handle);
  cudnnStatus_t (*destroy)(cudnnHandle_t handle);
  cudnnStatus_t (*set_stream)(cudnnHandle_t handle, cudaStream_t stream);
  const char* (*error_string)(cudnnStatus_t status);
  void (*last_error_string)(char* message, size_t room);

  cudnnStatus_t (*tensor_create)(cudnnTensorDescriptor_t* tensor);
  cudnnStatus_t (*tensor_destroy)(cudnnTensorDescriptor_t tensor);
  cudnnStatus_t (*tensor_set)(cudnnTensorDescriptor_t tensor, cudnnTensorFormat_t format,
                              cudnnDataType_t type, int images, int channels, int height,
                              int width);
  cudnnStatus_t (*filter_create)(cudnnFilterDescriptor_t* filter);
  cudnnStatus_t (*filter_destroy)(cudnnFilterDescriptor_t filter);
  cudnnStatus_t (*filter_set)(cudnnFilterDescriptor_t filter, cudnnDataType_t type,
                              cudnnTensorFormat_t format, int outputs, int channels, int height,
                              int width);
  cudnnStatus_t (*activation_create)(cudnnActivationDescriptor_t* activation);
  cudnnStatus_t (*activation_destroy)(cudnnActivationDescriptor_t activation);
  cudnnStatus_t (*activation_set)(cudnnActivationDescriptor_t activation,
                                  cudnnActivationMode_t mode, cudnnNanPropagation_t nan,
                                  double coefficient);
  cudnnStatus_t (*convolution_create)(cudnnConvolutionDescriptor_t* convolution);
  cudnnStatus_t (*convolution_destroy)(cudnnConvolutionDescriptor_t convolution);
  cudnnStatus_t (*convolution_set)(cudnnConvolutionDescriptor_t convolution, int padding_height,
                                   int padding_width, int stride_height, int stride_width,
                                   int dilation_height, int dilation_width,
                                   cudnnConvolutionMode_t mode, cudnnDataType_t compute);
  cudnnStatus_t (*convolution_set_math)(cudnnConvolutionDescriptor_t convolution,
                                        cudnnMathType_t math);
  cudnnStatus_t (*convolution_set_groups)(cudnnConvolutionDescriptor_t convolution, int groups);

  cudnnStatus_t (*forward_workspace)(cudnnHandle_t handle, cudnnTensorDescriptor_t x,
                                     cudnnFilterDescriptor_t w,
                                     cudnnConvolutionDescriptor_t convolution,
                                     cudnnTensorDescriptor_t y, cudnnConvolutionFwdAlgo_t algorithm,
                                     size_t* bytes);
  cudnnStatus_t (*input_gradient_workspace)(cudnnHandle_t handle, cudnnFilterDescriptor_t w,
                                            cudnnTensorDescriptor_t dy,
                                            cudnnConvolutionDescriptor_t convolution,
                                            cudnnTensorDescriptor_t dx,
                                            cudnnConvolutionBwdDataAlgo_t algorithm, size_t* bytes);
  cudnnStatus_t (*weight_gradient_workspace)(cudnnHandle_t handle, cudnnTensorDescriptor_t x,
                                             cudnnTensorDescriptor_t dy,
                                             cudnnConvolutionDescriptor_t convolution,
                                             cudnnFilterDescriptor_t dw,
                                             cudnnConvolutionBwdFilterAlgo_t algorithm,
                                             size_t* bytes);

  /// y = alpha conv(x, w) + beta y; the gradients likewise.
  cudnnStatus_t (*forward)(cudnnHandle_t handle, const void* alpha,
                           cudnnTensorDescriptor_t x_descriptor, const void* x,
                           cudnnFilterDescriptor_t w_descriptor, const void* w,
                           cudnnConvolutionDescriptor_t convolution,
                           cudnnConvolutionFwdAlgo_t algorithm, void* workspace,
                           size_t workspace_bytes, const void* beta,
                           cudnnTensorDescriptor_t y_descriptor, void* y);
  /// y = activation(alpha1 conv(x, w) + alpha2 z + bias).
  cudnnStatus_t (*fused_forward)(
      cudnnHandle_t handle, const void* alpha1, cudnnTensorDescriptor_t x_descriptor, const void* x,
      cudnnFilterDescriptor_t w_descriptor, const void* w, cudnnConvolutionDescriptor_t convolution,
      cudnnConvolutionFwdAlgo_t algorithm, void* workspace, size_t workspace_bytes,
      const void* alpha2, cudnnTensorDescriptor_t z_descriptor, const void* z,
      cudnnTensorDescriptor_t bias_descriptor, const void* bias,
      cudnnActivationDescriptor_t activation, cudnnTensorDescriptor_t y_descriptor, void* y);
  cudnnStatus_t (*input_gradient)(cudnnHandle_t handle, const void* alpha,
                                  cudnnFilterDescriptor_t w_descriptor, const void* w,
                                  cudnnTensorDescriptor_t dy_descriptor, const void* dy,
                                  cudnnConvolutionDescriptor_t convolution,
                                  cudnnConvolutionBwdDataAlgo_t algorithm, void* workspace,
                                  size_t workspace_bytes, const void* beta,
                                  cudnnTensorDescriptor_t dx_descriptor, void* dx);
  cudnnStatus_t (*weight_gradient)(cudnnHandle_t handle, const void* alpha,
                                   cudnnTensorDescriptor_t x_descriptor, const void* x,
                                   cudnnTensorDescriptor_t dy_descriptor, const void* dy,
                                   cudnnConvolutionDescriptor_t convolution,
                                   cudnnConvolutionBwdFilterAlgo_t algorithm, void* workspace,
                                   size_t workspace_bytes, const void* beta,
                                   cudnnFilterDescriptor_t dw_descriptor, void* dw);
};

/// Calls visit(symbol, function pointer) for each.
template <class Functions, class Visit>
void for_each_cudnn_function(Functions& f, const Visit& visit) {
  visit("cudnnGetVersion", f.version);
  visit("cudnnCreate", f.create);
  visit("cudnnDestroy", f.destroy);
  visit("cudnnSetStream", f.set_stream);
  visit("cudnnGetErrorString", f.error_string);
  visit("cudnnGetLastErrorString", f.last_error_string);
  visit("cudnnCreateTensorDescriptor", f.tensor_create);
  visit("cudnnDestroyTensorDescriptor", f.tensor_destroy);
  visit("cudnnSetTensor4dDescriptor", f.tensor_set);
  visit("cudnnCreateFilterDescriptor", f.filter_create);
  visit("cudnnDestroyFilterDescriptor", f.filter_destroy);
  visit("cudnnSetFilter4dDescriptor", f.filter_set);
  visit("cudnnCreateActivationDescriptor", f.activation_create);
  visit("cudnnDestroyActivationDescriptor", f.activation_destroy);
  visit("cudnnSetActivationDescriptor", f.activation_set);
  visit("cudnnCreateConvolutionDescriptor", f.convolution_create);
  visit("cudnnDestroyConvolutionDescriptor", f.convolution_destroy);
  visit("cudnnSetConvolution2dDescriptor", f.convolution_set);
  visit("cudnnSetConvolutionMathType", f.convolution_set_math);
  visit("cudnnSetConvolutionGroupCount", f.convolution_set_groups);
  visit("cudnnGetConvolutionForwardWorkspaceSize", f.forward_workspace);
  visit("cudnnGetConvolutionBackwardDataWorkspaceSize", f.input_gradient_workspace);
  visit("cudnnGetConvolutionBackwardFilterWorkspaceSize", f.weight_gradient_workspace);
  visit("cudnnConvolutionForward", f.forward);
  visit("cudnnConvolutionBiasActivationForward", f.fused_forward);
  visit("cudnnConvolutionBackwardData", f.input_gradient);
  visit("cudnnConvolutionBackwardFilter", f.weight_gradient);
}

}  // namespace storyteller
