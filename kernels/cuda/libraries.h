#pragma once

#include <memory>
#include <string>

#include "kernels/cuda/context.h"
#include "kernels/cuda/cublaslt_api.h"
#include "kernels/cuda/cudnn_api.h"
#include "kernels/cuda/error.h"

namespace storyteller {

/// The functions of a loaded cuBLASLt.
struct CublasLt : CublasLtFunctions {
  /// Throws CudaError when the library is not found or lacks a function.
  CublasLt();
  /// Throws CudaError "what: cuBLASLt: status" unless `status` is success.
  void check(cublasStatus_t status, const char* what) const;
};

/// A part of cuDNN could not be loaded or made ready: nothing of it can be used.
class CudnnCannotBegin : public CudaError {
 public:
  using CudaError::CudaError;
};

/// The functions of a loaded cuDNN.
struct Cudnn : CudnnFunctions {
  /// Throws CudaError when the library is not found or lacks a function.
  Cudnn();
  /// Throws CudaError "what: cuDNN: status: its last message" unless `status` is success; where a
  /// part of the library is missing, CudnnCannotBegin.
  void check(cudnnStatus_t status, const char* what) const;
};

struct MatmulPlans;       // of kernels/cuda/matmul_cublaslt.cc
struct ConvolutionPlans;  // of kernels/cuda/convolution_cudnn.cc

/// Handles of one context, made at first use, and what was worked out for the shapes met so far.
/// Neither library is needed: what cannot be used is done without.
struct CudaContext::Libraries {
 public:
  explicit Libraries(cudaStream_t stream) : stream_(stream) {}
  ~Libraries();
  Libraries(const Libraries&) = delete;
  Libraries& operator=(const Libraries&) = delete;

  /// The functions; throws CudaError when there is no library that can be used.
  static const CublasLt& cublaslt();
  static const Cudnn& cudnn();

  /// Whether the library computes here. Where one was found that does not, or cuBLASLt was not
  /// found at all, that is said once on stderr: the project's own kernels do its work, more slowly.
  bool has_cublaslt() { return cublaslt_handle() != nullptr; }
  bool has_cudnn() { return cudnn_handle() != nullptr; }
  /// Null where the library cannot be used.
  cublasLtHandle_t cublaslt_handle();
  cudnnHandle_t cudnn_handle();  ///< works on the context's stream

  /// From now on as if there were no cuDNN, because of `why`, which is said once: parts of it are
  /// loaded when a convolution first needs them, and may be missing.
  void give_up_cudnn(const std::string& why);

  std::shared_ptr<MatmulPlans> matmul_plans;
  std::shared_ptr<ConvolutionPlans> convolution_plans;

 private:
  cudaStream_t stream_;
  bool asked_for_cublaslt_ = false, asked_for_cudnn_ = false, gave_up_cudnn_ = false;
  cublasLtHandle_t cublaslt_handle_ = nullptr;
  cudnnHandle_t cudnn_handle_ = nullptr;
};

}  // namespace storyteller
