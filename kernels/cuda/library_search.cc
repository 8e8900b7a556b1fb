#include "kernels/cuda/library_search.h"

#include <algorithm>
#include <climits>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <set>
#include <sstream>

#include <dlfcn.h>
#include <glob.h>
#include <unistd.h>

#include "kernels/cuda/cublaslt_api.h"
#include "kernels/cuda/cudnn_api.h"
#include "kernels/cuda/error.h"

namespace storyteller {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Folders that match, by the numbers in their names, the highest first: 13.0 before 9.2.
std::vector<std::string> matching(const std::string& pattern) {
  glob_t found = {};
  std::vector<std::string> folders;
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    folders.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  globfree(&found);
  std::stable_sort(folders.begin(), folders.end(), [](const auto& a, const auto& b) {
    return strverscmp(a.c_str(), b.c_str()) > 0;
  });
  return folders;
}

/// The file that holds `symbol`.
std::string path_of(void* symbol, const std::string& otherwise) {
  Dl_info info = {};
  return dladdr(symbol, &info) != 0 && info.dli_fname != nullptr ? info.dli_fname : otherwise;
}

/// The file itself behind links, so that one is tried once.
std::string without_links(const std::string& path) {
  char real[PATH_MAX];
  return realpath(path.c_str(), real) == nullptr ? path : real;
}

/// 10000 major + 100 minor + patch; up to cuDNN 8 it was 1000 major + 100 minor + patch.
std::string version_text(size_t version) {
  const size_t major = version < 10000 ? 1000 : 10000;
  return std::to_string(version / major) + "." + std::to_string(version % major / 100) + "." +
         std::to_string(version % 100);
}

/// What dlopen says, without the file's name, which is said beside it.
std::string loader_error(const std::string& file) {
  const char* text = dlerror();
  std::string error = text == nullptr ? "cannot be loaded" : text;
  if (error.starts_with(file + ": ")) error.erase(0, file.size() + 2);
  return error;
}

class Search {
 public:
  Search(const LibraryKind& kind, bool try_it) : kind_(kind), try_it_(try_it) {
    library_.name = kind.name;
  }

  void in_folder(const std::string& folder, int major) {
    const std::string file = folder + "/" + soname(major);
    if (access(file.c_str(), F_OK) == 0) look_at(file);
  }

  /// What the loader knows by this name, which is nothing in most places.
  void by_loader(int major) {
    if (library_.handle != nullptr) return;
    const std::string file = soname(major);
    void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle != nullptr) {
      judge(file, handle);
    } else if (const std::string error = loader_error(file);
               error.find("No such file") == std::string::npos ||
               error.find(".so") != std::string::npos) {  // of something that it needs
      refuse(file, "", error);
    }
  }

  CudaLibrary result(const std::string& places) && {
    std::string sonames;
    for (const int major : kind_.majors) sonames += (sonames.empty() ? "" : ", ") + soname(major);
    library_.searched = sonames + " in " + places;
    return std::move(library_);
  }

 private:
  std::string soname(int major) const { return kind_.stem + std::to_string(major); }

  void refuse(const std::string& file, const std::string& version, const std::string& reason) {
    library_.refused.push_back({file, version, reason});
  }

  void look_at(const std::string& file) {
    if (!seen_.insert(without_links(file)).second) return;
    if (library_.handle != nullptr) {
      refuse(file, "", "not needed");
      return;
    }
    void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle != nullptr) {
      judge(file, handle);
    } else {
      refuse(file, "", loader_error(file));
    }
  }

  void judge(const std::string& file, void* handle) {
    void* entry = dlsym(handle, kind_.version);
    const std::string path = entry == nullptr ? file : path_of(entry, file);
    seen_.insert(without_links(path));
    const size_t version = entry == nullptr ? 0 : reinterpret_cast<size_t (*)()>(entry)();
    const std::string text = entry == nullptr ? "" : version_text(version);
    const std::string wrong = fault(handle, version);
    if (!wrong.empty()) {
      dlclose(handle);
      refuse(path, text, wrong);
    } else if (const std::string failure = try_it_ ? failure_to_create(handle) : "";
               !failure.empty()) {
      refuse(path, text, failure);  // and stays loaded: nobody knows what it has begun
    } else {
      library_.handle = handle;
      library_.path = path;
      library_.version = text;
    }
  }

  /// What can be seen without running it.
  std::string fault(void* handle, size_t version) const {
    std::string majors;
    bool known = false;
    for (const int major : kind_.majors) {
      majors += (majors.empty() ? "" : " and ") + std::to_string(major);
      known = known || version / 10000 == static_cast<size_t>(major);
    }
    if (!known) return "this program knows version " + majors + " of it";
    for (const char* symbol : kind_.symbols) {
      if (dlsym(handle, symbol) == nullptr) return std::string("it lacks ") + symbol;
    }
    return "";
  }

  std::string failure_to_create(void* handle) const {
    void* context = nullptr;
    const auto create = reinterpret_cast<int (*)(void**)>(dlsym(handle, kind_.create));
    const auto destroy = reinterpret_cast<int (*)(void*)>(dlsym(handle, kind_.destroy));
    const auto text = reinterpret_cast<const char* (*)(int)>(dlsym(handle, kind_.status_text));
    const int status = create(&context);
    if (status == 0) {
      destroy(context);
      return "";
    }
    return std::string(kind_.create) + ": " + text(status);
  }

  const LibraryKind& kind_;
  const bool try_it_;
  CudaLibrary library_;
  std::set<std::string> seen_;
};

}  // namespace

