// The memory of the emulated device.
#include <gmock/gmock.h>

#include "kernels/cuda/error.h"
#include "tests/emulation/emulator/device_heap.h"
#include "tests/emulation/self_test/tiny_kernel.h"

namespace storyteller::heap_test {
namespace {

__global__ void fill_kernel(int* x, int64_t n, int value) {
  for (int64_t i = threadIdx.x; i < n; i += blockDim.x) x[i] = value;
}

TEST(DeviceMemory, BlocksKeepTheirContentWhileOthersComeAndGo) {
  std::vector<std::unique_ptr<DeviceArray<int>>> blocks(20);
  for (int round = 0; round < 400; ++round) {
    auto& block = blocks[static_cast<size_t>(round * 7 % 20)];
    if (block != nullptr) {
      const std::vector<int> values = block->raw();
      for (const int value : values) ASSERT_EQ(value, values[0]);
    }
    const int64_t n = int64_t{1} << round * 5 % 17;
    block = std::make_unique<DeviceArray<int>>(n + round % 3);
    ASSERT_EQ(
        failure_of(fill_kernel, {.grid = 1, .block = 32}, block->data(), block->size(), round), "");
  }
}

TEST(DeviceMemory, MoreThanThereIsGivesNull) {
  EXPECT_EQ(test_cuda().context->allocate(size_t{1} << 40), nullptr);
  void* large = test_cuda().context->allocate(size_t{100} << 20);
  EXPECT_NE(large, nullptr);
  test_cuda().context->release(large);
}

TEST(DeviceMemory, CopiesThatNameTheWrongSideFail) {
  const DeviceArray<int> x(std::vector<int>{1, 2, 3});
  std::vector<int> host(4);
  CudaContext& context = *test_cuda().context;
  EXPECT_THROW(context.upload(host.data(), host.data(), 8), CudaError);
  EXPECT_THROW(context.copy(x.data(), host.data(), 8), CudaError);
  EXPECT_THROW(context.download(host.data(), x.data(), 16), CudaError);  // one element too many
  EXPECT_NO_THROW(context.download(host.data(), x.data(), 12));
}

}  // namespace
}  // namespace storyteller::heap_test
