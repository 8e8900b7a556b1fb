// What memcheck finds of single accesses: the kernel fails, with the source line.
#include <gmock/gmock.h>
#include <string>

#include "kernels/cuda/vector.h"
#include "tests/emulation/self_test/tiny_kernel.h"

namespace storyteller::memory_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string line(int number) { return "memory_test.cc:" + std::to_string(number); }

template <class T>
__global__ void read_at_kernel(const T* x, T* y, int i) {
  *y = x[i];
}
constexpr int kRead = __LINE__ - 2;

template <class T>
std::string read_at(const T* x, int i) {
  const DeviceArray<T> y(1);
  return failure_of(read_at_kernel<T>, {.grid = 1, .block = 1}, x, y.data(), i);
}

TEST(Memcheck, OutOfBoundsByOne) {
  const DeviceArray<float> x(std::vector<float>(7, 1.0F));
  EXPECT_EQ(read_at(x.data(), 0), "");
  EXPECT_EQ(read_at(x.data(), 6), "");
  EXPECT_THAT(read_at(x.data(), 7),
              AllOf(HasSubstr("read_at_kernel: out of bounds"),
                    HasSubstr("byte 28 of a block of 28 bytes"), HasSubstr(line(kRead))));
  EXPECT_THAT(read_at(x.data(), -1), HasSubstr("out of bounds"));
}

TEST(Memcheck, OutOfBoundsByOneOfTwoBytes) {
  const DeviceArray<bfloat16> x(std::vector<float>(7, 1.0F));
  EXPECT_EQ(read_at(x.data(), 6), "");
  EXPECT_THAT(read_at(x.data(), 7), AllOf(HasSubstr("out of bounds"), HasSubstr(line(kRead))));
}

TEST(Memcheck, OutOfBoundsByOneByte) {
  const DeviceArray<uint8_t> x(std::vector<int>(5, 1));
  EXPECT_EQ(read_at(x.data(), 4), "");
  EXPECT_THAT(read_at(x.data(), 5), HasSubstr("out of bounds"));
}

__global__ void load_kernel(const float* x, float* y) {
  float v[4];
  load(x + 4, v);
  *y = v[0] + v[1] + v[2] + v[3];
}
constexpr int kLoad = __LINE__ - 3;

TEST(Memcheck, LastElementOfAVectorOutOfBounds) {
  const DeviceArray<float> enough(std::vector<float>(8, 1.0F)), few(std::vector<float>(7, 1.0F)),
      y(1);
  EXPECT_EQ(failure_of(load_kernel, {.grid = 1, .block = 1}, enough.data(), y.data()), "");
  EXPECT_THAT(failure_of(load_kernel, {.grid = 1, .block = 1}, few.data(), y.data()),
              AllOf(HasSubstr("out of bounds"), HasSubstr("vector.h"), HasSubstr(line(kLoad))));
}

TEST(Memcheck, UseAfterFree) {
  const float* freed = DeviceArray<float>(std::vector<float>(7, 1.0F)).data();
  EXPECT_THAT(read_at(freed, 3), AllOf(HasSubstr("use after free"), HasSubstr(line(kRead))));
}

TEST(Memcheck, PointerOfTheHost) {
  const float here = 1;
  EXPECT_THAT(read_at(&here, 0),
              AllOf(HasSubstr("pointer to the host's memory"), HasSubstr(line(kRead))));
  EXPECT_THAT(read_at(static_cast<const float*>(nullptr), 1),
              AllOf(HasSubstr("null pointer"), HasSubstr(line(kRead))));
}

TEST(Memcheck, ReadOfMemoryThatNobodyWrote) {
  const DeviceArray<float> x(4);
  EXPECT_THAT(read_at(x.data(), 2), AllOf(HasSubstr("never written"), HasSubstr(line(kRead))));
  test_cuda().context->fill_zero(x.data(), 3 * sizeof(float));
  EXPECT_EQ(read_at(x.data(), 2), "");
  EXPECT_THAT(read_at(x.data(), 3), HasSubstr("never written"));
  const DeviceArray<float> copy(4);
  test_cuda().context->copy(copy.data(), x.data(), 4 * sizeof(float));
  EXPECT_EQ(read_at(copy.data(), 2), "");
  EXPECT_THAT(read_at(copy.data(), 3), HasSubstr("never written"));
}

