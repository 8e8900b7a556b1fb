// What the host's own memory protection finds in plain mode.
#include <gmock/gmock.h>

#include "tests/emulation/self_test/tiny_kernel.h"

namespace storyteller::faults_test {
namespace {

float read_on_host(const float* x) { return *static_cast<const volatile float*>(x); }
constexpr int kHostRead = __LINE__ - 1;

TEST(PlainFaultsDeathTest, HostReadsDeviceMemory) {
  const DeviceArray<float> x(std::vector<float>{1, 2, 3});
  EXPECT_DEATH(read_on_host(x.data()),
               "device memory from the host.*faults_test.cc:" + std::to_string(kHostRead));
}

__global__ void null_kernel(float* x) { *x = 1; }
constexpr int kNull = __LINE__ - 1;

TEST(PlainFaultsDeathTest, KernelWritesToNull) {
  EXPECT_DEATH(failure_of(null_kernel, {.grid = 1, .block = 1}, static_cast<float*>(nullptr)),
               "from a kernel.*faults_test.cc:" + std::to_string(kNull));
}

__global__ void unwritten_kernel(const float* x, float* y) {
  SharedMemory shared;
  auto* s = shared.array<float>(1);
  y[0] = x[0];
  y[1] = s[0];
}

TEST(PlainFaults, WhatNobodyWroteIsNaN) {
  const DeviceArray<float> x(1), y(2);
  ASSERT_EQ(
      failure_of(unwritten_kernel, {.grid = 1, .block = 1, .shared_bytes = shared_bytes<float>(1)},
                 x.data(), y.data()),
      "");
  EXPECT_TRUE(std::isnan(y.values()[0]));
  EXPECT_TRUE(std::isnan(y.values()[1]));
}

}  // namespace
}  // namespace storyteller::faults_test
