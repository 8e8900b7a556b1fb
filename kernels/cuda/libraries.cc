#include "kernels/cuda/libraries.h"

#include <cstdio>
#include <mutex>
#include <set>
#include <string>

#include <cuda_runtime.h>

#include "kernels/cuda/context_state.h"
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

/// On stderr, once for each library: kernels have no other way to tell that they go on more slowly.
void say_done_without(const std::string& name, const std::string& why) {
  static std::mutex mutex;
  static auto* said = new std::set<std::string>;
  const std::lock_guard lock(mutex);
  if (!said->insert(name).second) return;
  std::fprintf(stderr, "storyteller: warning: %s: the project's own kernels do its work\n",
               why.c_str());
}

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
  const std::string text = std::string(what) + ": cuDNN: " + error_string(status) +
                           (message[0] == '\0' ? "" : std::string(": ") + message);
  if (cudnn_category(status) == cudnn_category(CUDNN_STATUS_NOT_INITIALIZED)) {
    throw CudnnCannotBegin(text);
  }
  throw CudaError(text);
}

const CublasLt& CudaContext::Libraries::cublaslt() {
  static const CublasLt functions;
  return functions;
}

const Cudnn& CudaContext::Libraries::cudnn() {
  static const Cudnn functions;
  return functions;
}

cublasLtHandle_t CudaContext::Libraries::cublaslt_handle() {
  if (asked_for_cublaslt_) return cublaslt_handle_;
  asked_for_cublaslt_ = true;
  const CudaLibrary& library = cublaslt_library();
  if (library.handle == nullptr) {
    say_done_without(library.name, library.why_none());
    return nullptr;
  }
  const cublasStatus_t status = cublaslt().create(&cublaslt_handle_);
  if (status != CUBLAS_STATUS_SUCCESS) {
    cublaslt_handle_ = nullptr;
    say_done_without(library.name, library.name + " " + library.version + " in " + library.path +
                                       ": cublasLtCreate: " + cublaslt().status_name(status));
  }
  return cublaslt_handle_;
}

cudnnHandle_t CudaContext::Libraries::cudnn_handle() {
  if (gave_up_cudnn_) return nullptr;
  if (asked_for_cudnn_) return cudnn_handle_;
  asked_for_cudnn_ = true;
  const CudaLibrary& library = cudnn_library();
  if (library.handle == nullptr) {
    // That it is not there at all is what the documentation allows.
    if (!library.refused.empty()) say_done_without(library.name, library.why_none());
    return nullptr;
  }
  cudnnStatus_t status = cudnn().create(&cudnn_handle_);
  if (status != CUDNN_STATUS_SUCCESS) {
    cudnn_handle_ = nullptr;
  } else {
    status = cudnn().set_stream(cudnn_handle_, stream_);
  }
  if (status != CUDNN_STATUS_SUCCESS) {
    give_up_cudnn(std::string("cudnnCreate: ") + cudnn().error_string(status));
  }
  return gave_up_cudnn_ ? nullptr : cudnn_handle_;
}

void CudaContext::Libraries::give_up_cudnn(const std::string& why) {
  gave_up_cudnn_ = true;
  const CudaLibrary& library = cudnn_library();
  say_done_without(library.name,
                   library.name + " " + library.version + " in " + library.path + ": " + why);
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
  enter();
  std::unique_ptr<Libraries>& libraries = state_->libraries;
  if (libraries == nullptr) libraries = std::make_unique<Libraries>(stream_);
  return *libraries;
}

}  // namespace storyteller
