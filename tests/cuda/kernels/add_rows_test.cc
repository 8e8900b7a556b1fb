#include "kernels/add_rows.h"

#include "tests/cuda/device_array.h"

namespace storyteller::add_rows_test {
namespace {

template <class T>
class AddRowsCuda : public testing::Test {};
TYPED_TEST_SUITE(AddRowsCuda, StorageTypes);

struct Sizes {
  int64_t B, W, x_stride, y_stride;
  int64_t x_begin = 0, y_begin = 0;  ///< element of the first row
};

/// Whole rows and parts of longer ones; widths, strides and places that vectors divide, and each of
/// these odd; more elements than a grid holds at once.
constexpr Sizes kSizes[] = {
    {1, 1, 1, 1},    {3, 37, 37, 40},           {5, 40, 40, 120, 0, 80}, {5, 40, 72, 40, 8},
    {4, 40, 41, 40}, {4, 40, 40, 41},           {4, 40, 48, 48, 1},      {4, 40, 48, 48, 0, 1},
    {3, 44, 48, 48}, {70, 168, 168, 176, 0, 8}, {23, 67, 70, 69, 1, 2}};

TYPED_TEST(AddRowsCuda, AddsToTheColumnsAndToNothingElse) {
  using T = TypeParam;
  for (const auto [B, W, x_stride, y_stride, x_begin, y_begin] : kSizes) {
    SCOPED_TRACE(testing::Message() << "B " << B << ", W " << W << ", strides " << x_stride << ", "
                                    << y_stride << ", from " << x_begin << ", " << y_begin);
    // The arrays end with the last row's part.
    const int64_t x_elements = x_begin + (B - 1) * x_stride + W;
    const int64_t y_elements = y_begin + (B - 1) * y_stride + W;
    const auto x = rounded<T>(uniform(1, x_elements));
    auto wanted = rounded<T>(uniform(2, y_elements));
    const DeviceArray<T> device_x(x), y(wanted);
    add_rows(test_cuda(), AddRows<T>{.x = device_x.data() + x_begin,
                                     .y = y.data() + y_begin,
                                     .B = B,
                                     .W = W,
                                     .x_stride = x_stride,
                                     .y_stride = y_stride});
    add_rows(reference_cpu(), AddRows<double>{.x = x.data() + x_begin,
                                              .y = wanted.data() + y_begin,
                                              .B = B,
                                              .W = W,
                                              .x_stride = x_stride,
                                              .y_stride = y_stride});
    EXPECT_EQ(y.values(), rounded<T>(wanted));
  }
}

TYPED_TEST(AddRowsCuda, NoRowsAreNoError) {
  AddRows<TypeParam> p = {};
  p.W = p.x_stride = p.y_stride = 8;
  add_rows(test_cuda(), p);
  test_cuda().context->synchronize();
}

}  // namespace
}  // namespace storyteller::add_rows_test
