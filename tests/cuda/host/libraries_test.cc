// What a context does where a library cannot be used: it says so once and does without. Each test
// is a process of its own, since a process looks for its libraries once.
#include "kernels/cuda/libraries.h"
#include "kernels/cuda/error.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace storyteller::libraries_test {
namespace {

using testing::AllOf;
using testing::ExitedWithCode;
using testing::HasSubstr;

/// What is written when two contexts ask, each twice. Exits with 0 where they find what is
/// expected.
void ask(const std::string& folders, bool cublaslt, bool cudnn) {
  std::string named;
  for (size_t start = 0; start < folders.size();) {
    const size_t end = std::min(folders.find(':', start), folders.size());
    named += TINY_LIBRARIES "/" + folders.substr(start, end - start) + ":";
    start = end + 1;
  }
  setenv("STORYTELLER_CUDA_LIBRARIES", named.c_str(), 1);
  bool right = true;
  for (int i = 0; i < 2; ++i) {
    CudaContext context;
    for (int times = 0; times < 2; ++times) {
      right = right && context.libraries().has_cublaslt() == cublaslt;
      right = right && context.libraries().has_cudnn() == cudnn;
    }
  }
  std::exit(right ? 0 : 1);
}

/// How often `text` stands there.
MATCHER_P2(HasTimes, text, times, "") {
  int found = 0;
  for (size_t at = arg.find(text); at != std::string::npos; at = arg.find(text, at + 1)) ++found;
  return found == times;
}

class LibrariesDeathTest : public testing::Test {
 protected:
  void SetUp() override { testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

TEST_F(LibrariesDeathTest, WhatWorksIsTakenWithoutAWord) {
  EXPECT_EXIT(ask("lt13:dnn9", true, true), ExitedWithCode(0), HasTimes("storyteller", 0));
}

TEST_F(LibrariesDeathTest, ABrokenOneIsSaidOnceAndDoneWithout) {
  EXPECT_EXIT(
      ask("lt13_refuses:dnn9_refuses", false, false), ExitedWithCode(0),
      AllOf(HasTimes("storyteller: warning: ", 2),
            HasSubstr("storyteller: warning: cuBLASLt cannot be used: "),
            HasSubstr("libcublasLt.so.13 (13.2.0): cublasLtCreate: "
                      "CUBLAS_STATUS_NOT_INITIALIZED: the project's own kernels do its work"),
            HasSubstr("libcudnn.so.9 (9.1.0): cudnnCreate: "
                      "CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED")));
}

// Such a library may have set the handle that it could not make.
TEST_F(LibrariesDeathTest, OneThatFailsAfterItWasTriedIsDoneWithout) {
  EXPECT_EXIT(ask("lt13_fails_later:dnn9_fails_later", false, false), ExitedWithCode(0),
              AllOf(HasTimes("storyteller: warning: ", 2),
                    HasSubstr("libcublasLt.so.13: cublasLtCreate: CUBLAS_STATUS_NOT_INITIALIZED"),
                    HasSubstr("libcudnn.so.9: cudnnCreate: "
                              "CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED")));
}

/// What two failures of cuDNN are called, the second without a word of its own, on stderr.
void fail_in_cudnn() {
  setenv("STORYTELLER_CUDA_LIBRARIES", TINY_LIBRARIES "/dnn9", 1);
  for (const char* call : {"first", "second"}) {
    try {
      CudaContext::Libraries::cudnn().check(static_cast<cudnnStatus_t>(5000), call);
      std::exit(1);
    } catch (const CudaError& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
  }
  std::exit(0);
}

TEST_F(LibrariesDeathTest, WhatTheLibrarySaysOfAFailureIsSaid) {
  EXPECT_EXIT(fail_in_cudnn(), ExitedWithCode(0),
              testing::StrEq("first: cuDNN: CUDNN_STATUS_SUCCESS: ?\n"
                             "second: cuDNN: CUDNN_STATUS_SUCCESS\n"));
}

TEST_F(LibrariesDeathTest, OneThatIsNotThereIsDoneWithout) {
  EXPECT_EXIT(ask("nowhere", false, false), ExitedWithCode(0),
              AllOf(HasTimes("storyteller: warning: ", 1),
                    HasSubstr("storyteller: warning: cuBLASLt was not found")));
}

}  // namespace
}  // namespace storyteller::libraries_test
