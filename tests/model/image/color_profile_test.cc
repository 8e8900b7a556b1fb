#include "model/image/color_profile.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "model/image/decode.h"
#include "tests/model/image/fixtures.h"

namespace storyteller::color_profile_test {
namespace {

using namespace fixtures;
using Column = std::array<double, 3>;  // XYZ of a primary

constexpr std::array<Column, 3> kSrgb = {
    Column{0.4361, 0.2225, 0.0139}, Column{0.3851, 0.7169, 0.0971}, Column{0.1431, 0.0606, 0.7141}};
constexpr std::array<Column, 3> kDisplayP3 = {Column{0.5151, 0.2412, -0.0011},
                                              Column{0.2920, 0.6922, 0.0419},
                                              Column{0.1571, 0.0666, 0.7841}};
constexpr std::array<Column, 3> kAdobeRgb = {
    Column{0.6097, 0.3111, 0.0195}, Column{0.2053, 0.6257, 0.0609}, Column{0.1492, 0.0632, 0.7446}};

std::string number(std::uint32_t n, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(n >> 8 * i);
  return out;
}

std::string fixed(double value) {
  return number(static_cast<std::uint32_t>(std::lround(value * 65536)), 4);
}

/// sRGB's curve as parametricCurveType.
std::string srgb_curve() {
  std::string out = "para" + number(0, 4) + number(3, 2) + number(0, 2);
  for (const double p : {2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045}) out += fixed(p);
  return out;
}

std::string power_curve(double gamma) {
  return "curv" + number(0, 4) + number(1, 4) +
         number(static_cast<std::uint32_t>(std::lround(gamma * 256)), 2) + std::string(2, '\0');
}

std::string table_curve() {
  std::string out = "curv" + number(0, 4) + number(1024, 4);
  for (int i = 0; i < 1024; ++i) {
    const double x = i / 1023.0;
    const double y = x <= 0.04045 ? x / 12.92 : std::pow((x + 0.055) / 1.055, 2.4);
    out += number(static_cast<std::uint32_t>(std::lround(65535 * y)), 2);
  }
  return out;
}

std::string profile(const std::array<Column, 3>& primaries, const std::string& curve) {
  std::string table;
  std::string body;
  const std::size_t begin = 128 + 4 + 12 * 6;
  const auto add = [&](const std::string& name, const std::string& element) {
    table += name + number(static_cast<std::uint32_t>(begin + body.size()), 4) +
             number(static_cast<std::uint32_t>(element.size()), 4);
    body += element;
  };
  constexpr std::array<const char*, 3> kLetters = {"r", "g", "b"};
  for (std::size_t c = 0; c < 3; ++c) {
    std::string xyz = "XYZ " + number(0, 4);
    for (const double value : primaries[c]) xyz += fixed(value);
    add(std::string(kLetters[c]) + "XYZ", xyz);
    add(std::string(kLetters[c]) + "TRC", curve);
  }
  std::string out(128, '\0');
  out.replace(12, 12, "mntrRGB XYZ ");
  out.replace(36, 4, "acsp");
  out.replace(68, 12, fixed(0.9642) + fixed(1.0) + fixed(0.8249));
  out.replace(0, 4, number(static_cast<std::uint32_t>(begin + body.size()), 4));
  out.replace(8, 4, number(0x04000000, 4));
  return out + number(6, 4) + table + body;
}

void expect_near(Rgb found, Rgb wanted, int within) {
  EXPECT_NEAR(found.r, wanted.r, within);
  EXPECT_NEAR(found.g, wanted.g, within);
  EXPECT_NEAR(found.b, wanted.b, within);
}

TEST(ColorTransform, LeavesSrgbAloneHoweverItIsWritten) {
  EXPECT_FALSE(ColorTransform::to_srgb(profile(kSrgb, srgb_curve())));
  EXPECT_FALSE(ColorTransform::to_srgb(profile(kSrgb, table_curve())));
}

TEST(ColorTransform, BringsDisplayP3ToSrgb) {
  const auto transform = ColorTransform::to_srgb(profile(kDisplayP3, srgb_curve()));
  ASSERT_TRUE(transform);
  // CSS Color 4: sRGB red is (0.9175, 0.2003, 0.1386) in Display P3, green (0.4584, 0.9853,
  // 0.2983).
  expect_near(transform->apply(Rgb{234, 51, 35}), {255, 0, 0}, 5);
  expect_near(transform->apply(Rgb{117, 251, 76}), {0, 255, 0}, 5);
  for (int gray = 0; gray < 256; ++gray) {
    const auto g = static_cast<std::uint8_t>(gray);
    expect_near(transform->apply(Rgb{g, g, g}), {g, g, g}, 1);
  }
  expect_near(transform->apply(Rgb{255, 0, 0}), {255, 0, 0}, 0);  // beyond sRGB
}

TEST(ColorTransform, BringsAdobeRgbToSrgb) {
  const auto transform = ColorTransform::to_srgb(profile(kAdobeRgb, power_curve(2.19921875)));
  ASSERT_TRUE(transform);
  expect_near(transform->apply(Rgb{219, 0, 0}), {255, 0, 0}, 3);
  expect_near(transform->apply(Rgb{144, 255, 60}), {0, 255, 0}, 3);
  expect_near(transform->apply(Rgb{255, 255, 255}), {255, 255, 255}, 1);
}

TEST(ColorTransform, IgnoresWhatItDoesNotRead) {
  const std::string good = profile(kDisplayP3, srgb_curve());
  EXPECT_FALSE(ColorTransform::to_srgb(""));
  EXPECT_FALSE(ColorTransform::to_srgb("no profile"));
  std::string gray = good;
  gray.replace(16, 4, "GRAY");
  EXPECT_FALSE(ColorTransform::to_srgb(gray));
  std::array<Column, 3> dark = kDisplayP3;
  dark[1] = {0, 0, 0};  // full red, green and blue together are not white
  EXPECT_FALSE(ColorTransform::to_srgb(profile(dark, srgb_curve())));
  std::string named = good;
  named.replace(named.find("gTRC"), 4, "none");
  EXPECT_FALSE(ColorTransform::to_srgb(named));
}

TEST(ColorTransform, SurvivesDamageAnywhere) {
  const std::string good = profile(kDisplayP3, table_curve());
  for (std::size_t size = 0; size < good.size(); size += 13) {
    (void)ColorTransform::to_srgb(good.substr(0, size));
  }
  std::uint32_t state = 3;
  for (int trial = 0; trial < 500; ++trial) {
    std::string bytes = good;
    for (int k = 0; k < 4; ++k) {
      state = state * 1664525U + 1013904223U;
      bytes[(state >> 8U) % 250] = static_cast<char>(state >> 24U);
    }
    (void)ColorTransform::to_srgb(bytes);
  }
}

TEST(ColorProfile, OfAJpegAndAPngIsApplied) {
  const std::string p3 = profile(kDisplayP3, srgb_curve());
  const Image flat = solid_image(32, 32, {117, 251, 76});
  const Image from_png = decode_image(make_png(32, 32, flat.rgb, {.profile = p3}), "p");
  expect_near(from_png.pixel(5, 5), {0, 255, 0}, 5);
  for (const std::size_t part : {p3.size(), std::size_t{200}}) {  // whole, and in pieces
    const Image from_jpeg =
        decode_image(make_jpeg(flat, {.profile = p3, .profile_part = part}), "p");
    expect_near(from_jpeg.pixel(5, 5), {0, 255, 0}, 12);
  }
}

}  // namespace
}  // namespace storyteller::color_profile_test
