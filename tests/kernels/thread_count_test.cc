#include "kernels/cpu/thread_count.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <thread>
#include <vector>

#include "kernels/cpu/context.h"
#include "kernels/gemm.h"
#include "tests/kernels/kernel_test.h"

namespace storyteller::thread_count_test {
namespace {

/// A product that is large enough to be shared out.
std::vector<float> product() {
  constexpr int64_t kRows = 300, kColumns = 70, kInner = 190;
  const std::vector<float> a = random_values<float>(1, kRows * kInner);
  const std::vector<float> b = random_values<float>(2, kInner * kColumns);
  std::vector<float> c(kRows * kColumns);
  CpuContext context;
  gemm(Cpu{&context},
       Gemm<float>{
           .a = a.data(), .b = b.data(), .c = c.data(), .M = kRows, .N = kColumns, .K = kInner});
  return c;
}

/// Runs `body` on a thread of its own, whose settings of OpenMP end with it.
template <class Body>
void apart(Body body) {
  std::thread(body).join();
}

TEST(ThreadCount, IsTheOneThatRegionsGet) {
  apart([] {
    omp_set_num_threads(4);
    settle_thread_count();
    EXPECT_EQ(omp_get_max_threads(), 4);
    omp_set_num_threads(3);  // an owner of the program may change it
    settle_thread_count();
    EXPECT_EQ(omp_get_max_threads(), 3);
  });
}

TEST(ThreadCount, FewerThanNamedAreFoundOut) {
  apart([] {
    omp_set_max_active_levels(0);  // every region runs on one thread
    omp_set_num_threads(4);
    settle_thread_count();
    EXPECT_EQ(omp_get_max_threads(), 1);
  });
}

TEST(ThreadCount, NumbersDoNotVaryWithTheLoadOfTheMachine) {
  apart([] {
    omp_set_dynamic(1);
    omp_set_num_threads(3);
    settle_thread_count();
    EXPECT_EQ(omp_get_dynamic(), 0);
    EXPECT_EQ(omp_get_max_threads(), 3);
  });
}

TEST(ThreadCount, ProductsAreRightWhateverIsGranted) {
  std::vector<float> expected;
  apart([&] {
    omp_set_num_threads(1);
    expected = product();
  });
  for (const int levels : {0, 1}) {
    apart([&] {
      omp_set_max_active_levels(levels);
      omp_set_num_threads(4);
      const std::vector<float> found = product();
      for (size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(found[i], expected[i], 1e-4) << i;
    });
  }
}

}  // namespace
}  // namespace storyteller::thread_count_test
