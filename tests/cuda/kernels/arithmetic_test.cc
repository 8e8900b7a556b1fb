#include "kernels/arithmetic.h"

#include "tests/cuda/device_array.h"

namespace storyteller::arithmetic_test {
namespace {

template <class T>
class ArithmeticCuda : public testing::Test {};
TYPED_TEST_SUITE(ArithmeticCuda, StorageTypes);

// One element, sizes that vectors divide and do not, more than one block.
constexpr int64_t kSizes[] = {1, 37, 1000, 4099, 4104};

TYPED_TEST(ArithmeticCuda, FillWritesEveryElement) {
  using T = TypeParam;
  for (const int64_t n : kSizes) {
    const DeviceArray<T> x(n);
    fill(test_cuda(), Fill<T>{.x = x.data(), .value = -1.5F, .n = n});
    EXPECT_EQ(x.values(), std::vector<double>(static_cast<size_t>(n), -1.5));
  }
}

TYPED_TEST(ArithmeticCuda, AddScaledMatchesItsFormula) {
  using T = TypeParam;
  for (const int64_t n : kSizes) {
    const auto x = rounded<T>(uniform(1, n));
    auto want = rounded<T>(uniform(2, n));
    const DeviceArray<T> device_x(x), y(want);
    add_scaled(test_cuda(),
               AddScaled<T>{.x = device_x.data(), .y = y.data(), .scale = -0.7F, .n = n});
    for (size_t i = 0; i < want.size(); ++i) want[i] += static_cast<double>(-0.7F) * x[i];
    expect_close(y.values(), want, tolerance_of<T>(), "y");
    EXPECT_EQ(device_x.values(), x);
  }
}

TYPED_TEST(ArithmeticCuda, ScaleMatchesItsFormulaInPlaceToo) {
  using T = TypeParam;
  for (const int64_t n : kSizes) {
    const auto x = rounded<T>(uniform(1, n));
    const DeviceArray<T> device_x(x), y(n);
    for (T* to : {y.data(), device_x.data()}) {
      scale(test_cuda(), Scale<T>{.x = device_x.data(), .y = to, .scale = 3.25F, .n = n});
    }
    std::vector<double> want = x;
    for (double& value : want) value *= 3.25;
    expect_close(y.values(), want, tolerance_of<T>(), "y");
    expect_close(device_x.values(), want, tolerance_of<T>(), "x in place");
  }
}

TYPED_TEST(ArithmeticCuda, AddAndMultiplyMatchTheirFormulasInPlaceToo) {
  using T = TypeParam;
  for (const int64_t n : kSizes) {
    const auto a = rounded<T>(uniform(1, n)), b = rounded<T>(uniform(2, n));
    std::vector<double> want_sum = a, want_product = a;
    for (size_t i = 0; i < a.size(); ++i) {
      want_sum[i] += b[i];
      want_product[i] *= b[i];
    }
    const DeviceArray<T> device_a(a), device_b(b), sum(n), product(n);
    add(test_cuda(), Add<T>{.a = device_a.data(), .b = device_b.data(), .out = sum.data(), .n = n});
    multiply(
        test_cuda(),
        Multiply<T>{.a = device_a.data(), .b = device_b.data(), .out = product.data(), .n = n});
    expect_close(sum.values(), want_sum, tolerance_of<T>(), "sum");
    expect_close(product.values(), want_product, tolerance_of<T>(), "product");

    const DeviceArray<T> again(b);
    add(test_cuda(), Add<T>{.a = device_a.data(), .b = again.data(), .out = again.data(), .n = n});
    expect_close(again.values(), want_sum, tolerance_of<T>(), "sum in place");
    multiply(
        test_cuda(),
        Multiply<T>{.a = device_a.data(), .b = device_b.data(), .out = device_a.data(), .n = n});
    expect_close(device_a.values(), want_product, tolerance_of<T>(), "product in place");
  }
}

TYPED_TEST(ArithmeticCuda, MultiplyBackwardAddsToWhatIsWanted) {
  using T = TypeParam;
  for (const int64_t n : kSizes) {
    for (const bool with_da : {true, false}) {
      for (const bool with_db : {true, false}) {
        const auto a = rounded<T>(uniform(1, n)), b = rounded<T>(uniform(2, n)),
                   dout = rounded<T>(uniform(3, n));
        auto want_da = rounded<T>(uniform(4, n)), want_db = rounded<T>(uniform(5, n));
        const DeviceArray<T> device_a(a), device_b(b), device_dout(dout), da(want_da), db(want_db);
        multiply_backward(test_cuda(), MultiplyBackward<T>{.a = device_a.data(),
                                                           .b = device_b.data(),
                                                           .dout = device_dout.data(),
                                                           .da = with_da ? da.data() : nullptr,
                                                           .db = with_db ? db.data() : nullptr,
                                                           .n = n});
        for (size_t i = 0; i < a.size(); ++i) {
          if (with_da) want_da[i] += dout[i] * b[i];
          if (with_db) want_db[i] += dout[i] * a[i];
        }
        expect_close(da.values(), want_da, tolerance_of<T>(), "da");
        expect_close(db.values(), want_db, tolerance_of<T>(), "db");
      }
    }
  }
}

TYPED_TEST(ArithmeticCuda, NothingIsNoError) {
  using T = TypeParam;
  fill(test_cuda(), Fill<T>{.x = nullptr, .value = 1, .n = 0});
  add_scaled(test_cuda(), AddScaled<T>{.x = nullptr, .y = nullptr, .scale = 1, .n = 0});
  scale(test_cuda(), Scale<T>{.x = nullptr, .y = nullptr, .scale = 1, .n = 0});
  add(test_cuda(), Add<T>{.a = nullptr, .b = nullptr, .out = nullptr, .n = 0});
  multiply(test_cuda(), Multiply<T>{.a = nullptr, .b = nullptr, .out = nullptr, .n = 0});
  multiply_backward(
      test_cuda(),
      MultiplyBackward<T>{
          .a = nullptr, .b = nullptr, .dout = nullptr, .da = nullptr, .db = nullptr, .n = 0});
}

}  // namespace
}  // namespace storyteller::arithmetic_test
