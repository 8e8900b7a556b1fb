#pragma once

#include <string>
#include <vector>

namespace storyteller {

/// A file that was looked at and not taken.
struct RefusedLibrary {
  std::string path;
  std::string version;  ///< empty where the file could not be loaded
  std::string reason;   ///< "cublasLtCreate: CUBLAS_STATUS_NOT_INITIALIZED"
};

/// A library of NVIDIA's that is loaded when it is first needed, so that the binary starts,
/// quickly, on machines without it.
struct CudaLibrary {
  std::string name;                     ///< "cuBLASLt"
  void* handle = nullptr;               ///< dlopen's; null: there is none that can be used
  std::string path;                     ///< of the file; empty when there is none
  std::string version;                  ///< "13.1.0"; empty when there is none
  std::string searched;                 ///< the places, for messages
  std::vector<RefusedLibrary> refused;  ///< the other files of it, in the order of the search

  /// One line of what is wrong where there is none: the refused files, or the places searched.
  std::string why_none() const;
};

/// What is looked for.
struct LibraryKind {
  std::string name;
  std::string stem;         ///< of the file's name, before the major version: "libcublasLt.so."
  std::vector<int> majors;  ///< whose interface is the one declared in *_api.h; the best first
  std::vector<const char*> symbols;                      ///< every function that is called
  const char *version, *create, *destroy, *status_text;  ///< of these the four that try it

  /// Of the major version that the toolkit of the build has, else of the other that is known: a
  /// driver that is too old for the newer one runs the one that it was built with.
  static LibraryKind cublaslt();
  static LibraryKind cudnn();
};

/// Where it is looked for.
struct LibraryPlaces {
  std::vector<std::string> named;     ///< folders; where there are any, these alone
  bool loader = true;                 ///< what the loader finds by the file's name
  std::vector<std::string> patterns;  ///< globs of folders, behind that

  /// $STORYTELLER_CUDA_LIBRARIES (folders between colons); else the folders of toolkits, and of the
  /// Python environments, which bring the libraries for PyTorch.
  static LibraryPlaces of_environment();
};

/// The first file, by places and by versions (the highest first where folders' names hold one),
/// that is of a known version and has every function. With `try_it` (needs a GPU) it must also
/// create its handle: a library that was built for newer drivers, or lacks one of its parts, fails
/// there, and the next is tried.
CudaLibrary find_cuda_library(const LibraryKind& kind, const LibraryPlaces& places, bool try_it);

/// Found and tried at the first call, on the device that is current then; both stay loaded until
/// the process ends.
const CudaLibrary& cublaslt_library();
const CudaLibrary& cudnn_library();

/// The entry `symbol`; throws CudaError when there is no library.
void* library_symbol(const CudaLibrary& library, const char* symbol);

/// Both, for `storyteller doctor`. Loads them; tries them where `have_gpu`.
std::vector<CudaLibrary> cuda_libraries(bool have_gpu);

}  // namespace storyteller
