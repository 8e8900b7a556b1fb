// Which kernel is named where one fails. Each test is a process of its own, whose streams run late,
// as those of a GPU do.
#include <cstdio>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "kernels/bfloat16.h"
#include "kernels/cast.h"
#include "kernels/cuda/error.h"
#include "kernels/cuda/launch.h"
#include "tests/emulation/runtime/machine.h"

namespace storyteller::faults_test {
namespace {

using testing::AllOf;
using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::Not;

__global__ void diverging_kernel() {
  if (threadIdx.x == 0) __syncthreads();
}

/// A kernel that is fine, one that fails and one that is fine; says on stderr what is thrown.
void fail(const char* synchronous) {
  setenv("STORYTELLER_EMULATION_STREAMS", "lazy", 1);
  setenv("STORYTELLER_CUDA_SYNC", synchronous, 1);
  CudaContext context;
  const Cuda cuda{&context};
  auto* x = static_cast<float*>(context.allocate(64));
  auto* y = static_cast<bfloat16*>(context.allocate(64));
  try {
    context.fill_zero(x, 64);
    cast(cuda, Cast<float, bfloat16>{.x = x, .y = y, .n = 4});
    launch(cuda, "diverging", diverging_kernel, {.grid = dim3(1), .block = dim3(32)});
    for (int i = 0; i < 20; ++i) cast(cuda, Cast<float, bfloat16>{.x = x, .y = y, .n = 4});
    context.synchronize();
  } catch (const CudaError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    std::_Exit(0);
  }
  std::_Exit(1);
}

class FaultsDeathTest : public testing::Test {
 protected:
  void SetUp() override { testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

TEST_F(FaultsDeathTest, AreFoundLaterWithTheLastSixteenNames) {
  std::string names;
  for (int i = 0; i < 16; ++i) names += i == 0 ? "cast" : ", cast";
  EXPECT_EXIT(fail("0"), ExitedWithCode(0),
              HasSubstr("the GPU failed at earlier work (launched last: " + names +
                        "; STORYTELLER_CUDA_SYNC=1 names the kernel): unspecified launch failure: "
                        "diverging_kernel"));
}

TEST_F(FaultsDeathTest, NameTheKernelWhereEveryLaunchIsWaitedFor) {
  EXPECT_EXIT(fail("1"), ExitedWithCode(0),
              AllOf(HasSubstr("diverging: unspecified launch failure"), Not(HasSubstr("earlier"))));
}

TEST(Faults, NothingIsWaitedForWhileAStreamIsCaptured) {
  CudaContext context;
  context.options().synchronous = true;
  auto* x = static_cast<float*>(context.allocate(64));
  auto* y = static_cast<bfloat16*>(context.allocate(64));
  context.fill_zero(x, 64);
  ASSERT_EQ(cudaStreamBeginCapture(context.stream(), cudaStreamCaptureModeThreadLocal),
            cudaSuccess);
  cast(Cuda{&context}, Cast<float, bfloat16>{.x = x, .y = y, .n = 4});
  cudaGraph_t graph = nullptr;
  ASSERT_EQ(cudaStreamEndCapture(context.stream(), &graph), cudaSuccess);
  EXPECT_EQ(cudaGraphDestroy(graph), cudaSuccess);
  context.release(x);
  context.release(y);
}

}  // namespace
}  // namespace storyteller::faults_test
