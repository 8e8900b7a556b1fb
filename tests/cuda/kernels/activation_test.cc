#include "kernels/activation.h"

#include "tests/cuda/device_array.h"

namespace storyteller::activation_test {
namespace {

template <class T>
class ActivationCuda : public testing::Test {};
TYPED_TEST_SUITE(ActivationCuda, StorageTypes);

constexpr Activation kActivations[] = {Activation::kNone, Activation::kRelu, Activation::kRelu6,
                                       Activation::kSigmoid, Activation::kTanh};
constexpr int64_t kSizes[] = {1, 37, 1000, 4099};

TYPED_TEST(ActivationCuda, ForwardMatchesTheReference) {
  using T = TypeParam;
  for (const Activation activation : kActivations) {
    for (const int64_t n : kSizes) {
      SCOPED_TRACE(testing::Message()
                   << "activation " << static_cast<int>(activation) << ", n " << n);
      const auto x = rounded<T>(uniform(1, n, -8, 8));
      std::vector<double> want(x.size());
      activation_forward(reference_cpu(),
                         ActivationForward<double>{
                             .x = x.data(), .y = want.data(), .n = n, .activation = activation});
      const DeviceArray<T> device_x(x), y(n);
      for (T* to : {y.data(), device_x.data()}) {  // beside x, then in its place
        activation_forward(
            test_cuda(),
            ActivationForward<T>{.x = device_x.data(), .y = to, .n = n, .activation = activation});
      }
      expect_close(y.values(), want, tolerance_of<T>(), "y");
      expect_close(device_x.values(), want, tolerance_of<T>(), "y in place of x");
    }
  }
}

TYPED_TEST(ActivationCuda, BackwardMatchesTheReference) {
  using T = TypeParam;
  for (const Activation activation : kActivations) {
    for (const int64_t n : kSizes) {
      for (const bool accumulate : {true, false}) {
        SCOPED_TRACE(testing::Message() << "activation " << static_cast<int>(activation) << ", n "
                                        << n << ", accumulate " << accumulate);
        // Outputs on both sides of every border: 0 and 6 are borders and are among them.
        auto y = rounded<T>(uniform(1, n, -1, 7));
        for (size_t i = 0; i < y.size(); i += 3) y[i] = i % 2 == 0 ? 0 : 6;
        const auto dy = rounded<T>(uniform(2, n));
        auto want = rounded<T>(uniform(3, n));
        const DeviceArray<T> device_y(y), device_dy(dy), dx(want);
        activation_backward(reference_cpu(), ActivationBackward<double>{.y = y.data(),
                                                                        .dy = dy.data(),
                                                                        .dx = want.data(),
                                                                        .n = n,
                                                                        .activation = activation,
                                                                        .accumulate = accumulate});
        activation_backward(test_cuda(), ActivationBackward<T>{.y = device_y.data(),
                                                               .dy = device_dy.data(),
                                                               .dx = dx.data(),
                                                               .n = n,
                                                               .activation = activation,
                                                               .accumulate = accumulate});
        expect_close(dx.values(), want, tolerance_of<T>(), "dx");
        if (accumulate) continue;
        activation_backward(test_cuda(), ActivationBackward<T>{.y = device_y.data(),
                                                               .dy = device_dy.data(),
                                                               .dx = device_dy.data(),
                                                               .n = n,
                                                               .activation = activation,
                                                               .accumulate = false});
        expect_close(device_dy.values(), want, tolerance_of<T>(), "dx in place of dy");
      }
    }
  }
}

TYPED_TEST(ActivationCuda, NaNIsNotHidden) {
  using T = TypeParam;
  for (const Activation activation : kActivations) {
    const DeviceArray<T> x(std::vector<double>(9, NAN)), y(9);
    activation_forward(
        test_cuda(),
        ActivationForward<T>{.x = x.data(), .y = y.data(), .n = 9, .activation = activation});
    for (const double value : y.values()) EXPECT_TRUE(std::isnan(value));
  }
}

TYPED_TEST(ActivationCuda, NothingIsNoError) {
  using T = TypeParam;
  activation_forward(
      test_cuda(),
      ActivationForward<T>{.x = nullptr, .y = nullptr, .n = 0, .activation = Activation::kTanh});
  activation_backward(
      test_cuda(),
      ActivationBackward<T>{
          .y = nullptr, .dy = nullptr, .dx = nullptr, .n = 0, .activation = Activation::kTanh});
}

}  // namespace
}  // namespace storyteller::activation_test
