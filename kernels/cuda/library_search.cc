#include "kernels/cuda/library_search.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <sstream>

#include <dlfcn.h>
#include <glob.h>

#include "kernels/cuda/error.h"

namespace storyteller {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Folders that match, the highest version first where names hold one.
std::vector<std::string> matching(const std::string& pattern) {
  glob_t found = {};
  std::vector<std::string> folders;
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    folders.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  std::reverse(folders.begin(), folders.end());
  return folders;
}

/// Patterns of folders behind those that the user names and those that the loader knows.
std::vector<std::string> patterns() {
  std::vector<std::string> all = {"/usr/local/cuda/lib64", "/usr/local/cuda-*/lib64"};
  std::vector<std::string> pythons = {"/usr/local/lib", "/usr/lib", "/opt/conda/lib"};
  for (const char* prefix : {"CONDA_PREFIX", "VIRTUAL_ENV"}) {
    if (const std::string path = environment(prefix); !path.empty()) {
      if (prefix == std::string("CONDA_PREFIX")) all.push_back(path + "/lib");
      pythons.insert(pythons.begin(), path + "/lib");
    }
  }
  if (const std::string home = environment("HOME"); !home.empty()) {
    pythons.push_back(home + "/.local/lib");
  }
  for (const std::string& python : pythons) {
    all.push_back(python + "/python3*/*-packages/nvidia/*/lib");
  }
  return all;
}

/// The file that holds `symbol`.
std::string path_of(void* symbol, const std::string& otherwise) {
  Dl_info info = {};
  return dladdr(symbol, &info) != 0 && info.dli_fname != nullptr ? info.dli_fname : otherwise;
}

/// A library as it is looked for. The interface that the project declares (kernels/cuda/*_api.h) is
/// that of these major versions; of another one the names may be the same and the numbers not.
struct Wanted {
  std::string name;
  std::vector<std::string> sonames;  ///< the best first
  const char* version_symbol;        ///< of the function that tells the version
  size_t first_major, last_major;
};

/// Both libraries write 10000 major + 100 minor + patch since their versions 12 and 9.
std::string version_text(size_t version) {
  return std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + "." +
         std::to_string(version % 100);
}

/// Tries to load `file`; keeps it when it is of a version that is known.
bool try_to_load(CudaLibrary* library, const std::string& file, const Wanted& wanted) {
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return false;
  void* entry = dlsym(handle, wanted.version_symbol);
  const size_t version = entry == nullptr ? 0 : reinterpret_cast<size_t (*)()>(entry)();
  if (version / 10000 < wanted.first_major || version / 10000 > wanted.last_major) {
    dlclose(handle);
    return false;
  }
  library->handle = handle;
  library->path = path_of(entry, file);
  library->version = version_text(version);
  return true;
}

/// Tries each soname in each folder in turn.
bool try_folders(CudaLibrary* library, const std::vector<std::string>& folders,
                 const Wanted& wanted) {
  for (const std::string& folder : folders) {
    for (const std::string& soname : wanted.sonames) {
      std::string file = folder;
      if (try_to_load(library, file.append("/").append(soname), wanted)) return true;
    }
  }
  return false;
}

CudaLibrary find(const Wanted& wanted) {
  CudaLibrary library{
      .name = wanted.name, .handle = nullptr, .path = "", .version = "", .searched = ""};
  std::vector<std::string> named;
  std::stringstream list(environment("STORYTELLER_CUDA_LIBRARIES"));
  for (std::string folder; std::getline(list, folder, ':');) named.push_back(folder);
  if (try_folders(&library, named, wanted)) return library;
  for (const std::string& soname : wanted.sonames) {
    if (try_to_load(&library, soname, wanted)) return library;
  }
  for (const std::string& soname : wanted.sonames) library.searched += soname + ", ";
  library.searched += "in STORYTELLER_CUDA_LIBRARIES, by the loader";
  for (const std::string& pattern : patterns()) {
    if (try_folders(&library, matching(pattern), wanted)) return library;
    library.searched.append(", ").append(pattern);
  }
  return library;
}

}  // namespace

const CudaLibrary& cublaslt_library() {
  static const CudaLibrary library = find({.name = "cuBLASLt",
                                           .sonames = {"libcublasLt.so.13", "libcublasLt.so.12"},
                                           .version_symbol = "cublasLtGetVersion",
                                           .first_major = 12,
                                           .last_major = 13});
  return library;
}

const CudaLibrary& cudnn_library() {
  // It loads its own parts (libcudnn_cnn.so.9 and others), which lie beside it.
  static const CudaLibrary library = find({.name = "cuDNN",
                                           .sonames = {"libcudnn.so.9"},
                                           .version_symbol = "cudnnGetVersion",
                                           .first_major = 9,
                                           .last_major = 9});
  return library;
}

void* library_symbol(const CudaLibrary& library, const char* symbol) {
  if (library.handle == nullptr) {
    throw CudaError(library.name + " was not found (searched: " + library.searched +
                    "); install it or name its folder in STORYTELLER_CUDA_LIBRARIES");
  }
  void* entry = dlsym(library.handle, symbol);
  if (entry == nullptr) {
    throw CudaError(library.name + " " + library.version + " in " + library.path + " lacks " +
                    symbol + "; install a version that this program was built for");
  }
  return entry;
}

std::vector<CudaLibrary> cuda_libraries() { return {cublaslt_library(), cudnn_library()}; }

}  // namespace storyteller
