#include "model/image/resize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "tests/model/image/fixtures.h"
#include "tests/model/image/resize_golden.h"

namespace storyteller::resize_test {
namespace {

using namespace fixtures;

double triangle(double t) { return std::max(0.0, 1 - std::abs(t)); }

/// The definition in the header, in double, over all input pixels, not separated, not rounded.
Image naive_resize(const Image& in, const PixelBox& box, int width, int height) {
  const double scale_x = box.width / width, scale_y = box.height / height;
  const double s_x = std::max(1.0, scale_x), s_y = std::max(1.0, scale_y);
  Image out = solid_image(width, height, {});
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double c_x = box.left + (x + 0.5) * scale_x, c_y = box.top + (y + 0.5) * scale_y;
      double sum[3] = {0, 0, 0}, total = 0;
      for (int j = 0; j < in.height; ++j) {
        for (int i = 0; i < in.width; ++i) {
          const double w = triangle((i + 0.5 - c_x) / s_x) * triangle((j + 0.5 - c_y) / s_y);
          total += w;
          for (int c = 0; c < 3; ++c) sum[c] += w * in.row(j)[3 * i + c];
        }
      }
      for (int c = 0; c < 3; ++c) {
        out.row(y)[3 * x + c] = static_cast<std::uint8_t>(sum[c] / total + 0.5);
      }
    }
  }
  return out;
}

PixelBox whole(const Image& image) {
  return {.left = 0,
          .top = 0,
          .width = static_cast<double>(image.width),
          .height = static_cast<double>(image.height)};
}

TEST(Resize, EqualsPillowBitForBit) {
  for (const ResizeGolden& golden : kResizeGoldens) {
    const Image out = resize(noisy_picture(golden.in_width, golden.in_height), golden.out_width,
                             golden.out_height);
    EXPECT_EQ(out.rgb, golden.rgb) << golden.in_width << "x" << golden.in_height;
  }
}

TEST(Resize, MatchesTheDefinitionWithinRounding) {
  const Image in = noisy_picture(31, 23);
  for (const auto& [width, height] :
       {std::pair{7, 5}, {31, 23}, {64, 50}, {1, 1}, {62, 3}, {10, 46}, {30, 22}}) {
    EXPECT_LE(max_difference(resize(in, width, height), naive_resize(in, whole(in), width, height)),
              1)
        << width << "x" << height;
  }
}

TEST(Resize, MatchesTheDefinitionOnAPartOfThePicture) {
  const Image in = noisy_picture(40, 30);
  for (const PixelBox& box : {PixelBox{.left = 5, .top = 3, .width = 20, .height = 20},
                              PixelBox{.left = 0.5, .top = 7.25, .width = 39.5, .height = 11.5},
                              PixelBox{.left = 39, .top = 29, .width = 1, .height = 1}}) {
    EXPECT_LE(max_difference(resize(in, box, 12, 9), naive_resize(in, box, 12, 9)), 1);
  }
}

TEST(Resize, KeepsSizeAndConstantColours) {
  const Image in = noisy_picture(17, 13);
  EXPECT_EQ(resize(in, 17, 13), in);
  for (const int value : {0, 1, 127, 254, 255}) {
    const auto v = static_cast<std::uint8_t>(value);
    const Image flat = solid_image(100, 77, {v, v, v});
    EXPECT_EQ(resize(flat, 13, 200), solid_image(13, 200, {v, v, v}));
  }
}

TEST(Resize, RefusesNonsense) {
  const Image in = noisy_picture(4, 4);
  EXPECT_THROW(resize(in, 0, 5), InternalError);
  EXPECT_THROW(resize(Image{}, 3, 5), InternalError);
  EXPECT_THROW(resize(in, {.left = 2, .top = 0, .width = 3, .height = 4}, 2, 2), InternalError);
}

}  // namespace
}  // namespace storyteller::resize_test
