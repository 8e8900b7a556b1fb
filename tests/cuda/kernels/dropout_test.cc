#include "kernels/dropout.h"

#include "tests/cuda/device_array.h"

namespace storyteller::dropout_test {
namespace {

template <class T>
class DropoutCuda : public testing::Test {};
TYPED_TEST_SUITE(DropoutCuda, StorageTypes);

struct Sizes {
  int64_t N, W;
};
// Widths below, at and above the 8 elements that share one block of random bits, odd ones and ones
// that are whole vectors of float alone.
constexpr Sizes kSizes[] = {{1, 1}, {3, 7}, {2, 12}, {5, 37}, {4, 40}, {7, 520}};

std::vector<uint64_t> row_keys(int64_t N) {
  std::vector<uint64_t> keys;
  for (int64_t n = 0; n < N; ++n) keys.push_back(uint64_t{0x123456789} * (17 * n + 5));
  return keys;
}

TYPED_TEST(DropoutCuda, DropsWhatTheCpuDrops) {
  using T = TypeParam;
  for (const auto [N, W] : kSizes) {
    for (const float rate : {0.0F, 0.25F, 0.5F, 0.9F}) {
      for (const bool accumulate : {false, true}) {
        SCOPED_TRACE(testing::Message() << "N " << N << ", W " << W << ", rate " << rate
                                        << ", accumulate " << accumulate);
        const auto x = rounded<T>(uniform(1, N * W, 0.5, 1.5));  // no zeros but the dropped
        auto want = rounded<T>(uniform(2, N * W, 0.5, 1.5));
        const auto keys = row_keys(N);
        const DeviceArray<T> device_x(x), y(want);
        const DeviceArray<uint64_t> device_keys(keys);
        dropout(reference_cpu(), Dropout<double>{.x = x.data(),
                                                 .row_key = keys.data(),
                                                 .y = want.data(),
                                                 .N = N,
                                                 .W = W,
                                                 .key = 0xABCDEF0123456789,
                                                 .rate = rate,
                                                 .accumulate = accumulate});
        dropout(test_cuda(), Dropout<T>{.x = device_x.data(),
                                        .row_key = device_keys.data(),
                                        .y = y.data(),
                                        .N = N,
                                        .W = W,
                                        .key = 0xABCDEF0123456789,
                                        .rate = rate,
                                        .accumulate = accumulate});
        expect_close(y.values(), want, tolerance_of<T>(), "y");
        if (accumulate) continue;
        const std::vector<double> got = y.values();
        for (size_t i = 0; i < got.size(); ++i) ASSERT_EQ(got[i] == 0, want[i] == 0);
        dropout(test_cuda(), Dropout<T>{.x = device_x.data(),
                                        .row_key = device_keys.data(),
                                        .y = device_x.data(),
                                        .N = N,
                                        .W = W,
                                        .key = 0xABCDEF0123456789,
                                        .rate = rate});
        EXPECT_EQ(device_x.values(), got) << "in place";
      }
    }
  }
}

// The rate is set to each of a row's own draws: that element stays, one step above it falls.
TYPED_TEST(DropoutCuda, DrawOfTheRateItselfIsKept) {
  using T = TypeParam;
  constexpr int64_t W = 8;
  const DeviceArray<T> x(std::vector<double>(W, 1)), y(W);
  const DeviceArray<uint64_t> row_key(std::vector<uint64_t>{3});
  const auto bits = philox(7, 3, 0);
  for (int j = 0; j < W; ++j) {
    const uint32_t draw = bits[j / 2] >> 16 * (j % 2) & 0xFFFFU;
    for (const uint32_t threshold : {draw, draw + 1}) {
      dropout(test_cuda(), Dropout<T>{.x = x.data(),
                                      .row_key = row_key.data(),
                                      .y = y.data(),
                                      .N = 1,
                                      .W = W,
                                      .key = 7,
                                      .rate = static_cast<float>(threshold) / 65536});
      EXPECT_EQ(y.values()[j] != 0, threshold == draw) << "element " << j;
    }
  }
}

TYPED_TEST(DropoutCuda, NothingIsNoError) {
  using T = TypeParam;
  dropout(
      test_cuda(),
      Dropout<T>{
          .x = nullptr, .row_key = nullptr, .y = nullptr, .N = 0, .W = 8, .key = 1, .rate = 0.5F});
}

}  // namespace
}  // namespace storyteller::dropout_test