__global__ void add_kernel(float* x) { *x += 1; }
constexpr int kAdd = __LINE__ - 1;

TEST(Memcheck, AddingToMemoryThatNobodyWrote) {
  const DeviceArray<float> x(1);
  EXPECT_THAT(failure_of(add_kernel, {.grid = 1, .block = 1}, x.data()),
              AllOf(HasSubstr("never written"), HasSubstr(line(kAdd))));
}

__global__ void shared_kernel(float* y, int writes, int reads) {
  SharedMemory shared;
  auto* s = shared.array<float>(4);
  for (int i = 0; i < writes; ++i) s[i] = 1;
  for (int i = 0; i < reads; ++i) y[i] = s[i];
}
constexpr int kSharedWrite = __LINE__ - 3, kSharedRead = __LINE__ - 2;

TEST(Memcheck, SharedMemory) {
  const DeviceArray<float> y(5);
  const LaunchShape shape{.grid = 2, .block = 1, .shared_bytes = shared_bytes<float>(4)};
  const LaunchShape one{.grid = 1, .block = 1, .shared_bytes = shared_bytes<float>(4)};
  EXPECT_EQ(failure_of(shared_kernel, one, y.data(), 4, 4), "");
  EXPECT_THAT(failure_of(shared_kernel, one, y.data(), 5, 0),
              AllOf(HasSubstr("out of bounds"), HasSubstr("byte 16 of the 32 bytes of shared"),
                    HasSubstr(line(kSharedWrite))));
  EXPECT_THAT(failure_of(shared_kernel, one, y.data(), 3, 4),
              AllOf(HasSubstr("never written"), HasSubstr("shared"), HasSubstr(line(kSharedRead))));
  // The second block does not find what the first one wrote.
  EXPECT_THAT(failure_of(shared_kernel, shape, y.data(), 1, 2), HasSubstr("never written"));
}

__global__ void two_arrays_kernel(int i) {
  SharedMemory shared;
  auto* first = shared.array<bfloat16>(3);
  shared.array<float>(8);
  first[i] = bfloat16(1.0F);
}
constexpr int kTwoArrays = __LINE__ - 2;

TEST(Memcheck, EndOfAnArrayInSharedMemory) {
  const LaunchShape shape{
      .grid = 1, .block = 2, .shared_bytes = shared_bytes<bfloat16>(3) + shared_bytes<float>(8)};
  EXPECT_THAT(failure_of(two_arrays_kernel, shape, 3),
              AllOf(HasSubstr("out of bounds"), HasSubstr(line(kTwoArrays))));
  EXPECT_THAT(failure_of(two_arrays_kernel,
                         {.grid = 1, .block = 1, .shared_bytes = shared_bytes<bfloat16>(3)}, 0),
              HasSubstr("of shared memory, the launch gave 32"));
}

struct Large {
  float values[64];
};
__global__ void large_kernel(const Large* from, Large* to) { *to = *from; }
constexpr int kLarge = __LINE__ - 1;

TEST(Memcheck, CopiesOfLargeStructs) {
  const DeviceArray<float> full(std::vector<float>(64, 1.0F)), less(std::vector<float>(63, 1.0F)),
      to(64);
  const auto copy = [&](const DeviceArray<float>& from) {
    return failure_of(large_kernel, {.grid = 1, .block = 1},
                      reinterpret_cast<const Large*>(from.data()),
                      reinterpret_cast<Large*>(to.data()));
  };
  EXPECT_EQ(copy(full), "");
  EXPECT_THAT(copy(less), AllOf(HasSubstr("out of bounds"), HasSubstr(line(kLarge))));
}

}  // namespace
}  // namespace storyteller::memory_test
