#include "kernels/cuda/libraries.h"

#include <string>

#include <cuda_runtime.h>

#include "kernels/cuda/error.h"
#include "kernels/cuda/library_search.h"

namespace storyteller {
namespace {

template <class F>
void load(const CudaLibrary& library, const char* symbol, F** function) {
  *function = reinterpret_cast<F*>(library_symbol(library, symbol));
}

}  // namespace

CublasLt::CublasLt() {
  const CudaLibrary& library = cublaslt_library();
  load(library, "cublasLtCreate", &create);
  load(library, "cublasLtDestroy", &destroy);
  load(library, "cublasLtGetStatusName", &status_name);
  load(library, "cublasLtMatmulDescCreate", &operation_create);
  load(library, "cublasLtMatmulDescDestroy", &operation_destroy);
  load(library, "cublasLtMatmulDescSetAttribute", &operation_set);
  load(library, "cublasLtMatrixLayoutCreate", &layout_create);
  load(library, "cublasLtMatrixLayoutDestroy", &layout_destroy);
  load(library, "cublasLtMatmulPreferenceCreate", &preference_create);
  load(library, "cublasLtMatmulPreferenceDestroy", &preference_destroy);
  load(library, "cublasLtMatmulPreferenceSetAttribute", &preference_set);
  load(library, "cublasLtMatmulAlgoGetHeuristic", &get_heuristic);
  load(library, "cublasLtMatmul", &matmul);
}

void CublasLt::check(cublasStatus_t status, const char* what) const {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  throw CudaError(std::string(what) + ": cuBLASLt: " + status_name(status));
}

Cudnn::Cudnn() {
  const CudaLibrary& library = cudnn_library();
  load(library, "cudnnCreate", &create);
  load(library, "cudnnDestroy", &destroy);
  load(library, "cudnnSetStream", &set_stream);
  load(library, "cudnnGetErrorString", &error_string);
  load(library, "cudnnGetLastErrorString", &last_error_string);
  load(library, "cudnnCreateTensorDescriptor", &tensor_create);
  load(library, "cudnnDestroyTensorDescriptor", &tensor_destroy);
  load(library, "cudnnSetTensor4dDescriptor", &tensor_set);
  load(library, "cudnnCreateFilterDescriptor", &filter_create);
  load(library, "cudnnDestroyFilterDescriptor", &filter_destroy);
  load(library, "cudnnSetFilter4dDescriptor", &filter_set);
  load(library, "cudnnCreateActivationDescriptor", &activation_create);
  load(library, "cudnnDestroyActivationDescriptor", &activation_destroy);
  load(library, "cudnnSetActivationDescriptor", &activation_set);
  load(library, "cudnnCreateConvolutionDescriptor", &convolution_create);
  load(library, "cudnnDestroyConvolutionDescriptor", &convolution_destroy);
  load(library, "cudnnSetConvolution2dDescriptor", &convolution_set);
  load(library, "cudnnSetConvolutionMathType", &convolution_set_math);
  load(library, "cudnnSetConvolutionGroupCount", &convolution_set_groups);
  load(library, "cudnnGetConvolutionForwardWorkspaceSize", &forward_workspace);
  load(library, "cudnnGetConvolutionBackwardDataWorkspaceSize", &input_gradient_workspace);
  load(library, "cudnnGetConvolutionBackwardFilterWorkspaceSize", &weight_gradient_workspace);
  load(library, "cudnnConvolutionForward", &forward);
  load(library, "cudnnConvolutionBiasActivationForward", &fused_forward);
  load(library, "cudnnConvolutionBackwardData", &input_gradient);
  load(library, "cudnnConvolutionBackwardFilter", &weight_gradient);
}

void Cudnn::check(cudnnStatus_t status, const char* what) const {
  if (status == CUDNN_STATUS_SUCCESS) return;
  char message[512] = "";
  last_error_string(message, sizeof(message));
  throw CudaError(std::string(what) + ": cuDNN: " + error_string(status) +
                  (message[0] == '\0' ? "" : std::string(": ") + message));
}

const CublasLt& CudaContext::Libraries::cublaslt() {
  static const CublasLt functions;
  return functions;
}

const Cudnn& CudaContext::Libraries::cudnn() {
  static const Cudnn functions;
  return functions;
}

bool CudaContext::Libraries::has_cudnn() { return cudnn_library().handle != nullptr; }

cublasLtHandle_t CudaContext::Libraries::cublaslt_handle() {
  if (cublaslt_handle_ == nullptr) {
    cublaslt().check(cublaslt().create(&cublaslt_handle_), "cublasLtCreate");
  }
  return cublaslt_handle_;
}

cudnnHandle_t CudaContext::Libraries::cudnn_handle() {
  if (cudnn_handle_ == nullptr) {
    cudnn().check(cudnn().create(&cudnn_handle_), "cudnnCreate");
    cudnn().check(cudnn().set_stream(cudnn_handle_, stream_), "cudnnSetStream");
  }
  return cudnn_handle_;
}

CudaContext::Libraries::~Libraries() {
  // A context that outlives main() may come here after the driver has gone: then the handles have
  // gone with it, and touching them is not safe.
  int device = 0;
  if (cudaGetDevice(&device) == cudaErrorCudartUnloading) return;
  if (cublaslt_handle_ != nullptr) cublaslt().destroy(cublaslt_handle_);
  if (cudnn_handle_ != nullptr) cudnn().destroy(cudnn_handle_);
}

CudaContext::Libraries& CudaContext::libraries() {
  if (libraries_ == nullptr) libraries_ = std::make_shared<Libraries>(stream_);
  return *libraries_;
}

}  // namespace storyteller
