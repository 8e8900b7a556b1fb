// Which of several libraries is taken, in folders of tiny ones.
#include "kernels/cuda/library_search.h"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include <cuda_runtime_api.h>
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/cuda/error.h"
#include "tests/temporary_folder.h"

namespace storyteller::library_search_test {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StrEq;
using testing::UnorderedElementsAre;

/// Copies the only file of tiny/NAME into a folder, which is made.
void put(const std::string& name, const fs::path& folder) {
  fs::create_directories(folder);
  for (const auto& file : fs::directory_iterator(fs::path(TINY_LIBRARIES) / name)) {
    fs::copy_file(file.path(), folder / file.path().filename());
  }
}

LibraryKind built_with(int major) {
  LibraryKind kind = LibraryKind::cublaslt();
  kind.majors = {major, 25 - major};
  return kind;
}

/// Variables that a test changes are afterwards as they were.
class EnvironmentKept {
 public:
  EnvironmentKept() {
    for (const char* name :
         {"STORYTELLER_CUDA_LIBRARIES", "CONDA_PREFIX", "VIRTUAL_ENV", "HOME", "LD_LIBRARY_PATH"}) {
      const char* value = std::getenv(name);
      values_.emplace_back(name,
                           value == nullptr ? std::nullopt : std::optional<std::string>(value));
    }
  }
  ~EnvironmentKept() {
    for (const auto& [name, value] : values_) {
      value.has_value() ? setenv(name, value->c_str(), 1) : unsetenv(name);
    }
  }
  EnvironmentKept(const EnvironmentKept&) = delete;
  EnvironmentKept& operator=(const EnvironmentKept&) = delete;

 private:
  std::vector<std::pair<const char*, std::optional<std::string>>> values_;
};

class LibrarySearch : public testing::Test {
 protected:
  /// The path below the test's folder of what is taken; empty where nothing is.
  std::string taken(const LibraryKind& kind, const LibraryPlaces& places, bool try_it = true) {
    found_ = find_cuda_library(kind, places, try_it);
    return found_.path.empty() ? "" : fs::relative(found_.path, folder_.path()).string();
  }
  std::string at(const std::string& name) const { return (folder_ / name).string(); }

