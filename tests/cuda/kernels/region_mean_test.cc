#include "kernels/region_mean.h"

#include "tests/cuda/device_array.h"

namespace storyteller::region_mean_test {
namespace {

template <class T>
class RegionMeanCuda : public testing::Test {};
TYPED_TEST_SUITE(RegionMeanCuda, StorageTypes);

struct Sizes {
  int64_t I, L, D;
};
// Odd widths, widths that vectors divide, fewer and more regions than warps, several tiles of
// features.
constexpr Sizes kSizes[] = {{1, 1, 1}, {3, 49, 37}, {2, 5, 72}, {2, 13, 520}};

TYPED_TEST(RegionMeanCuda, ForwardMatchesTheReference) {
  using T = TypeParam;
  for (const auto [I, L, D] : kSizes) {
    SCOPED_TRACE(testing::Message() << "I " << I << ", L " << L << ", D " << D);
    const auto x = rounded<T>(uniform(1, I * L * D));
    const DeviceArray<T> device_x(x), mean(I * D);
    region_mean_forward(
        test_cuda(),
        RegionMeanForward<T>{.x = device_x.data(), .mean = mean.data(), .I = I, .L = L, .D = D});
    std::vector<double> want(static_cast<size_t>(I * D));
    region_mean_forward(
        reference_cpu(),
        RegionMeanForward<double>{.x = x.data(), .mean = want.data(), .I = I, .L = L, .D = D});
    expect_close(mean.values(), want, tolerance_of<T>(), "mean");
  }
}

TYPED_TEST(RegionMeanCuda, BackwardMatchesTheReferenceAndAdds) {
  using T = TypeParam;
  for (const auto [I, L, D] : kSizes) {
    SCOPED_TRACE(testing::Message() << "I " << I << ", L " << L << ", D " << D);
    const auto dmean = rounded<T>(uniform(1, I * D, -30, 30));
    auto want = rounded<T>(uniform(2, I * L * D));
    const DeviceArray<T> device_dmean(dmean), dx(want);
    region_mean_backward(
        test_cuda(), RegionMeanBackward<T>{
                         .dmean = device_dmean.data(), .dx = dx.data(), .I = I, .L = L, .D = D});
    region_mean_backward(reference_cpu(),
                         RegionMeanBackward<double>{
                             .dmean = dmean.data(), .dx = want.data(), .I = I, .L = L, .D = D});
    expect_close(dx.values(), want, tolerance_of<T>(), "dx");
  }
}

}  // namespace
}  // namespace storyteller::region_mean_test
