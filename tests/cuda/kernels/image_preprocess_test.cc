#include "kernels/image_preprocess.h"

#include "tests/cuda/device_array.h"

namespace storyteller::image_preprocess_test {
namespace {

template <class T>
class ImagePreprocessCuda : public testing::Test {};
TYPED_TEST_SUITE(ImagePreprocessCuda, StorageTypes);

/// A part [begin, begin + length) of `in` elements, taken to `out`.
struct Axis {
  double begin, length;
  int in, out;
};
struct Case {
  Axis x, y;
};
// Shrinking to parts of tiles, a lot (more source rows than a block takes at a time), enlarging,
// one pixel, a part of the picture, no change at all.
constexpr Case kCases[] = {{{0, 70, 70, 37}, {0, 45, 45, 19}},
                           {{0, 33, 33, 2}, {0, 200, 200, 3}},
                           {{0, 5, 5, 33}, {0, 4, 4, 9}},
                           {{0, 1, 1, 1}, {0, 1, 1, 1}},
                           {{3.5, 40.25, 50, 35}, {0.75, 21.5, 24, 10}},
                           {{0, 34, 34, 34}, {0, 9, 9, 9}}};

/// The arrays of a filter.
struct Taps {
  explicit Taps(const Axis& a)
      : stride(resize_taps_stride(a.length, a.out)),
        first(a.out),
        count(a.out),
        weights(static_cast<size_t>(a.out * stride)) {
    make_resize_taps(a.begin, a.length, a.in, a.out, stride, first.data(), count.data(),
                     weights.data());
  }
  ResizeTaps view() const { return {first.data(), count.data(), weights.data(), stride}; }

  int32_t stride;
  std::vector<int32_t> first, count, weights;
};
struct DeviceTaps {
  explicit DeviceTaps(const Taps& taps)
      : first(taps.first), count(taps.count), weights(taps.weights), stride(taps.stride) {}
  ResizeTaps view() const { return {first.data(), count.data(), weights.data(), stride}; }

  DeviceArray<int32_t> first, count, weights;
  int32_t stride;
};

std::vector<uint8_t> picture(const Case& c) {
  std::vector<uint8_t> rgb;
  for (const double value : uniform(1, int64_t{3} * c.x.in * c.y.in, 0, 256)) {
    rgb.push_back(static_cast<uint8_t>(value));
  }
  return rgb;
}

template <class T>
ImagePreprocess<T> arguments(const Case& c, bool bgr) {
  return {.rgb = nullptr,
          .out = nullptr,
          .in_width = c.x.in,
          .in_height = c.y.in,
          .width = c.x.out,
          .height = c.y.out,
          .columns = {},
          .rows = {},
          .bgr = bgr,
          .mean = {123.675F, 116.28F, 103.53F},
          .scale = {0.0171F, 0.0175F, -0.0174F}};
}

TYPED_TEST(ImagePreprocessCuda, GivesTheBitsOfTheCpu) {
  using T = TypeParam;
  for (const Case& c : kCases) {
    for (const bool bgr : {false, true}) {
      SCOPED_TRACE(testing::Message() << c.x.in << " x " << c.y.in << " to " << c.x.out << " x "
                                      << c.y.out << ", bgr " << bgr);
      const auto rgb = picture(c);
      const Taps columns(c.x), rows(c.y);
      std::vector<float> want(static_cast<size_t>(3 * c.x.out * c.y.out));
      auto on_cpu = arguments<float>(c, bgr);
      on_cpu.rgb = rgb.data();
      on_cpu.out = want.data();
      on_cpu.columns = columns.view();
      on_cpu.rows = rows.view();
      image_preprocess(reference_cpu(), on_cpu);

      const DeviceArray<uint8_t> device_rgb(rgb);
      const DeviceArray<T> out(static_cast<int64_t>(want.size()));
      const DeviceTaps device_columns(columns), device_rows(rows);
      auto on_device = arguments<T>(c, bgr);
      on_device.rgb = device_rgb.data();
      on_device.out = out.data();
      on_device.columns = device_columns.view();
      on_device.rows = device_rows.view();
      image_preprocess(test_cuda(), on_device);
      const auto got = out.values();
      for (size_t i = 0; i < want.size(); ++i) {
        ASSERT_EQ(got[i], static_cast<double>(static_cast<float>(T(want[i])))) << "at " << i;
      }
    }
  }
}

}  // namespace
}  // namespace storyteller::image_preprocess_test