LibraryKind LibraryKind::cublaslt() {
  constexpr int kBuilt = CUDART_VERSION / 1000;
  LibraryKind kind = {.name = "cuBLASLt",
                      .stem = "libcublasLt.so.",
                      .majors = {},
                      .symbols = {},
                      .version = "cublasLtGetVersion",
                      .create = "cublasLtCreate",
                      .destroy = "cublasLtDestroy",
                      .status_text = "cublasLtGetStatusName"};
  kind.majors = kBuilt == 12 ? std::vector{12, 13} : std::vector{13, 12};
  CublasLtFunctions functions = {};
  for_each_cublaslt_function(functions,
                             [&](const char* symbol, auto&) { kind.symbols.push_back(symbol); });
  return kind;
}

LibraryKind LibraryKind::cudnn() {
  // It loads its own parts (libcudnn_cnn.so.9 and others), which lie beside it.
  LibraryKind kind = {.name = "cuDNN",
                      .stem = "libcudnn.so.",
                      .majors = {9},
                      .symbols = {},
                      .version = "cudnnGetVersion",
                      .create = "cudnnCreate",
                      .destroy = "cudnnDestroy",
                      .status_text = "cudnnGetErrorString"};
  CudnnFunctions functions = {};
  for_each_cudnn_function(functions,
                          [&](const char* symbol, auto&) { kind.symbols.push_back(symbol); });
  return kind;
}

LibraryPlaces LibraryPlaces::of_environment() {
  LibraryPlaces places;
  std::stringstream list(environment("STORYTELLER_CUDA_LIBRARIES"));
  for (std::string folder; std::getline(list, folder, ':');) places.named.push_back(folder);
  places.patterns = {"/usr/local/cuda/lib64", "/usr/local/cuda-*/lib64"};
  std::vector<std::string> pythons = {"/usr/local/lib", "/usr/lib", "/opt/conda/lib"};
  for (const char* prefix : {"CONDA_PREFIX", "VIRTUAL_ENV"}) {
    if (const std::string path = environment(prefix); !path.empty()) {
      if (prefix == std::string("CONDA_PREFIX")) places.patterns.push_back(path + "/lib");
      pythons.insert(pythons.begin(), path + "/lib");
    }
  }
  if (const std::string home = environment("HOME"); !home.empty()) {
    pythons.push_back(home + "/.local/lib");
  }
  for (const std::string& python : pythons) {
    places.patterns.push_back(python + "/python3*/*-packages/nvidia/*/lib");
  }
  return places;
}

CudaLibrary find_cuda_library(const LibraryKind& kind, const LibraryPlaces& places, bool try_it) {
  Search search(kind, try_it);
  if (!places.named.empty()) {
    std::string names;
    for (const std::string& folder : places.named) {
      for (const int major : kind.majors) search.in_folder(folder, major);
      names += (names.empty() ? "" : ":") + folder;
    }
    return std::move(search).result("STORYTELLER_CUDA_LIBRARIES=" + names);
  }
  std::string names = "the loader's folders";
  for (const std::string& pattern : places.patterns) names.append(", ").append(pattern);
  for (const int major : kind.majors) {
    if (places.loader) search.by_loader(major);
    for (const std::string& pattern : places.patterns) {
      for (const std::string& folder : matching(pattern)) search.in_folder(folder, major);
    }
  }
  return std::move(search).result(names);
}

std::string CudaLibrary::why_none() const {
  if (refused.empty()) {
    return name + " was not found (searched: " + searched +
           "); install it or name its folder in STORYTELLER_CUDA_LIBRARIES";
  }
  std::string text = name + " cannot be used: ";
  for (const RefusedLibrary& file : refused) {
    if (&file != refused.data()) text += "; ";
    text +=
        file.path + (file.version.empty() ? "" : " (" + file.version + ")") + ": " + file.reason;
  }
  return text;
}

const CudaLibrary& cublaslt_library() {
  static const CudaLibrary library =
      find_cuda_library(LibraryKind::cublaslt(), LibraryPlaces::of_environment(), true);
  return library;
}

const CudaLibrary& cudnn_library() {
  static const CudaLibrary library =
      find_cuda_library(LibraryKind::cudnn(), LibraryPlaces::of_environment(), true);
  return library;
}

void* library_symbol(const CudaLibrary& library, const char* symbol) {
  if (library.handle == nullptr) throw CudaError(library.why_none());
  return dlsym(library.handle, symbol);
}

std::vector<CudaLibrary> cuda_libraries(bool have_gpu) {
  const LibraryPlaces places = LibraryPlaces::of_environment();
  return {find_cuda_library(LibraryKind::cublaslt(), places, have_gpu),
          find_cuda_library(LibraryKind::cudnn(), places, have_gpu)};
}

}  // namespace storyteller
