// Races: two threads, one of which writes, with nothing between them.
#include <gmock/gmock.h>
#include <string>

#include "kernels/cuda/vector.h"
#include "tests/emulation/self_test/tiny_kernel.h"

namespace storyteller::race_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string line(int number) { return "race_test.cc:" + std::to_string(number); }

/// Every thread writes its place, and reads that of the thread `distance` further.
template <class Barrier>
__global__ void exchange_kernel(float* y, int distance) {
  SharedMemory shared;
  auto* s = shared.array<float>(64);
  s[threadIdx.x] = 0;
  __syncthreads();
  s[threadIdx.x] = 1;
  Barrier{}();
  y[threadIdx.x] = s[(threadIdx.x + distance) % blockDim.x];
}
constexpr int kExchangeWrite = __LINE__ - 4, kExchangeRead = __LINE__ - 2;

template <class Barrier>
std::string exchange(int threads, int distance) {
  const DeviceArray<float> y(64);
  return failure_of(
      exchange_kernel<Barrier>,
      {.grid = 1, .block = static_cast<unsigned>(threads), .shared_bytes = shared_bytes<float>(64)},
      y.data(), distance);
}

struct NoBarrier {
  void operator()() const {}
};
struct WarpBarrier {
  void operator()() const { __syncwarp(); }
};
struct BlockBarrier {
  void operator()() const { __syncthreads(); }
};
struct Shuffle {
  void operator()() const { __shfl_xor_sync(kAllLanes, 1, 1); }
};

TEST(Races, MissingBlockBarrier) {
  EXPECT_EQ(exchange<BlockBarrier>(64, 32), "");
  EXPECT_EQ(exchange<NoBarrier>(64, 0), "");
  // A barrier of the warps does not help between them.
  EXPECT_THAT(
      exchange<WarpBarrier>(64, 32),
      AllOf(HasSubstr("race"), HasSubstr(line(kExchangeWrite)), HasSubstr(line(kExchangeRead))));
}

TEST(Races, MissingWarpBarrier) {
  EXPECT_EQ(exchange<WarpBarrier>(32, 1), "");
  EXPECT_EQ(exchange<BlockBarrier>(32, 1), "");
  EXPECT_THAT(exchange<NoBarrier>(32, 31), HasSubstr("race"));
  // Shuffles order no memory.
  EXPECT_THAT(exchange<Shuffle>(32, 1),
              AllOf(HasSubstr("race"), HasSubstr("shared memory"), HasSubstr(line(kExchangeWrite)),
                    HasSubstr(line(kExchangeRead))));
}

__global__ void read_then_write_kernel(const float* x, float* y) {
  y[threadIdx.x] = x[0] + x[1];
  if (threadIdx.x == 1) const_cast<float*>(x)[0] = 2;
}
constexpr int kReadFirst = __LINE__ - 3, kWriteAfter = __LINE__ - 2;

TEST(Races, WriteAfterAnotherThreadsRead) {
  const DeviceArray<float> x(std::vector<float>{1, 1}), y(64);
  EXPECT_THAT(failure_of(read_then_write_kernel, {.grid = 1, .block = 2}, x.data(), y.data()),
              AllOf(HasSubstr("race"), HasSubstr(line(kReadFirst)), HasSubstr(line(kWriteAfter))));
}

__global__ void partial_masks_kernel(float* y) {
  SharedMemory shared;
  auto* s = shared.array<float>(32);
  const unsigned lane = threadIdx.x;
  s[lane] = 0;
  __syncthreads();
  s[lane] = 1;
  // 0-15 meet, then 8-31: lane 31 comes after lane 0 by way of lane 8.
  if (lane < 16) __syncwarp(0x0000FFFFU);
  if (lane >= 8) __syncwarp(0xFFFFFF00U);
  y[lane] = lane == 31 ? s[0] : s[lane];
  if (lane == 0) y[0] = s[31];
}
constexpr int kUnseen = __LINE__ - 2;

TEST(Races, BarriersOfPartsOfAWarp) {
  const DeviceArray<float> y(32);
  EXPECT_THAT(
      failure_of(partial_masks_kernel,
                 {.grid = 1, .block = 32, .shared_bytes = shared_bytes<float>(32)}, y.data()),
      AllOf(HasSubstr("race"), HasSubstr("thread (0,0,0)"), HasSubstr(line(kUnseen))));
}

__global__ void blocks_kernel(float* x, int apart) { x[blockIdx.x * apart] = 1; }
constexpr int kBlocks = __LINE__ - 1;

TEST(Races, BetweenBlocks) {
  const DeviceArray<float> x(2);
  EXPECT_EQ(failure_of(blocks_kernel, {.grid = 2, .block = 1}, x.data(), 1), "");
  EXPECT_THAT(failure_of(blocks_kernel, {.grid = 2, .block = 1}, x.data(), 0),
              AllOf(HasSubstr("race"), HasSubstr("thread (0,0,0) of block (0,0,0)"),
                    HasSubstr("thread (0,0,0) of block (1,0,0)"), HasSubstr(line(kBlocks))));
}

template <class T>
__global__ void neighbours_kernel(T* x) {
  x[threadIdx.x] = T{};
}

TEST(Races, NeighboursInOneWordAreNone) {
  const DeviceArray<bfloat16> halves(64);
  const DeviceArray<uint8_t> bytes(64);
  EXPECT_EQ(failure_of(neighbours_kernel<bfloat16>, {.grid = 1, .block = 64}, halves.data()), "");
  EXPECT_EQ(failure_of(neighbours_kernel<uint8_t>, {.grid = 1, .block = 64}, bytes.data()), "");
  EXPECT_EQ(failure_of(neighbours_kernel<bfloat16>, {.grid = 1, .block = 64}, halves.data()), "");
}

__global__ void half_kernel(bfloat16* x) { x[threadIdx.x / 2] = bfloat16(1.0F); }
constexpr int kHalf = __LINE__ - 1;

TEST(Races, OfTwoBytes) {
  const DeviceArray<bfloat16> x(4);
  EXPECT_THAT(failure_of(half_kernel, {.grid = 1, .block = 4}, x.data()),
              AllOf(HasSubstr("race"), HasSubstr(line(kHalf))));
}

__global__ void counter_kernel(int* count, int* copy) {
  atomicAdd(count, 1);
  if (copy != nullptr && threadIdx.x == 0) *copy = *count;
}
constexpr int kCounterRead = __LINE__ - 2;

TEST(Races, AtomicsDoNotRaceWithEachOther) {
  const DeviceArray<int> count(std::vector<int>{0}), copy(1);
  int* none = nullptr;
  EXPECT_EQ(failure_of(counter_kernel, {.grid = 2, .block = 32}, count.data(), none), "");
  EXPECT_THAT(failure_of(counter_kernel, {.grid = 2, .block = 32}, count.data(), copy.data()),
              AllOf(HasSubstr("race"), HasSubstr(line(kCounterRead))));
}

TEST(Races, LaunchesAreOrdered) {
  const DeviceArray<float> x(1);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(failure_of(blocks_kernel, {.grid = 1, .block = 1}, x.data(), 0), "");
  }
}

}  // namespace
}  // namespace storyteller::race_test
