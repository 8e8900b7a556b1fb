#include "kernels/glu.h"

#include "tests/cuda/device_array.h"

namespace storyteller::glu_test {
namespace {

template <class T>
class GluCuda : public testing::Test {};
TYPED_TEST_SUITE(GluCuda, StorageTypes);

struct Sizes {
  int64_t B, H;
};
// Odd widths, widths that vectors divide, more elements than a grid has threads.
constexpr Sizes kSizes[] = {{1, 1}, {3, 37}, {2, 40}, {5, 264}};

TYPED_TEST(GluCuda, ForwardMatchesTheReference) {
  using T = TypeParam;
  for (const auto [B, H] : kSizes) {
    SCOPED_TRACE(testing::Message() << "B " << B << ", H " << H);
    auto x = rounded<T>(uniform(1, 2 * B * H, -4, 4));
    const DeviceArray<T> device_x(x), y(B * H);
    glu_forward(test_cuda(), GluForward<T>{.x = device_x.data(), .y = y.data(), .B = B, .H = H});
    std::vector<double> want(static_cast<size_t>(B * H));
    glu_forward(reference_cpu(),
                GluForward<double>{.x = x.data(), .y = want.data(), .B = B, .H = H});
    expect_close(device_x.values(), x, tolerance_of<T>(), "a|s");
    expect_close(y.values(), want, tolerance_of<T>(), "y");
  }
}

TYPED_TEST(GluCuda, BackwardMatchesTheReferenceAndAdds) {
  using T = TypeParam;
  for (const auto [B, H] : kSizes) {
    SCOPED_TRACE(testing::Message() << "B " << B << ", H " << H);
    const auto x = rounded<T>(uniform(1, 2 * B * H, 0, 1)), dy = rounded<T>(uniform(2, B * H));
    auto want = rounded<T>(uniform(3, 2 * B * H));
    const DeviceArray<T> device_x(x), device_dy(dy), dx(want);
    glu_backward(
        test_cuda(),
        GluBackward<T>{
            .x = device_x.data(), .dy = device_dy.data(), .dx = dx.data(), .B = B, .H = H});
    glu_backward(
        reference_cpu(),
        GluBackward<double>{.x = x.data(), .dy = dy.data(), .dx = want.data(), .B = B, .H = H});
    expect_close(dx.values(), want, tolerance_of<T>(), "dx");
  }
}

// A row that does not begin where 16 bytes do.
TYPED_TEST(GluCuda, AMisalignedRowGivesTheSameBits) {
  using T = TypeParam;
  constexpr int64_t kB = 2, kH = 40;
  const auto x = rounded<T>(uniform(1, 2 * kB * kH, -4, 4));
  auto shifted = x;
  shifted.insert(shifted.begin(), 0);
  const DeviceArray<T> aligned(x), misaligned(shifted), y(kB * kH), other(kB * kH);
  glu_forward(test_cuda(), GluForward<T>{.x = aligned.data(), .y = y.data(), .B = kB, .H = kH});
  glu_forward(test_cuda(),
              GluForward<T>{.x = misaligned.data() + 1, .y = other.data(), .B = kB, .H = kH});
  EXPECT_EQ(other.values(), y.values());
}

}  // namespace
}  // namespace storyteller::glu_test
