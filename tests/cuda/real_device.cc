// Skips every test of cuda_test where there is no GPU.
#include <iostream>

#include <gtest/gtest.h>

#include "kernels/cuda/context.h"

namespace storyteller {
namespace {

class NeedsAGpu : public testing::Environment {
 public:
  void SetUp() override {
    const std::string reason = CudaContext::why_unavailable();
    if (reason.empty()) return;
    std::cout << "without a GPU: " << reason << '\n';  // ctest looks for this line
    GTEST_SKIP() << reason;
  }
};

[[maybe_unused]] testing::Environment* const environment =
    testing::AddGlobalTestEnvironment(new NeedsAGpu);

}  // namespace
}  // namespace storyteller
