#pragma once

#include <string>
#include <vector>

namespace storyteller {

/// A library of NVIDIA's that is loaded when it is first needed, so that the binary starts,
/// quickly, on machines without it.
struct CudaLibrary {
  std::string name;      ///< "cuBLASLt"
  void* handle;          ///< dlopen's; null: not found
  std::string path;      ///< of the file; empty when not found
  std::string version;   ///< "13.1.0"; empty when not found
  std::string searched;  ///< where, for the message when it was not found
};

/// Loaded at the first call; both stay loaded until the process ends. They are looked for in
/// $STORYTELLER_CUDA_LIBRARIES (folders between colons), by the loader, below the toolkit's folder,
/// and among the packages of Python environments, which bring them for PyTorch.
const CudaLibrary& cublaslt_library();
const CudaLibrary& cudnn_library();

/// The entry `symbol`; throws CudaError when the library was not found or lacks it.
void* library_symbol(const CudaLibrary& library, const char* symbol);

/// Both, for `storyteller doctor`. Loads them.
std::vector<CudaLibrary> cuda_libraries();

}  // namespace storyteller
