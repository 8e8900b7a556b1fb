#include "kernels/pool2d.h"

#include <limits>

#include "tests/cuda/device_array.h"

namespace storyteller::pool2d_test {
namespace {

template <class T>
class Pool2dCuda : public testing::Test {};
TYPED_TEST_SUITE(Pool2dCuda, StorageTypes);

Pool2dSizes sizes_of(int64_t I, int64_t H, int64_t W, int64_t C, Window window, bool ceil_mode) {
  const Padding& p = window.padding;
  return {.I = I,
          .H = H,
          .W = W,
          .C = C,
          .OH = pool_outputs(H, window.height, window.stride, p.top, p.bottom, ceil_mode),
          .OW = pool_outputs(W, window.width, window.stride, p.left, p.right, ceil_mode),
          .window = window};
}

/// Windows that overlap, that leave gaps, that hang over, of odd and even sides; odd channels and
/// channels that vectors divide; no picture at all.
const std::vector<Pool2dSizes>& cases() {
  static const std::vector<Pool2dSizes> all = {
      sizes_of(1, 1, 1, 1, {1, 1}, false),
      sizes_of(2, 7, 6, 5, {3, 3, 2, Padding::all(1)}, false),
      sizes_of(1, 8, 9, 16, {3, 3, 2, Padding::all(1)}, true),
      sizes_of(3, 6, 5, 8, {2, 2, 2}, true),
      sizes_of(1, 9, 7, 3, {2, 3, 4, {1, 0, 0, 2}}, true),
      sizes_of(1, 7, 7, 264, {7, 7}, false),
      sizes_of(2, 5, 5, 24, {3, 2, 1, {0, 1, 2, 0}}, false),
      sizes_of(0, 4, 4, 3, {2, 2, 2}, false)};
  return all;
}

testing::Message describe(const Pool2dSizes& s) {
  return testing::Message() << s.I << " x " << s.H << " x " << s.W << " x " << s.C << ", window "
                            << s.window.height << " x " << s.window.width << ", stride "
                            << s.window.stride;
}

int64_t inputs(const Pool2dSizes& s) { return s.I * s.H * s.W * s.C; }
int64_t outputs(const Pool2dSizes& s) { return s.I * s.OH * s.OW * s.C; }

TYPED_TEST(Pool2dCuda, MaxForwardMatchesTheReference) {
  using T = TypeParam;
  for (const Pool2dSizes& s : cases()) {
    SCOPED_TRACE(describe(s));
    auto x = uniform(1, inputs(s));
    for (double& value : x) value = std::round(4 * value) / 4;  // there are equals
    if (x.size() > 20) {
      x[7] = std::numeric_limits<double>::quiet_NaN();
      x[12] = -std::numeric_limits<double>::infinity();
    }
    const DeviceArray<T> device_x(x), y(outputs(s));
    const DeviceArray<int32_t> place(outputs(s));
    max_pool_forward(
        test_cuda(),
        MaxPoolForward<T>{.x = device_x.data(), .y = y.data(), .place = place.data(), .sizes = s});
    std::vector<double> want(static_cast<size_t>(outputs(s)));
    std::vector<int32_t> want_place(want.size());
    max_pool_forward(reference_cpu(),
                     MaxPoolForward<double>{
                         .x = x.data(), .y = want.data(), .place = want_place.data(), .sizes = s});
    EXPECT_EQ(place.raw(), want_place);
    const auto got = y.values();
    for (size_t i = 0; i < got.size(); ++i) {
      EXPECT_TRUE(got[i] == want[i] || (std::isnan(got[i]) && std::isnan(want[i])))
          << "y[" << i << "]: got " << got[i] << ", wanted " << want[i];
    }
  }
}

TYPED_TEST(Pool2dCuda, MaxBackwardGivesTheGradientToTheWinner) {
  using T = TypeParam;
  for (const Pool2dSizes& s : cases()) {
    SCOPED_TRACE(describe(s));
    const auto x = uniform(1, inputs(s));
    const auto dy = rounded<T>(uniform(2, outputs(s)));
    auto want = rounded<T>(uniform(3, inputs(s)));
    std::vector<double> y(dy.size());
    std::vector<int32_t> place(dy.size());
    max_pool_forward(
        reference_cpu(),
        MaxPoolForward<double>{.x = x.data(), .y = y.data(), .place = place.data(), .sizes = s});
    const DeviceArray<T> device_dy(dy), dx(want);
    const DeviceArray<int32_t> device_place(place);
    max_pool_backward(
        test_cuda(),
        MaxPoolBackward<T>{
            .dy = device_dy.data(), .place = device_place.data(), .dx = dx.data(), .sizes = s});
    max_pool_backward(reference_cpu(),
                      MaxPoolBackward<double>{
                          .dy = dy.data(), .place = place.data(), .dx = want.data(), .sizes = s});
    expect_close(dx.values(), want, tolerance_of<T>(), "dx");
  }
}

TYPED_TEST(Pool2dCuda, MeanForwardAndBackwardMatchTheReference) {
  using T = TypeParam;
  for (const Pool2dSizes& s : cases()) {
    for (const bool count_padding : {false, true}) {
      SCOPED_TRACE(describe(s) << ", count_padding " << count_padding);
      const auto x = rounded<T>(uniform(1, inputs(s))), dy = rounded<T>(uniform(2, outputs(s)));
      auto want_dx = rounded<T>(uniform(3, inputs(s)));
      std::vector<double> want_y(dy.size());
      const DeviceArray<T> device_x(x), device_dy(dy), y(outputs(s)), dx(want_dx);
      mean_pool_forward(
          test_cuda(),
          MeanPoolForward<T>{
              .x = device_x.data(), .y = y.data(), .sizes = s, .count_padding = count_padding});
      mean_pool_backward(
          test_cuda(),
          MeanPoolBackward<T>{
              .dy = device_dy.data(), .dx = dx.data(), .sizes = s, .count_padding = count_padding});
      mean_pool_forward(
          reference_cpu(),
          MeanPoolForward<double>{
              .x = x.data(), .y = want_y.data(), .sizes = s, .count_padding = count_padding});
      mean_pool_backward(
          reference_cpu(),
          MeanPoolBackward<double>{
              .dy = dy.data(), .dx = want_dx.data(), .sizes = s, .count_padding = count_padding});
      expect_close(y.values(), want_y, tolerance_of<T>(), "y");
      expect_close(dx.values(), want_dx, tolerance_of<T>(), "dx");
    }
  }
}

}  // namespace
}  // namespace storyteller::pool2d_test
