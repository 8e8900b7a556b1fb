#include "kernels/conv2d.h"

#include "tests/cuda/device_array.h"

namespace storyteller::conv2d_test {
namespace {

template <class T>
class Conv2dCuda : public testing::Test {
 protected:
  ~Conv2dCuda() override { test_cuda().context->options() = {}; }
};
TYPED_TEST_SUITE(Conv2dCuda, StorageTypes);

/// Channels that are multiples of 16 bytes and not, tiles in part and more than one, K shorter than
/// a slice of the tile and longer, strides, uneven padding, groups, depthwise of all kinds, one
/// pixel, no picture.
const std::vector<Conv2dSizes>& cases() {
  static const std::vector<Conv2dSizes> all = {
      {.I = 1, .H = 1, .W = 1, .C = 1, .O = 1, .window = {1, 1}},
      {.I = 2, .H = 7, .W = 6, .C = 3, .O = 5, .window = {3, 3, 1, Padding::all(1)}},
      {.I = 1, .H = 11, .W = 13, .C = 3, .O = 70, .window = {5, 5, 2, {2, 1, 1, 2}}},
      {.I = 3, .H = 6, .W = 5, .C = 16, .O = 24, .window = {3, 3, 2, Padding::all(1)}},
      {.I = 1, .H = 5, .W = 9, .C = 72, .O = 8, .window = {1, 1}},
      {.I = 1, .H = 8, .W = 7, .C = 8, .O = 16, .window = {2, 3, 3, {0, 1, 1, 0}}},
      {.I = 2, .H = 5, .W = 5, .C = 16, .O = 32, .window = {3, 3, 1, Padding::all(1)}, .groups = 2},
      {.I = 1, .H = 5, .W = 4, .C = 6, .O = 9, .window = {3, 2, 1, Padding::all(1)}, .groups = 3},
      {.I = 2,
       .H = 9,
       .W = 8,
       .C = 16,
       .O = 16,
       .window = {3, 3, 1, Padding::all(1)},
       .groups = 16},
      {.I = 1, .H = 6, .W = 9, .C = 5, .O = 5, .window = {3, 3, 2, {0, 0, 1, 1}}, .groups = 5},
      {.I = 1, .H = 9, .W = 9, .C = 8, .O = 8, .window = {5, 4, 2, Padding::all(2)}, .groups = 8},
      {.I = 30, .H = 9, .W = 9, .C = 8, .O = 8, .window = {3, 3, 1, Padding::all(1)}, .groups = 8},
      {.I = 2, .H = 14, .W = 14, .C = 3, .O = 4, .window = {3, 3, 1, Padding::all(1)}},
      {.I = 4,
       .H = 7,
       .W = 8,
       .C = 40,
       .O = 40,
       .window = {5, 5, 1, Padding::all(2)},
       .groups = 40},
      {.I = 1, .H = 8, .W = 10, .C = 8, .O = 8, .window = {5, 5, 2, {1, 1, 2, 2}}, .groups = 8},
      {.I = 2, .H = 7, .W = 6, .C = 5, .O = 5, .window = {5, 5, 2, {2, 1, 2, 2}}, .groups = 5},
      {.I = 0, .H = 5, .W = 5, .C = 3, .O = 4, .window = {3, 3}}};
  return all;
}

testing::Message describe(const Conv2dSizes& s) {
  return testing::Message() << s.I << " x " << s.H << " x " << s.W << " x " << s.C << " to " << s.O
                            << ", window " << s.window.height << " x " << s.window.width
                            << ", stride " << s.window.stride << ", groups " << s.groups;
}

/// Who computes: the library, the project's own kernels, or those by tf32.
struct Way {
  CudaOptions options;
  double tolerance;
  const char* name;
};
template <class T>
std::vector<Way> ways() {
  const double tolerance = tolerance_of<T>();
  std::vector<Way> all = {{{.own_convolutions = false}, tolerance, "library"},
                          {{.own_convolutions = true}, tolerance, "own"}};
  if (std::is_same_v<T, float>) {
    all.push_back({{.tf32 = true, .own_convolutions = true}, 2e-3, "own, tf32"});
  }
  return all;
}

TYPED_TEST(Conv2dCuda, ForwardMatchesTheReference) {
  using T = TypeParam;
  for (const Way& way : ways<T>()) {
    test_cuda().context->options() = way.options;
    for (const Conv2dSizes& s : cases()) {
      const auto x = rounded<T>(uniform(1, s.inputs())),
                 weight = rounded<T>(uniform(2, s.weights())), bias = rounded<T>(uniform(3, s.O)),
                 residual = rounded<T>(uniform(4, s.outputs(), -4, 8));
      const DeviceArray<T> device_x(x), device_weight(weight), device_bias(bias),
          device_residual(residual);
      for (int flags = 0; flags < 12; ++flags) {
        const bool with_bias = flags & 1, with_residual = flags & 2;
        const auto activation = static_cast<Activation>(flags / 4);
        SCOPED_TRACE(describe(s) << ", flags " << flags << ", " << way.name);
        const DeviceArray<T> y(s.outputs());
        conv2d_forward(
            test_cuda(),
            Conv2dForward<T>{.x = device_x.data(),
                             .weight = device_weight.data(),
                             .packed = nullptr,
                             .bias = with_bias ? device_bias.data() : nullptr,
                             .residual = with_residual ? device_residual.data() : nullptr,
                             .y = y.data(),
                             .sizes = s,
                             .activation = activation});
        std::vector<double> want(residual.size());
        conv2d_forward(reference_cpu(),
                       Conv2dForward<double>{.x = x.data(),
                                             .weight = weight.data(),
                                             .packed = nullptr,
                                             .bias = with_bias ? bias.data() : nullptr,
                                             .residual = with_residual ? residual.data() : nullptr,
                                             .y = want.data(),
                                             .sizes = s,
                                             .activation = activation});
        expect_close(y.values(), want, way.tolerance, "y");
      }
    }
  }
}

TYPED_TEST(Conv2dCuda, APackedWeightGivesTheSameBits) {
  using T = TypeParam;
  for (const Way& way : ways<T>()) {
    test_cuda().context->options() = way.options;
    for (const Conv2dSizes& s : cases()) {
      SCOPED_TRACE(describe(s) << ", " << way.name);
      const DeviceArray<T> x(uniform(1, s.inputs())), weight(uniform(2, s.weights()));
      const DeviceArray<T> y(s.outputs()), with_packed(s.outputs());
      Conv2dForward<T> p{.x = x.data(),
                         .weight = weight.data(),
                         .packed = nullptr,
                         .bias = nullptr,
                         .residual = nullptr,
                         .y = y.data(),
                         .sizes = s};
      conv2d_forward(test_cuda(), p);
      const Conv2dPacking packing = conv2d_packing(test_cuda(), p);
      const DeviceArray<T> packed(static_cast<int64_t>(packing.bytes / sizeof(T)));
      pack_conv2d_weight(test_cuda(), p, packed.data());
      p.weight = nullptr;
      p.packed = packed.data();
      p.y = with_packed.data();
      conv2d_forward(test_cuda(), p);
      EXPECT_EQ(y.values(), with_packed.values());
    }
  }
}

TYPED_TEST(Conv2dCuda, BackwardMatchesTheReference) {
  using T = TypeParam;
  for (const Way& way : ways<T>()) {
    test_cuda().context->options() = way.options;
    for (const Conv2dSizes& s : cases()) {
      for (const bool accumulate : {false, true}) {
        SCOPED_TRACE(describe(s) << ", accumulate " << accumulate << ", " << way.name);
        const auto x = rounded<T>(uniform(1, s.inputs())),
                   weight = rounded<T>(uniform(2, s.weights())),
                   dy = rounded<T>(uniform(3, s.outputs()));
        auto want_dx = rounded<T>(uniform(4, s.inputs())),
             want_dweight = rounded<T>(uniform(5, s.weights()));
        const DeviceArray<T> device_x(x), device_weight(weight), device_dy(dy), dx(want_dx),
            dweight(want_dweight);
        conv2d_backward(test_cuda(), Conv2dBackward<T>{.x = device_x.data(),
                                                       .weight = device_weight.data(),
                                                       .dy = device_dy.data(),
                                                       .dx = dx.data(),
                                                       .dweight = dweight.data(),
                                                       .sizes = s,
                                                       .accumulate_dx = accumulate});
        conv2d_backward(reference_cpu(), Conv2dBackward<double>{.x = x.data(),
                                                                .weight = weight.data(),
                                                                .dy = dy.data(),
                                                                .dx = want_dx.data(),
                                                                .dweight = want_dweight.data(),
                                                                .sizes = s,
                                                                .accumulate_dx = accumulate});
        expect_close(dx.values(), want_dx, way.tolerance, "dx");
        expect_close(dweight.values(), want_dweight, way.tolerance, "dweight");
      }
    }
  }
}

TYPED_TEST(Conv2dCuda, EachGradientCanBeWantedAlone) {
  using T = TypeParam;
  for (const Way& way : ways<T>()) {
    test_cuda().context->options() = way.options;
    for (const Conv2dSizes& s : {cases()[3], cases()[9], cases()[14]}) {
      SCOPED_TRACE(describe(s) << ", " << way.name);
      const DeviceArray<T> x(uniform(1, s.inputs())), weight(uniform(2, s.weights())),
          dy(uniform(3, s.outputs()));
      const auto old = uniform(5, s.weights());
      const DeviceArray<T> dx(s.inputs()), dweight(old), dx_alone(s.inputs()), dweight_alone(old);
      const auto backward = [&](const T* from, const T* with, T* to_x, T* to_weight) {
        conv2d_backward(test_cuda(), Conv2dBackward<T>{.x = from,
                                                       .weight = with,
                                                       .dy = dy.data(),
                                                       .dx = to_x,
                                                       .dweight = to_weight,
                                                       .sizes = s,
                                                       .accumulate_dx = false});
      };
      backward(x.data(), weight.data(), dx.data(), dweight.data());
      backward(nullptr, weight.data(), dx_alone.data(), nullptr);
      backward(x.data(), nullptr, nullptr, dweight_alone.data());
      EXPECT_EQ(dx.values(), dx_alone.values());
      EXPECT_EQ(dweight.values(), dweight_alone.values());
    }
  }
}

}  // namespace
}  // namespace storyteller::conv2d_test
