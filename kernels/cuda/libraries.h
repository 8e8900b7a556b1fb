#pragma once

#include <memory>

#include <cublasLt.h>
#include <cudnn.h>

#include "kernels/cuda/context.h"

namespace storyteller {

/// What the project calls of cuBLASLt, typed by NVIDIA's own header.
struct CublasLt {
  decltype(&cublasLtCreate) create;
  decltype(&cublasLtDestroy) destroy;
  decltype(&cublasLtGetStatusName) status_name;
  decltype(&cublasLtMatmulDescCreate) operation_create;
  decltype(&cublasLtMatmulDescDestroy) operation_destroy;
  decltype(&cublasLtMatmulDescSetAttribute) operation_set;
  decltype(&cublasLtMatrixLayoutCreate) layout_create;
  decltype(&cublasLtMatrixLayoutDestroy) layout_destroy;
  decltype(&cublasLtMatmulPreferenceCreate) preference_create;
  decltype(&cublasLtMatmulPreferenceDestroy) preference_destroy;
  decltype(&cublasLtMatmulPreferenceSetAttribute) preference_set;
  decltype(&cublasLtMatmulAlgoGetHeuristic) get_heuristic;
  decltype(&cublasLtMatmul) matmul;

  /// Throws CudaError when the library is not found.
  CublasLt();
  /// Throws CudaError "what: cuBLASLt: status" unless `status` is success.
  void check(cublasStatus_t status, const char* what) const;
};

/// What the project calls of cuDNN.
struct Cudnn {
  decltype(&cudnnCreate) create;
  decltype(&cudnnDestroy) destroy;
  decltype(&cudnnSetStream) set_stream;
  decltype(&cudnnGetErrorString) error_string;
  decltype(&cudnnGetLastErrorString) last_error_string;
  decltype(&cudnnCreateTensorDescriptor) tensor_create;
  decltype(&cudnnDestroyTensorDescriptor) tensor_destroy;
  decltype(&cudnnSetTensor4dDescriptor) tensor_set;
  decltype(&cudnnCreateFilterDescriptor) filter_create;
  decltype(&cudnnDestroyFilterDescriptor) filter_destroy;
  decltype(&cudnnSetFilter4dDescriptor) filter_set;
  decltype(&cudnnCreateActivationDescriptor) activation_create;
  decltype(&cudnnDestroyActivationDescriptor) activation_destroy;
  decltype(&cudnnSetActivationDescriptor) activation_set;
  decltype(&cudnnCreateConvolutionDescriptor) convolution_create;
  decltype(&cudnnDestroyConvolutionDescriptor) convolution_destroy;
  decltype(&cudnnSetConvolution2dDescriptor) convolution_set;
  decltype(&cudnnSetConvolutionMathType) convolution_set_math;
  decltype(&cudnnSetConvolutionGroupCount) convolution_set_groups;
  decltype(&cudnnGetConvolutionForwardWorkspaceSize) forward_workspace;
  decltype(&cudnnGetConvolutionBackwardDataWorkspaceSize) input_gradient_workspace;
  decltype(&cudnnGetConvolutionBackwardFilterWorkspaceSize) weight_gradient_workspace;
  decltype(&cudnnConvolutionForward) forward;
  decltype(&cudnnConvolutionBiasActivationForward) fused_forward;
  decltype(&cudnnConvolutionBackwardData) input_gradient;
  decltype(&cudnnConvolutionBackwardFilter) weight_gradient;

  /// Throws CudaError when the library is not found.
  Cudnn();
  /// Throws CudaError "what: cuDNN: status: its last message" unless `status` is success.
  void check(cudnnStatus_t status, const char* what) const;
};

struct MatmulPlans;       // of kernels/cuda/matmul_cublaslt.cc
struct ConvolutionPlans;  // of kernels/cuda/convolution_cudnn.cc

/// Handles of one context, made at first use, and what was worked out for the shapes met so far.
struct CudaContext::Libraries {
 public:
  explicit Libraries(cudaStream_t stream) : stream_(stream) {}
  ~Libraries();
  Libraries(const Libraries&) = delete;
  Libraries& operator=(const Libraries&) = delete;

  /// The functions; throws CudaError when the library is not found.
  static const CublasLt& cublaslt();
  static const Cudnn& cudnn();
  static bool has_cudnn();

  cublasLtHandle_t cublaslt_handle();
  cudnnHandle_t cudnn_handle();  ///< works on the context's stream

  std::shared_ptr<MatmulPlans> matmul_plans;
  std::shared_ptr<ConvolutionPlans> convolution_plans;

 private:
  cudaStream_t stream_;
  cublasLtHandle_t cublaslt_handle_ = nullptr;
  cudnnHandle_t cudnn_handle_ = nullptr;
};

}  // namespace storyteller