  TemporaryFolder folder_;
  CudaLibrary found_;
};

TEST_F(LibrarySearch, TakesTheHigherOfTwoNumbers) {
  for (const char* version : {"9.2", "13.0", "12.8"}) {
    put("lt13", folder_ / (std::string("cuda-") + version));
  }
  EXPECT_EQ(taken(built_with(13), {.named = {}, .loader = false, .patterns = {at("cuda-*")}}),
            "cuda-13.0/libcublasLt.so.13");
  EXPECT_EQ(found_.version, "13.1.0");
  for (const char* version : {"3.9", "3.13", "3.11"}) {
    put("dnn9",
        folder_ / (std::string("lib/python") + version + "/site-packages/nvidia/cudnn/lib"));
  }
  // A link that leads nowhere hides nothing.
  fs::create_directory_symlink(folder_ / "lib/python3.12", folder_ / "lib/python3.12");
  const std::string pattern = at("lib/python3*/*-packages/nvidia/*/lib");
  EXPECT_EQ(taken(LibraryKind::cudnn(), {.named = {}, .loader = false, .patterns = {pattern}}),
            "lib/python3.13/site-packages/nvidia/cudnn/lib/libcudnn.so.9");
  EXPECT_EQ(found_.version, "9.19.0");
}

TEST_F(LibrarySearch, KnowsVersionsAndFunctionsOfBoth) {
  const LibraryKind cublaslt = LibraryKind::cublaslt(), cudnn = LibraryKind::cudnn();
  EXPECT_EQ(cublaslt.majors[0], CUDART_VERSION / 1000);
  EXPECT_THAT(cublaslt.majors, UnorderedElementsAre(12, 13));
  EXPECT_THAT(cublaslt.symbols, Contains(StrEq("cublasLtMatmul")));
  EXPECT_THAT(cudnn.majors, ElementsAre(9));
  EXPECT_THAT(cudnn.symbols, Contains(StrEq("cudnnConvolutionForward")));
}

TEST_F(LibrarySearch, TakesTheBuiltMajorVersionFirst) {
  put("lt13", folder_ / "new");
  put("lt12", folder_ / "old");
  const LibraryPlaces places = {.named = {}, .loader = false, .patterns = {at("new"), at("old")}};
  EXPECT_EQ(taken(built_with(12), places), "old/libcublasLt.so.12");
  EXPECT_EQ(found_.version, "12.8.4");
  ASSERT_EQ(found_.refused.size(), 1U);
  EXPECT_EQ(found_.refused[0].reason, "not needed");
  EXPECT_EQ(taken(built_with(13), places), "new/libcublasLt.so.13");
}

TEST_F(LibrarySearch, GoesOnWhereOneRefusesToBegin) {
  put("lt13_refuses", folder_ / "a");
  put("lt12", folder_ / "a");
  put("lt13", folder_ / "b");
  // Of the named folders the first that holds one that works.
  EXPECT_EQ(taken(built_with(13), {.named = {at("a"), at("b")}, .loader = true, .patterns = {}}),
            "a/libcublasLt.so.12");
  ASSERT_EQ(found_.refused.size(), 2U);
  EXPECT_EQ(found_.refused[0].path, at("a/libcublasLt.so.13"));
  EXPECT_EQ(found_.refused[0].version, "13.2.0");
  EXPECT_EQ(found_.refused[0].reason, "cublasLtCreate: CUBLAS_STATUS_NOT_INITIALIZED");
  // Without a GPU nothing can be tried.
  EXPECT_EQ(taken(built_with(13), {.named = {at("a")}, .loader = true, .patterns = {}}, false),
            "a/libcublasLt.so.13");
}

TEST_F(LibrarySearch, SaysWhyNoneCanBeUsed) {
  put("dnn9_refuses", folder_ / "a");
  put("dnn8", folder_ / "b");
  write_text(folder_ / "c/libcudnn.so.9", "no library");
  EXPECT_EQ(taken(LibraryKind::cudnn(),
                  {.named = {at("a"), at("b"), at("c")}, .loader = true, .patterns = {}}),
            "");
  EXPECT_EQ(found_.handle, nullptr);
  EXPECT_EQ(found_.why_none(),
            "cuDNN cannot be used: " + at("a/libcudnn.so.9") +
                " (9.1.0): cudnnCreate: CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED; " +
                at("b/libcudnn.so.9") + " (8.9.7): this program knows version 9 of it; " +
                at("c/libcudnn.so.9") + ": file too short");
  EXPECT_THROW(library_symbol(found_, "cudnnCreate"), CudaError);
}

/// Whether the process holds that file.
bool loaded(const std::string& file) {
  void* handle = dlopen(file.c_str(), RTLD_NOW | RTLD_NOLOAD);
  return handle != nullptr && dlclose(handle) == 0;
}

TEST_F(LibrarySearch, PassesOverVersionsThatItDoesNotKnow) {
  put("lt14", folder_ / "a");
  put("lt13_lacks", folder_ / "b");
  EXPECT_EQ(taken(built_with(13), {.named = {at("a"), at("b")}, .loader = true, .patterns = {}}),
            "");
  ASSERT_EQ(found_.refused.size(), 2U);
  EXPECT_EQ(found_.refused[0].reason, "this program knows version 13 and 12 of it");
  EXPECT_EQ(found_.refused[1].reason, "it lacks cublasLtMatmul");
  EXPECT_FALSE(loaded(at("a/libcublasLt.so.13"))) << "what is not used is closed";
  write_text(folder_ / "c/libcublasLt.so.13", "no library");
  put("lt13", folder_ / "c/d");
  EXPECT_EQ(taken(built_with(13), {.named = {at("c"), at("c/d")}, .loader = true, .patterns = {}}),
            "c/d/libcublasLt.so.13");
  EXPECT_TRUE(loaded(at("c/d/libcublasLt.so.13")));
  EXPECT_EQ(found_.name, "cuBLASLt");
  EXPECT_NE(library_symbol(found_, "cublasLtMatmul"), nullptr);
}

// Another program may be what is called so.
TEST_F(LibrarySearch, PassesOverWhatHasNoVersion) {
  fs::create_directories(folder_ / "a");
  fs::copy_file(fs::path(TINY_LIBRARIES) / "dnn9/libcudnn.so.9", folder_ / "a/libcublasLt.so.13");
  EXPECT_EQ(taken(built_with(13), {.named = {at("a")}, .loader = true, .patterns = {}}), "");
  EXPECT_EQ(found_.why_none(), "cuBLASLt cannot be used: " + at("a/libcublasLt.so.13") +
                                   ": this program knows version 13 and 12 of it");
}

TEST_F(LibrarySearch, LooksNowhereElseWhereFoldersAreNamed) {
  put("lt13", folder_ / "toolkit");
  fs::create_directories(folder_ / "empty");
  EXPECT_EQ(
      taken(built_with(13), {.named = {at("empty")}, .loader = true, .patterns = {at("toolkit")}}),
      "");
  EXPECT_THAT(found_.why_none(), HasSubstr("cuBLASLt was not found (searched: libcublasLt.so.13, "
                                           "libcublasLt.so.12 in STORYTELLER_CUDA_LIBRARIES=" +
                                           at("empty") + ")"));
  taken(built_with(13), {.named = {"/a", "/b"}, .loader = true, .patterns = {}});
  EXPECT_THAT(found_.searched, EndsWith("STORYTELLER_CUDA_LIBRARIES=/a:/b"));
  taken(built_with(13), {.named = {}, .loader = false, .patterns = {at("empty"), "/b*"}});
  EXPECT_THAT(found_.searched, EndsWith(" in the loader's folders, " + at("empty") + ", /b*"));
}

TEST_F(LibrarySearch, TriesOneFileOnceBehindLinks) {
  put("lt13_refuses", folder_ / "cuda-13.0");
  fs::create_directory_symlink(folder_ / "cuda-13.0", folder_ / "cuda");
  taken(built_with(13), {.named = {}, .loader = false, .patterns = {at("cuda"), at("cuda-*")}});
  EXPECT_EQ(found_.refused.size(), 1U);
}

TEST_F(LibrarySearch, ReadsTheEnvironment) {
  const EnvironmentKept kept;
  ASSERT_EQ(setenv("STORYTELLER_CUDA_LIBRARIES", "/a:/b", 1), 0);
  EXPECT_EQ(LibraryPlaces::of_environment().named, (std::vector<std::string>{"/a", "/b"}));
  ASSERT_EQ(unsetenv("STORYTELLER_CUDA_LIBRARIES"), 0);
  const std::string packages = "/python3*/*-packages/nvidia/*/lib";
  for (const char* name : {"CONDA_PREFIX", "VIRTUAL_ENV", "HOME"}) unsetenv(name);
  LibraryPlaces places = LibraryPlaces::of_environment();
  EXPECT_TRUE(places.named.empty());
  EXPECT_TRUE(places.loader);
  EXPECT_EQ(places.patterns,
            (std::vector<std::string>{"/usr/local/cuda/lib64", "/usr/local/cuda-*/lib64",
                                      "/usr/local/lib" + packages, "/usr/lib" + packages,
                                      "/opt/conda/lib" + packages}));
  setenv("CONDA_PREFIX", "/conda", 1);
  setenv("VIRTUAL_ENV", "/venv", 1);
  setenv("HOME", "/me", 1);
  EXPECT_EQ(LibraryPlaces::of_environment().patterns,
            (std::vector<std::string>{"/usr/local/cuda/lib64", "/usr/local/cuda-*/lib64",
                                      "/conda/lib", "/venv/lib" + packages, "/conda/lib" + packages,
                                      "/usr/local/lib" + packages, "/usr/lib" + packages,
                                      "/opt/conda/lib" + packages, "/me/.local/lib" + packages}));
}

TEST_F(LibrarySearch, TriesBothWhereThereIsAGpu) {
  const EnvironmentKept kept;
  put("lt13_refuses", folder_ / "a");
  put("dnn9", folder_ / "a");
  setenv("STORYTELLER_CUDA_LIBRARIES", at("a").c_str(), 1);
  for (const bool have_gpu : {false, true}) {
    const std::vector<CudaLibrary> both = cuda_libraries(have_gpu);
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[0].name, "cuBLASLt");
    EXPECT_EQ(both[0].path.empty(), have_gpu);
    EXPECT_EQ(both[1].name, "cuDNN");
    EXPECT_FALSE(both[1].path.empty());
  }
}

