// What makes a GPU hang or worse is found, with its line.
#include <gmock/gmock.h>
#include <string>

#include "tests/emulation/self_test/tiny_kernel.h"

namespace storyteller::divergence_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string line(int number) { return "divergence_test.cc:" + std::to_string(number); }

__global__ void divergent_barrier_kernel() {
  if (threadIdx.x < 40) {
    __syncthreads();
  } else {
    __syncthreads();
  }
}
constexpr int kDivergent = __LINE__ - 5;

TEST(Divergence, BarriersOfTwoLines) {
  EXPECT_THAT(failure_of(divergent_barrier_kernel, {.grid = 1, .block = 64}),
              AllOf(HasSubstr("divergent_barrier_kernel"), HasSubstr("different barriers"),
                    HasSubstr(line(kDivergent)), HasSubstr(line(kDivergent + 2)),
                    HasSubstr("40 threads"), HasSubstr("24 threads")));
}

__global__ void early_return_kernel(int n) {
  if (static_cast<int>(threadIdx.x) >= n) return;
  __syncthreads();
}
constexpr int kAfterReturn = __LINE__ - 2;

TEST(Divergence, ReturnBeforeABarrier) {
  EXPECT_THAT(failure_of(early_return_kernel, {.grid = 1, .block = 64}, 63),
              AllOf(HasSubstr("no thread can go on"), HasSubstr("1 threads (63) have ended"),
                    HasSubstr(line(kAfterReturn))));
  EXPECT_EQ(failure_of(early_return_kernel, {.grid = 1, .block = 64}, 64), "");
}

__global__ void lane_not_in_mask_kernel() {
  if (threadIdx.x < 17) __syncwarp(0x0000FFFFU);
}
constexpr int kNotInMask = __LINE__ - 2;

TEST(Divergence, LaneOutsideOfItsOwnMask) {
  EXPECT_THAT(failure_of(lane_not_in_mask_kernel, {.grid = 1, .block = 32}),
              AllOf(HasSubstr("without being in its mask"), HasSubstr("lane 16"),
                    HasSubstr(line(kNotInMask))));
}

__global__ void absent_lanes_kernel() { __syncwarp(); }
constexpr int kAbsent = __LINE__ - 1;

TEST(Divergence, MaskOfLanesThatDoNotExist) {
  EXPECT_THAT(failure_of(absent_lanes_kernel, {.grid = 1, .block = 40}),
              AllOf(HasSubstr("lanes that the block does not have"), HasSubstr(line(kAbsent))));
  EXPECT_EQ(failure_of(absent_lanes_kernel, {.grid = 1, .block = 64}), "");
}

__global__ void partial_arrival_kernel(float* x) {
  if (threadIdx.x < 16) x[threadIdx.x] = __shfl_xor_sync(0xFFFFFFFFU, x[threadIdx.x], 1);
}
constexpr int kPartial = __LINE__ - 2;

TEST(Divergence, MaskOfLanesThatNeverArrive) {
  const DeviceArray<float> x(std::vector<float>(16, 1.0F));
  EXPECT_THAT(failure_of(partial_arrival_kernel, {.grid = 1, .block = 32}, x.data()),
              HasSubstr(line(kPartial)));
}

__global__ void foreign_source_kernel(float* x) {
  if (threadIdx.x < 16) x[threadIdx.x] = __shfl_sync(0x0000FFFFU, x[threadIdx.x], 16);
}
constexpr int kForeign = __LINE__ - 2;

TEST(Divergence, ShuffleFromALaneOutsideOfTheMask) {
  const DeviceArray<float> x(std::vector<float>(16, 1.0F));
  EXPECT_THAT(
      failure_of(foreign_source_kernel, {.grid = 1, .block = 32}, x.data()),
      AllOf(HasSubstr("reads from a lane that is not in the mask"), HasSubstr(line(kForeign))));
}

__global__ void two_sites_kernel(float* x) {
  if (threadIdx.x < 16) {
    x[threadIdx.x] = __shfl_xor_sync(0xFFFFFFFFU, x[threadIdx.x], 1);
  } else {
    x[threadIdx.x] = __shfl_xor_sync(0xFFFFFFFFU, x[threadIdx.x], 1);
  }
}
constexpr int kTwoSites = __LINE__ - 5;

TEST(Divergence, OneShuffleCalledFromTwoPlaces) {
  const DeviceArray<float> x(std::vector<float>(32, 1.0F));
  EXPECT_THAT(failure_of(two_sites_kernel, {.grid = 1, .block = 32}, x.data()),
              AllOf(HasSubstr("different operations"), HasSubstr(line(kTwoSites)),
                    HasSubstr(line(kTwoSites + 2))));
}

__global__ void two_masks_kernel(float* x) {
  const unsigned mask = threadIdx.x < 16 ? 0xFFFFFFFFU : 0xFFFF0000U;
  x[threadIdx.x] = __shfl_xor_sync(mask, x[threadIdx.x], 1);
  if (threadIdx.x >= 16) x[threadIdx.x] = __shfl_xor_sync(0xFFFFFFFFU, x[threadIdx.x], 1);
}
constexpr int kTwoMasks = __LINE__ - 3;

TEST(Divergence, OneShuffleWithTwoMasks) {
  const DeviceArray<float> x(std::vector<float>(32, 1.0F));
  EXPECT_THAT(failure_of(two_masks_kernel, {.grid = 1, .block = 32}, x.data()),
              HasSubstr(line(kTwoMasks)));
}

__global__ void much_shared_kernel() {}

TEST(Launch, TooMuchOfAnythingIsRefused) {
  EXPECT_THAT(failure_of(much_shared_kernel, {.grid = 1, .block = 1025}), HasSubstr("no block"));
  EXPECT_THAT(failure_of(much_shared_kernel, {.grid = dim3(1, 65536), .block = 32}),
              HasSubstr("no grid"));
  EXPECT_THAT(failure_of(much_shared_kernel, {.grid = 1, .block = 32, .shared_bytes = 228 << 10}),
              HasSubstr("more shared memory than a block can have"));
  EXPECT_EQ(failure_of(much_shared_kernel, {.grid = 1, .block = 32, .shared_bytes = 227 << 10}),
            "");
}

}  // namespace
}  // namespace storyteller::divergence_test
