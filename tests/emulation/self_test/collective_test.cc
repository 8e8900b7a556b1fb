// Barriers and warp operations do what CUDA says.
#include <gmock/gmock.h>

#include "tests/emulation/self_test/tiny_kernel.h"

namespace storyteller::collective_test {
namespace {

__global__ void block_sum_kernel(const float* x, float* sum, int n) {
  SharedMemory shared;
  auto* partial = shared.array<float>(kBlockPartials);
  float mine = 0;
  for (int i = static_cast<int>(threadIdx.x); i < n; i += static_cast<int>(blockDim.x)) {
    mine += x[i];
  }
  sum[blockIdx.x * blockDim.x + threadIdx.x] = block_sum(mine, partial);
}

TEST(Collectives, BlockSumReachesEveryThread) {
  const DeviceArray<float> x(std::vector<float>(1000, 0.5F)), sum(2 * 96);
  EXPECT_EQ(failure_of(block_sum_kernel,
                       {.grid = 2, .block = 96, .shared_bytes = shared_bytes<float>(33)}, x.data(),
                       sum.data(), 1000),
            "");
  EXPECT_EQ(sum.values(), std::vector<double>(2 * 96, 500.0));
}

__global__ void shuffle_kernel(int* out) {
  const int lane = static_cast<int>(threadIdx.x);
  out[lane] = __shfl_sync(0xFFFFFFFFU, lane, 5);
  out[32 + lane] = __shfl_up_sync(0xFFFFFFFFU, lane, 3U);
  out[64 + lane] = __shfl_down_sync(0xFFFFFFFFU, lane, 3U, 8);
  out[96 + lane] = __shfl_xor_sync(0xFFFFFFFFU, lane, 9);
  out[128 + lane] = __shfl_sync(0xFFFFFFFFU, lane, 17, 16);
}

TEST(Collectives, ShufflesReadTheLaneThatCudaSays) {
  const DeviceArray<int> out(160);
  ASSERT_EQ(failure_of(shuffle_kernel, {.grid = 1, .block = 32}, out.data()), "");
  const std::vector<int> got = out.raw();
  for (int lane = 0; lane < 32; ++lane) {
    const auto at = [&](int row) { return got[static_cast<size_t>(32 * row + lane)]; };
    EXPECT_EQ(at(0), 5);
    EXPECT_EQ(at(1), lane < 3 ? lane : lane - 3);
    EXPECT_EQ(at(2), lane % 8 + 3 < 8 ? lane + 3 : lane);
    EXPECT_EQ(at(3), lane ^ 9);
    EXPECT_EQ(at(4), lane / 16 * 16 + 1);
  }
}

__global__ void vote_kernel(unsigned* out) {
  const unsigned lane = threadIdx.x;
  unsigned* mine = out + 8 * lane;
  mine[0] = __ballot_sync(0xFFFFFFFFU, lane % 3 == 0);
  mine[1] = static_cast<unsigned>(__any_sync(0xFFFFFFFFU, lane == 31));
  mine[2] = static_cast<unsigned>(__all_sync(0xFFFFFFFFU, lane < 31));
  mine[3] = __reduce_add_sync(0xFFFFFFFFU, lane);
  mine[4] = __reduce_max_sync(0xFFFFFFFFU, lane);
  mine[5] = __match_any_sync(0xFFFFFFFFU, lane / 8);
  // Half of a warp votes by itself.
  mine[6] = lane < 16 ? __reduce_min_sync(0x0000FFFFU, lane + 1) : 0;
  mine[7] = static_cast<unsigned>(__syncthreads_count(lane < 7));
}

TEST(Collectives, VotesReductionsAndMatches) {
  const DeviceArray<unsigned> out(8 * 32);
  ASSERT_EQ(failure_of(vote_kernel, {.grid = 1, .block = 32}, out.data()), "");
  const std::vector<unsigned> got = out.raw();
  for (unsigned lane = 0; lane < 32; ++lane) {
    const auto* mine = got.data() + size_t{8} * lane;
    EXPECT_EQ(mine[0], 0x49249249U);
    EXPECT_EQ(mine[1], 1U);
    EXPECT_EQ(mine[2], 0U);
    EXPECT_EQ(mine[3], 496U);
    EXPECT_EQ(mine[4], 31U);
    EXPECT_EQ(mine[5], 0xFFU << lane / 8 * 8);
    EXPECT_EQ(mine[6], lane < 16 ? 1U : 0U);
    EXPECT_EQ(mine[7], 7U);
  }
}

__global__ void atomic_kernel(int* count, unsigned long long* most) {
  atomicAdd(count, 2);
  atomicMax(most, blockIdx.x * blockDim.x + threadIdx.x);
}

TEST(Collectives, AtomicsAddUp) {
  const DeviceArray<int> count(std::vector<int>{1});
  const DeviceArray<unsigned long long> most(std::vector<unsigned long long>{0});
  ASSERT_EQ(failure_of(atomic_kernel, {.grid = 3, .block = 37}, count.data(), most.data()), "");
  EXPECT_EQ(count.raw()[0], 1 + 2 * 111);
  EXPECT_EQ(most.raw()[0], 110U);
}

}  // namespace
}  // namespace storyteller::collective_test