/// What is found by names alone, on stderr. In a process of its own, whose loader looks where
/// LD_LIBRARY_PATH says, which is read when a process begins.
void look_by_loader(const char* stem, const std::string& pattern) {
  LibraryKind kind = built_with(13);
  kind.stem = stem;
  const CudaLibrary found =
      find_cuda_library(kind, {.named = {}, .loader = true, .patterns = {pattern}}, true);
  std::fprintf(stderr, "taken %s\n", found.path.c_str());
  for (const RefusedLibrary& file : found.refused) {
    std::fprintf(stderr, "refused %s: %s\n", file.path.c_str(), file.reason.c_str());
  }
  std::exit(0);
}

class LibrarySearchDeathTest : public LibrarySearch {
 protected:
  void expect_said(const std::string& folder, const std::string& said,
                   const char* stem = "libcublasLt.so.") {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    setenv("LD_LIBRARY_PATH", at(folder).c_str(), 1);
    // The process makes folders of its own, but its loader knows those of this one.
    EXPECT_EXIT(look_by_loader(stem, std::string(getenv("LIBRARIES_OF_TEST")) + "/*"),
                testing::ExitedWithCode(0), StrEq(said));
  }
  LibrarySearchDeathTest() { setenv("LIBRARIES_OF_TEST", folder_.path().c_str(), 0); }
  ~LibrarySearchDeathTest() override { unsetenv("LIBRARIES_OF_TEST"); }

