#pragma once

#include <memory>

#include "kernels/cuda/context.h"
#include "kernels/cuda/cublaslt_api.h"
#include "kernels/cuda/cudnn_api.h"

namespace storyteller {

/// The functions of a loaded cuBLASLt.
struct CublasLt : CublasLtFunctions {
  /// Throws CudaError when the library is not found or lacks a function.
  CublasLt();
  /// Throws CudaError "what: cuBLASLt: status" unless `status` is success.
  void check(cublasStatus_t status, const char* what) const;
};

/// The functions of a loaded cuDNN.
struct Cudnn : CudnnFunctions {
  /// Throws CudaError when the library is not found or lacks a function.
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
