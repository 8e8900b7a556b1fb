#include "kernels/cuda/libraries.h"

#include <string>

#include <cuda_runtime.h>

#include "kernels/cuda/error.h"
#include "kernels/cuda/library_search.h"

namespace storyteller {
namespace {

/// For for_each_..._function: fills each pointer with the library's function.
struct Load {
  const CudaLibrary& library;

  template <class F>
  void operator()(const char* symbol, F*& function) const {
    function = reinterpret_cast<F*>(library_symbol(library, symbol));
  }
};

}  // namespace

CublasLt::CublasLt() : CublasLtFunctions{} {
  for_each_cublaslt_function(*this, Load{cublaslt_library()});
}

void CublasLt::check(cublasStatus_t status, const char* what) const {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  throw CudaError(std::string(what) + ": cuBLASLt: " + status_name(status));
}

Cudnn::Cudnn() : CudnnFunctions{} { for_each_cudnn_function(*this, Load{cudnn_library()}); }

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
