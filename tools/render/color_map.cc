#include "tools/render/color_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace storyteller {
namespace {

constexpr int kEntries = 256;
constexpr double kDarkest = 0.22, kLightest = 0.95;  // Oklab lightness
constexpr double kFirstHue = 292, kLastHue = 460;    // degrees; 460 = 100 after a full turn
constexpr double kFirstChroma = 0.14, kMiddleChroma = 0.21, kLastChroma = 0.11;

using LinearRgb = std::array<double, 3>;

/// Oklab to linear sRGB; matrices from the definition.
LinearRgb linear_rgb(double lightness, double a, double b) {
  const double l = std::pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
  const double m = std::pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
  const double s = std::pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
  return {4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
          -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
          -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s};
}

bool in_gamut(const LinearRgb& rgb) {
  return std::all_of(rgb.begin(), rgb.end(), [](double v) { return v >= -1e-6 && v <= 1 + 1e-6; });
}

/// IEC 61966-2-1.
std::uint8_t encoded(double linear) {
  const double v = std::clamp(linear, 0.0, 1.0);
  const double gamma = v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
  return static_cast<std::uint8_t>(gamma * 255 + 0.5);
}

double decoded(std::uint8_t value) {
  const double v = value / 255.0;
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

Rgb computed_color(double t) {
  const double light = std::lerp(kDarkest, kLightest, t);
  const double hue = std::lerp(kFirstHue, kLastHue, t) * std::numbers::pi / 180;
  const double rise = 4 * t * (1 - t);  // 0 at the ends, 1 in the middle
  double chroma = std::lerp(std::lerp(kFirstChroma, kLastChroma, t), kMiddleChroma, rise);
  LinearRgb rgb = linear_rgb(light, chroma * std::cos(hue), chroma * std::sin(hue));
  while (!in_gamut(rgb)) {
    chroma *= 0.98;
    rgb = linear_rgb(light, chroma * std::cos(hue), chroma * std::sin(hue));
  }
  return {encoded(rgb[0]), encoded(rgb[1]), encoded(rgb[2])};
}

std::array<Rgb, kEntries> computed_table() {
  std::array<Rgb, kEntries> table;
  for (int i = 0; i < kEntries; ++i) table[i] = computed_color(i / (kEntries - 1.0));
  return table;
}

}  // namespace

Rgb color_of(float t) {
  static const std::array<Rgb, kEntries> table = computed_table();
  const float clamped = t > 0 ? std::min(t, 1.0F) : 0.0F;  // false for NaN
  return table[static_cast<int>(clamped * (kEntries - 1) + 0.5F)];
}

float lightness(Rgb color) {
  const double r = decoded(color.r), g = decoded(color.g), b = decoded(color.b);
  const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return static_cast<float>(0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s);
}

}  // namespace storyteller
