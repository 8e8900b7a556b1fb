#include "tools/render/attention_strip.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "tests/model/image/fixtures.h"
#include "tools/render/attention_overlay.h"
#include "tools/render/color_map.h"
#include "tools/render/text.h"

namespace storyteller::attention_strip_test {
namespace {

using fixtures::smooth_picture;

TEST(ColorMap, LightnessRisesEvenlyFromEndToEnd) {
  constexpr int kSteps = 51;
  const float first = lightness(color_of(0)), last = lightness(color_of(1));
  EXPECT_LT(first, 0.25F);
  EXPECT_GT(last, 0.93F);
  for (int i = 0; i <= kSteps; ++i) {
    const float t = static_cast<float>(i) / kSteps;
    EXPECT_NEAR(lightness(color_of(t)), first + t * (last - first), 0.01F) << t;
  }
}

TEST(ColorMap, ClampsAndSurvivesNan) {
  EXPECT_EQ(color_of(-3), color_of(0));
  EXPECT_EQ(color_of(7), color_of(1));
  EXPECT_EQ(color_of(std::numeric_limits<float>::quiet_NaN()), color_of(0));
}

TEST(TextPainter, DrawsInsideOfItsBoxAndClips) {
  TextPainter text(20);
  const int width = text.width("Frisbee");
  EXPECT_GT(width, 50);
  EXPECT_LT(width, 120);
  Image canvas = solid_image(width + 40, 60, {255, 255, 255});
  text.draw(&canvas, 20, 40, "Frisbee", {0, 0, 0});
  int inked = 0;
  for (int y = 0; y < canvas.height; ++y) {
    for (int x = 0; x < canvas.width; ++x) {
      if (canvas.pixel(x, y).r > 128) continue;
      ++inked;
      EXPECT_TRUE(x >= 19 && x <= 20 + width && y >= 40 - text.ascent() && y < 40 + text.descent());
    }
  }
  EXPECT_GT(inked, 150);
  for (const int x : {-1000, -30, canvas.width - 5, 5000}) {
    EXPECT_NO_THROW(text.draw(&canvas, x, 3, "clipped", {0, 0, 0}));
    EXPECT_NO_THROW(text.draw(&canvas, x, 70, "clipped", {0, 0, 0}));
  }
}

TEST(TextPainter, ReadsUtf8AndSurvivesBadBytes) {
  TextPainter text(20);
  EXPECT_NEAR(text.width("\u00e9\u00e8"), text.width("ee"), 1);
  EXPECT_EQ(text.width("\xff"), text.width("\uFFFD"));
  EXPECT_EQ(text.width(""), 0);
}

TEST(TextPainter, CutsLongWordsBetweenCharacters) {
  TextPainter text(20);
  EXPECT_EQ(text.fitted("dog", 100), "dog");
  const std::string cut =
      text.fitted("\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9", 60);
  EXPECT_LE(text.width(cut), 60);
  EXPECT_EQ(cut.size() % 2, 1U);  // whole two-byte letters and a three-byte ellipsis
  EXPECT_EQ(cut.substr(cut.size() - 3), "\u2026");
}

TEST(TextPainter, RefusesAbsurdSizes) { EXPECT_THROW(TextPainter(0), InternalError); }

AttentionMap map_of(const std::vector<float>& weights, int height, int width) {
  return {.height = height, .width = width, .weights = weights.data()};
}

TEST(UpsampledAttention, PeaksWhereTheWeightIs) {
  for (const auto& [column, line] : {std::pair{0, 0}, {5, 2}, {6, 6}, {3, 3}}) {
    std::vector<float> weights(49, 0.3F / 48);
    weights[7 * line + column] = 0.7F;
    const std::vector<float> out = upsampled_attention(map_of(weights, 7, 7), 140, 70);
    const auto at = static_cast<int>(std::max_element(out.begin(), out.end()) - out.begin());
    EXPECT_EQ(at % 140 / 20, column);
    EXPECT_EQ(at / 140 / 10, line);
    EXPECT_FLOAT_EQ(*std::max_element(out.begin(), out.end()), 1);
    EXPECT_NEAR(*std::min_element(out.begin(), out.end()), 0, 1e-4);
  }
}

TEST(UpsampledAttention, IsASmoothCubicSpline) {
  // The naive definition: sum of tensor products of the cubic B-spline about each cell's middle.
  const auto spline = [](double t) {
    t = std::abs(t);
    if (t < 1) return (4 - 6 * t * t + 3 * t * t * t) / 6;
    return t < 2 ? std::pow(2 - t, 3) / 6 : 0.0;
  };
  std::vector<float> weights(12 * 10, 0);
  weights[10 * 6 + 4] = 0.75F;  // far from the borders, which repeat
  weights[10 * 5 + 5] = 0.25F;
  const std::vector<float> out = upsampled_attention(map_of(weights, 12, 10), 50, 60);
  double most = 0;
  std::vector<double> expected;
  for (int y = 0; y < 60; ++y) {
    for (int x = 0; x < 50; ++x) {
      const double u = (x + 0.5) / 5 - 0.5, v = (y + 0.5) / 5 - 0.5;
      expected.push_back(0.75 * spline(u - 4) * spline(v - 6) +
                         0.25 * spline(u - 5) * spline(v - 5));
      most = std::max(most, expected.back());
    }
  }
  for (std::size_t i = 0; i < out.size(); ++i) ASSERT_NEAR(out[i], expected[i] / most, 1e-4) << i;
}

TEST(UpsampledAttention, AnUndecidedMapStaysFaint) {
  const std::vector<float> uniform(49, 1.0F / 49);
  for (const float value : upsampled_attention(map_of(uniform, 7, 7), 20, 20)) {
    EXPECT_LT(value, 0.26F);
    EXPECT_GT(value, 0.1F);
  }
}

TEST(UpsampledAttention, AWordThatDidNotLookStaysDark) {
  std::vector<float> weights(49, 0.0F);
  weights[24] = 1;
  const auto brightest = [&] {
    const std::vector<float> out = upsampled_attention(map_of(weights, 7, 7), 70, 70);
    return *std::max_element(out.begin(), out.end());
  };
  EXPECT_NEAR(brightest(), 1, 1e-5);
  weights[24] = 0.01F;  // the rest went to what is no region
  EXPECT_LT(brightest(), 0.2);
}

TEST(UpsampledAttention, SurvivesNonsense) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<float> weights{nan, inf, -1, 0};
  for (const float value : upsampled_attention(map_of(weights, 2, 2), 9, 9)) EXPECT_EQ(value, 0);
  EXPECT_THROW(upsampled_attention({}, 9, 9), InternalError);
  const std::vector<float> one{1};
  EXPECT_EQ(upsampled_attention(map_of(one, 1, 1), 3, 2).size(), 6U);
}

TEST(AttentionOverlay, DimsWhatTheMapDoesNotCover) {
  const Image photo = solid_image(60, 40, {200, 200, 200});
  const std::vector<float> weights{1};
  const Image out = attention_overlay(photo, map_of(weights, 1, 1),
                                      PixelBox{.left = 20, .top = 10, .width = 20, .height = 20});
  EXPECT_EQ(out.pixel(5, 5), out.pixel(55, 35));
  EXPECT_LT(out.pixel(5, 5).r, 110);
  EXPECT_NE(out.pixel(30, 20), out.pixel(5, 5));
  EXPECT_EQ(out.pixel(20, 10), out.pixel(39, 29));
  EXPECT_EQ(out.pixel(19, 10), out.pixel(5, 5));
  EXPECT_EQ(out.pixel(40, 29), out.pixel(5, 5));
}

class Strip : public testing::Test {
 protected:
  Image strip(const Image& photo, int words, const StripStyle& style = {}) {
    const std::vector<std::string> texts(words, "word");
    const std::vector<float> maps(std::size_t{49} * words, 1.0F / 49);
    return attention_strip(photo, texts, maps, 7, 7, style);
  }
};

TEST_F(Strip, HasRowsOfAtMostSixTilesAboutEquallyLong) {
  TextPainter text(20);
  const int cell = 208 * 3 / 4 + 20 / 3 + text.ascent() + text.descent();  // a photo of 4:3
  const Image photo = smooth_picture(400, 300);
  for (const auto& [words, columns, rows] :
       {std::tuple{0, 1, 1}, {1, 2, 1}, {5, 6, 1}, {6, 4, 2}, {11, 6, 2}, {12, 5, 3}}) {
    const Image out = strip(photo, words);
    EXPECT_EQ(out.width, 16 + columns * (208 + 16)) << words;
    EXPECT_EQ(out.height, 16 + rows * (cell + 16)) << words;
  }
}

TEST_F(Strip, IsWhiteBetweenTilesAndHoldsThePhotoFirst) {
  const Image out = strip(smooth_picture(208, 208), 7);
  const Rgb white{255, 255, 255};
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < 16; ++x) {
      ASSERT_EQ(out.pixel(x, y), white);
      ASSERT_EQ(out.pixel(out.width - 1 - x, y), white);
      ASSERT_EQ(out.pixel(16 + 208 + x, y), white);
    }
  }
  EXPECT_EQ(out.pixel(16, 16), smooth_picture(208, 208).pixel(0, 0));
  EXPECT_EQ(out.pixel(16 + 207, 16 + 207), smooth_picture(208, 208).pixel(207, 207));
}

TEST_F(Strip, TakesTallAndTinyPhotos) {
  const Image tall = strip(smooth_picture(10, 1000), 3);
  EXPECT_EQ(tall.width, 16 + 4 * (104 + 16));  // narrow photos leave room for the word
  EXPECT_NO_THROW(strip(smooth_picture(1, 1), 2));
  EXPECT_NO_THROW(strip(smooth_picture(3000, 1), 2));
}

TEST_F(Strip, RefusesMapsThatDoNotFitTheWords) {
  const std::vector<std::string> words{"a", "dog"};
  const std::vector<float> maps(49);
  EXPECT_THROW(attention_strip(smooth_picture(9, 9), words, maps, 7, 7), InternalError);
  EXPECT_THROW(strip(Image{}, 1), InternalError);
  EXPECT_THROW(strip(smooth_picture(9, 9), 1, {.tiles_per_row = 0}), InternalError);
}

}  // namespace
}  // namespace storyteller::attention_strip_test
