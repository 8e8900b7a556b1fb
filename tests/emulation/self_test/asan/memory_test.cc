// What AddressSanitizer and UndefinedBehaviorSanitizer find; they end the program.
#include <gmock/gmock.h>
#include <string>

#include "kernels/cuda/vector.h"
#include "tests/emulation/self_test/tiny_kernel.h"

namespace storyteller::memory_test {
namespace {

std::string at(const std::string& what, int line) {
  return what + "(.|\n)*memory_test.cc:" + std::to_string(line);
}

__global__ void read_at_kernel(const float* x, float* y, int i) { *y = x[i]; }
constexpr int kRead = __LINE__ - 1;

TEST(AsanDeathTest, OutOfBoundsByOne) {
  const DeviceArray<float> x(std::vector<float>(7, 1.0F)), y(1);
  EXPECT_EQ(failure_of(read_at_kernel, {.grid = 1, .block = 1}, x.data(), y.data(), 6), "");
  EXPECT_DEATH(failure_of(read_at_kernel, {.grid = 1, .block = 1}, x.data(), y.data(), 7),
               at("heap-buffer-overflow", kRead));
  EXPECT_DEATH(failure_of(read_at_kernel, {.grid = 1, .block = 1}, x.data(), y.data(), -1),
               at("heap-buffer-overflow", kRead));
}

TEST(AsanDeathTest, UseAfterFree) {
  const float* freed = DeviceArray<float>(std::vector<float>(7, 1.0F)).data();
  const DeviceArray<float> y(1);
  EXPECT_DEATH(failure_of(read_at_kernel, {.grid = 1, .block = 1}, freed, y.data(), 0),
               at("heap-use-after-free", kRead));
}

__global__ void shared_kernel(int i) {
  SharedMemory shared;
  auto* first = shared.array<float>(3);
  shared.array<float>(4);
  first[i] = 1;
}
constexpr int kShared = __LINE__ - 2;

TEST(AsanDeathTest, SharedMemoryOutOfBoundsByOne) {
  const LaunchShape shape{
      .grid = 2, .block = 1, .shared_bytes = shared_bytes<float>(3) + shared_bytes<float>(4)};
  EXPECT_EQ(failure_of(shared_kernel, shape, 2), "");
  EXPECT_DEATH(failure_of(shared_kernel, shape, 3), at("use-after-poison", kShared));
  EXPECT_DEATH(failure_of(shared_kernel, shape, -1), at("heap-buffer-overflow", kShared));
}

__global__ void misaligned_kernel(const float* x, float* y) {
  float v[4];
  load(x + 1, v);
  *y = v[0];
}

TEST(AsanDeathTest, VectorAtAnOddAddress) {
  const DeviceArray<float> x(std::vector<float>(8, 1.0F)), y(1);
  EXPECT_DEATH(failure_of(misaligned_kernel, {.grid = 1, .block = 1}, x.data(), y.data()),
               "misaligned address");
}

}  // namespace
}  // namespace storyteller::memory_test
