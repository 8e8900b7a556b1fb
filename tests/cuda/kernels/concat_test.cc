#include "kernels/concat.h"

#include "tests/cuda/device_array.h"

namespace storyteller::concat_test {
namespace {

template <class T>
class ConcatCuda : public testing::Test {};
TYPED_TEST_SUITE(ConcatCuda, StorageTypes);

struct Sizes {
  int64_t N, A, B;
};
// Odd widths, widths that vectors divide, one that they divide beside one that they do not, more
// elements than a block has threads.
constexpr Sizes kSizes[] = {{1, 1, 1}, {3, 5, 18}, {7, 8, 24}, {5, 8, 3}, {9, 64, 192}};

TYPED_TEST(ConcatCuda, ForwardMatchesTheReference) {
  using T = TypeParam;
  for (const auto [N, A, B] : kSizes) {
    SCOPED_TRACE(testing::Message() << "N " << N << ", A " << A << ", B " << B);
    const auto a = rounded<T>(uniform(1, N * A)), b = rounded<T>(uniform(2, N * B));
    const DeviceArray<T> device_a(a), device_b(b), y(N * (A + B));
    concat_forward(
        test_cuda(),
        ConcatForward<T>{
            .a = device_a.data(), .b = device_b.data(), .y = y.data(), .N = N, .A = A, .B = B});
    std::vector<double> want(static_cast<size_t>(N * (A + B)));
    concat_forward(reference_cpu(),
                   ConcatForward<double>{
                       .a = a.data(), .b = b.data(), .y = want.data(), .N = N, .A = A, .B = B});
    expect_close(y.values(), want, tolerance_of<T>(), "y");
  }
}

TYPED_TEST(ConcatCuda, BackwardMatchesTheReferenceAndAdds) {
  using T = TypeParam;
  for (const auto [N, A, B] : kSizes) {
    SCOPED_TRACE(testing::Message() << "N " << N << ", A " << A << ", B " << B);
    const auto dy = rounded<T>(uniform(1, N * (A + B)));
    auto want_a = rounded<T>(uniform(2, N * A)), want_b = rounded<T>(uniform(3, N * B));
    const DeviceArray<T> device_dy(dy), da(want_a), db(want_b);
    concat_backward(
        test_cuda(),
        ConcatBackward<T>{
            .dy = device_dy.data(), .da = da.data(), .db = db.data(), .N = N, .A = A, .B = B});
    concat_backward(
        reference_cpu(),
        ConcatBackward<double>{
            .dy = dy.data(), .da = want_a.data(), .db = want_b.data(), .N = N, .A = A, .B = B});
    expect_close(da.values(), want_a, tolerance_of<T>(), "da");
    expect_close(db.values(), want_b, tolerance_of<T>(), "db");
  }
}

}  // namespace
}  // namespace storyteller::concat_test
