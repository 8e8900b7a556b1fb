// Which of several libraries is taken, in folders of tiny ones.
#include "kernels/cuda/library_search.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kernels/cuda/error.h"
#include "tests/temporary_folder.h"

namespace storyteller {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

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
  const std::string pattern = at("lib/python3*/*-packages/nvidia/*/lib");
  EXPECT_EQ(taken(LibraryKind::cudnn(), {.named = {}, .loader = false, .patterns = {pattern}}),
            "lib/python3.13/site-packages/nvidia/cudnn/lib/libcudnn.so.9");
  EXPECT_EQ(found_.version, "9.19.0");
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

TEST_F(LibrarySearch, PassesOverVersionsThatItDoesNotKnow) {
  put("lt14", folder_ / "a");
  put("lt13_lacks", folder_ / "b");
  EXPECT_EQ(taken(built_with(13), {.named = {at("a"), at("b")}, .loader = true, .patterns = {}}),
            "");
  ASSERT_EQ(found_.refused.size(), 2U);
  EXPECT_EQ(found_.refused[0].reason, "this program knows version 13 and 12 of it");
  EXPECT_EQ(found_.refused[1].reason, "it lacks cublasLtMatmul");
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
}

TEST_F(LibrarySearch, TriesOneFileOnceBehindLinks) {
  put("lt13_refuses", folder_ / "cuda-13.0");
  fs::create_directory_symlink(folder_ / "cuda-13.0", folder_ / "cuda");
  taken(built_with(13), {.named = {}, .loader = false, .patterns = {at("cuda"), at("cuda-*")}});
  EXPECT_EQ(found_.refused.size(), 1U);
}

TEST_F(LibrarySearch, ReadsTheEnvironment) {
  ASSERT_EQ(setenv("STORYTELLER_CUDA_LIBRARIES", "/a:/b", 1), 0);
  EXPECT_EQ(LibraryPlaces::of_environment().named, (std::vector<std::string>{"/a", "/b"}));
  ASSERT_EQ(unsetenv("STORYTELLER_CUDA_LIBRARIES"), 0);
  EXPECT_TRUE(LibraryPlaces::of_environment().named.empty());
}

}  // namespace
}  // namespace storyteller