 private:
  const EnvironmentKept kept_;
};

TEST_F(LibrarySearchDeathTest, TakesWhatTheLoaderKnowsByName) {
  put("lt13", folder_ / "loader");
  put("lt12", folder_ / "loader");
  put("lt13_refuses", folder_ / "other");
  expect_said("loader", "taken " + at("loader/libcublasLt.so.13") + "\nrefused " +
                            at("other/libcublasLt.so.13") + ": not needed\nrefused " +
                            at("loader/libcublasLt.so.12") + ": not needed\n");
}

TEST_F(LibrarySearchDeathTest, GoesOnWhereTheLoaderKnowsNone) {
  fs::create_directories(folder_ / "other");
  fs::copy_file(fs::path(TINY_LIBRARIES) / "lt12/libcublasLt.so.12",
                folder_ / "other/libtiny.so.12");
  expect_said("loader", "taken " + at("other/libtiny.so.12") + "\n", "libtiny.so.");
}

TEST_F(LibrarySearchDeathTest, SaysWhatIsWrongWithWhatTheLoaderKnows) {
  write_text(folder_ / "loader/libcublasLt.so.13", "no library");
  put("lt12_lacks_part", folder_ / "loader");
  expect_said("loader", "taken \nrefused libcublasLt.so.13: " + at("loader/libcublasLt.so.13") +
                            ": file too short\nrefused " + at("loader/libcublasLt.so.13") +
                            ": file too short\nrefused libcublasLt.so.12: libtiny_part.so: cannot "
                            "open shared object file: No such file or directory\nrefused " +
                            at("loader/libcublasLt.so.12") +
                            ": libtiny_part.so: cannot open shared object file: No such file or "
                            "directory\n");
}

}  // namespace
}  // namespace storyteller::library_search_test
