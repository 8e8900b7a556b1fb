// kernels/cuda/cudnn_api.h against NVIDIA's own header, as cublaslt_header_test.cc does.
#include <gtest/gtest.h>

#include "kernels/cuda/cudnn_api.h"

#if __has_include(<cudnn.h>)
#include <cudnn.h>
#endif

#if defined(CUDNN_MAJOR) && CUDNN_MAJOR == 9
#include "tests/cuda/host/erased_type.h"

namespace storyteller::cudnn_header_test {
namespace {

#define SAME_NUMBER(name) static_assert(static_cast<int>(name) == static_cast<int>(::name))
SAME_NUMBER(CUDNN_STATUS_SUCCESS);
SAME_NUMBER(CUDNN_STATUS_NOT_INITIALIZED);
SAME_NUMBER(CUDNN_STATUS_BAD_PARAM);
SAME_NUMBER(CUDNN_STATUS_NOT_SUPPORTED);
SAME_NUMBER(CUDNN_STATUS_INTERNAL_ERROR);
SAME_NUMBER(CUDNN_STATUS_EXECUTION_FAILED);
SAME_NUMBER(CUDNN_DATA_FLOAT);
SAME_NUMBER(CUDNN_DATA_BFLOAT16);
SAME_NUMBER(CUDNN_TENSOR_NCHW);
SAME_NUMBER(CUDNN_TENSOR_NHWC);
SAME_NUMBER(CUDNN_DEFAULT_MATH);
SAME_NUMBER(CUDNN_TENSOR_OP_MATH);
SAME_NUMBER(CUDNN_FMA_MATH);
SAME_NUMBER(CUDNN_CONVOLUTION);
SAME_NUMBER(CUDNN_CROSS_CORRELATION);
SAME_NUMBER(CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_GEMM);
SAME_NUMBER(CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM);
SAME_NUMBER(CUDNN_CONVOLUTION_BWD_DATA_ALGO_1);
SAME_NUMBER(CUDNN_CONVOLUTION_BWD_FILTER_ALGO_1);
SAME_NUMBER(CUDNN_ACTIVATION_RELU);
SAME_NUMBER(CUDNN_ACTIVATION_IDENTITY);
SAME_NUMBER(CUDNN_PROPAGATE_NAN);
#undef SAME_NUMBER

#define SAME_FUNCTION(symbol, member) \
  static_assert(same_interface<decltype(CudnnFunctions::member), decltype(&::symbol)>)
SAME_FUNCTION(cudnnGetVersion, version);
SAME_FUNCTION(cudnnCreate, create);
SAME_FUNCTION(cudnnDestroy, destroy);
SAME_FUNCTION(cudnnSetStream, set_stream);
SAME_FUNCTION(cudnnGetErrorString, error_string);
SAME_FUNCTION(cudnnGetLastErrorString, last_error_string);
SAME_FUNCTION(cudnnCreateTensorDescriptor, tensor_create);
SAME_FUNCTION(cudnnDestroyTensorDescriptor, tensor_destroy);
SAME_FUNCTION(cudnnSetTensor4dDescriptor, tensor_set);
SAME_FUNCTION(cudnnCreateFilterDescriptor, filter_create);
SAME_FUNCTION(cudnnDestroyFilterDescriptor, filter_destroy);
SAME_FUNCTION(cudnnSetFilter4dDescriptor, filter_set);
SAME_FUNCTION(cudnnCreateActivationDescriptor, activation_create);
SAME_FUNCTION(cudnnDestroyActivationDescriptor, activation_destroy);
SAME_FUNCTION(cudnnSetActivationDescriptor, activation_set);
SAME_FUNCTION(cudnnCreateConvolutionDescriptor, convolution_create);
SAME_FUNCTION(cudnnDestroyConvolutionDescriptor, convolution_destroy);
SAME_FUNCTION(cudnnSetConvolution2dDescriptor, convolution_set);
SAME_FUNCTION(cudnnSetConvolutionMathType, convolution_set_math);
SAME_FUNCTION(cudnnSetConvolutionGroupCount, convolution_set_groups);
SAME_FUNCTION(cudnnGetConvolutionForwardWorkspaceSize, forward_workspace);
SAME_FUNCTION(cudnnGetConvolutionBackwardDataWorkspaceSize, input_gradient_workspace);
SAME_FUNCTION(cudnnGetConvolutionBackwardFilterWorkspaceSize, weight_gradient_workspace);
SAME_FUNCTION(cudnnConvolutionForward, forward);
SAME_FUNCTION(cudnnConvolutionBiasActivationForward, fused_forward);
SAME_FUNCTION(cudnnConvolutionBackwardData, input_gradient);
SAME_FUNCTION(cudnnConvolutionBackwardFilter, weight_gradient);
#undef SAME_FUNCTION

// A category holds for all that begins with it.
static_assert(cudnn_category(static_cast<cudnnStatus_t>(::CUDNN_STATUS_NOT_SUPPORTED_SHAPE)) ==
              CUDNN_STATUS_NOT_SUPPORTED);
static_assert(cudnn_category(static_cast<cudnnStatus_t>(::CUDNN_STATUS_BAD_PARAM_NULL_POINTER)) ==
              CUDNN_STATUS_BAD_PARAM);

TEST(LibraryHeaders, CudnnIsDeclaredAsNvidiaDoes) {
  SUCCEED() << "compiled against the header of cuDNN " << CUDNN_VERSION;
}

}  // namespace
}  // namespace storyteller::cudnn_header_test
#else
TEST(LibraryHeaders, CudnnIsDeclaredAsNvidiaDoes) {
  GTEST_SKIP() << "no cudnn.h of cuDNN 9 is on this machine";
}
#endif
