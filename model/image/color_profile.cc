#include "model/image/color_profile.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace storyteller {
namespace {

using Curve = std::array<float, 256>;
using Matrix = std::array<float, 9>;

constexpr std::size_t kHeaderBytes = 128;
constexpr std::uint32_t kMostTags = 200;
constexpr std::size_t kSteps = 16384;  // finer than a byte of sRGB where its curve is steepest

/// sRGB's primaries, adapted to D50 as profiles are (IEC 61966-2-1), inverted: XYZ to light.
constexpr Matrix kXyzToSrgb = {3.1338561F, -1.6168667F, -0.4906146F, -0.9787684F, 1.9161415F,
                               0.0334540F, 0.0719453F,  -0.2289914F, 1.4052427F};
constexpr std::array<float, 3> kWhite = {0.9642F, 1.0F, 0.8249F};  // D50

std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t length) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < length; ++i) {
    value = value << 8 |
            (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : std::uint32_t{0});
  }
  return value;
}

/// s15Fixed16Number.
float fixed(std::string_view bytes, std::size_t at) {
  return static_cast<float>(static_cast<std::int32_t>(big_endian(bytes, at, 4))) / 65536.0F;
}

/// The element with this signature; "" where there is none, or it lies outside.
std::string_view tag(std::string_view profile, std::string_view signature) {
  const std::uint32_t count = std::min(big_endian(profile, kHeaderBytes, 4), kMostTags);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::size_t entry = kHeaderBytes + 4 + std::size_t{12} * i;
    if (entry + 12 > profile.size()) break;
    if (profile.substr(entry, 4) != signature) continue;
    const std::size_t begin = big_endian(profile, entry + 4, 4);
    const std::size_t size = big_endian(profile, entry + 8, 4);
    if (begin > profile.size() || size > profile.size() - begin) return {};
    return profile.substr(begin, size);
  }
  return {};
}

/// parametricCurveType: five shapes of a power with up to seven parameters.
bool read_parametric(std::string_view element, Curve* curve) {
  constexpr std::array<std::size_t, 5> kParameters = {1, 3, 4, 5, 7};
  const std::uint32_t shape = big_endian(element, 8, 2);
  if (shape >= kParameters.size() || element.size() < 12 + 4 * kParameters[shape]) return false;
  std::array<float, 7> p{};
  for (std::size_t i = 0; i < kParameters[shape]; ++i) p[i] = fixed(element, 12 + 4 * i);
  const auto [g, a, b, c, d, e, f] = p;
  for (std::size_t i = 0; i < curve->size(); ++i) {
    const float x = static_cast<float>(i) / 255.0F;
    const float power = std::pow(std::max(shape == 0 ? x : a * x + b, 0.0F), g);
    float y = power;
    if (shape == 1) y = a * x + b >= 0 ? power : 0;
    if (shape == 2) y = a * x + b >= 0 ? power + c : c;
    if (shape == 3) y = x >= d ? power : c * x;
    if (shape == 4) y = x >= d ? power + e : c * x + f;
    (*curve)[i] = y;
  }
  return true;
}

/// curveType: nothing (the identity), a power, or a table.
bool read_table(std::string_view element, Curve* curve) {
  const std::size_t count = big_endian(element, 8, 4);
  if (count > (element.size() - 12) / 2) return false;
  for (std::size_t i = 0; i < curve->size(); ++i) {
    const float x = static_cast<float>(i) / 255.0F;
    if (count == 0) {
      (*curve)[i] = x;
    } else if (count == 1) {
      (*curve)[i] = std::pow(x, static_cast<float>(big_endian(element, 12, 2)) / 256.0F);
    } else {
      const float at = x * static_cast<float>(count - 1);
      const std::size_t below = std::min(static_cast<std::size_t>(at), count - 2);
      const auto entry = [&](std::size_t k) {
        return static_cast<float>(big_endian(element, 12 + 2 * k, 2)) / 65535.0F;
      };
      const float share = at - static_cast<float>(below);
      (*curve)[i] = entry(below) * (1 - share) + entry(below + 1) * share;
    }
  }
  return true;
}

bool read_curve(std::string_view element, Curve* curve) {
  if (element.size() < 12) return false;
  const bool read = element.starts_with("para")   ? read_parametric(element, curve)
                    : element.starts_with("curv") ? read_table(element, curve)
                                                  : false;
  if (!read) return false;
  for (float& y : *curve) {
    if (!std::isfinite(y)) return false;
    y = std::clamp(y, 0.0F, 1.0F);
  }
  return true;
}

bool read_primary(std::string_view element, std::size_t column, Matrix* matrix) {
  if (element.size() < 20 || !element.starts_with("XYZ ")) return false;
  for (std::size_t row = 0; row < 3; ++row)
    (*matrix)[3 * row + column] = fixed(element, 8 + 4 * row);
  return true;
}

/// Full red, green and blue together must be white: else the profile is damaged, or of a kind that
/// is not understood, and its colours are better left alone.
bool gives_white(const Matrix& matrix) {
  constexpr float kTolerance = 0.05F;
  for (std::size_t row = 0; row < 3; ++row) {
    const float sum = matrix[3 * row] + matrix[3 * row + 1] + matrix[3 * row + 2];
    if (std::abs(sum - kWhite[row]) > kTolerance) return false;
  }
  return true;
}

Matrix product(const Matrix& a, const Matrix& b) {
  Matrix out{};
  for (std::size_t i = 0; i < 9; ++i) {
    for (std::size_t k = 0; k < 3; ++k) out[i] += a[i / 3 * 3 + k] * b[3 * k + i % 3];
  }
  return out;
}

std::uint8_t srgb_byte(float light) {
  const float y =
      light <= 0.0031308F ? 12.92F * light : 1.055F * std::pow(light, 1.0F / 2.4F) - 0.055F;
  return static_cast<std::uint8_t>(std::lround(255.0F * std::clamp(y, 0.0F, 1.0F)));
}

}  // namespace

std::optional<ColorTransform> ColorTransform::to_srgb(std::string_view profile) {
  if (profile.size() < kHeaderBytes + 4 || profile.substr(36, 4) != "acsp" ||
      profile.substr(16, 4) != "RGB " || profile.substr(20, 4) != "XYZ ") {
    return std::nullopt;
  }
  std::array<Curve, 3> curves{};
  Matrix matrix{};
  constexpr std::array<std::string_view, 3> kPrimaries = {"rXYZ", "gXYZ", "bXYZ"};
  constexpr std::array<std::string_view, 3> kCurves = {"rTRC", "gTRC", "bTRC"};
  for (std::size_t c = 0; c < 3; ++c) {
    if (!read_primary(tag(profile, kPrimaries[c]), c, &matrix) ||
        !read_curve(tag(profile, kCurves[c]), &curves[c])) {
      return std::nullopt;
    }
  }
  if (!gives_white(matrix)) return std::nullopt;
  const ColorTransform transform(curves, product(kXyzToSrgb, matrix));
  if (transform.changes_nothing()) return std::nullopt;
  return transform;
}

ColorTransform::ColorTransform(const std::array<Curve, 3>& curves,
                               const std::array<float, 9>& matrix)
    : curves_(curves), matrix_(matrix), encoding_(kSteps + 1) {
  for (std::size_t i = 0; i <= kSteps; ++i) {
    encoding_[i] = srgb_byte(static_cast<float>(i) / static_cast<float>(kSteps));
  }
}

Rgb ColorTransform::apply(Rgb color) const {
  const float r = curves_[0][color.r];
  const float g = curves_[1][color.g];
  const float b = curves_[2][color.b];
  const auto channel = [&](std::size_t row) {
    const float light = matrix_[row] * r + matrix_[row + 1] * g + matrix_[row + 2] * b;
    const float step = std::clamp(light, 0.0F, 1.0F) * static_cast<float>(kSteps) + 0.5F;
    return encoding_[static_cast<std::size_t>(step)];
  };
  return {channel(0), channel(3), channel(6)};
}

void ColorTransform::apply(Image* image) const {
  for (std::size_t i = 0; i + 2 < image->rgb.size(); i += 3) {
    const Rgb out = apply(Rgb{image->rgb[i], image->rgb[i + 1], image->rgb[i + 2]});
    image->rgb[i] = out.r;
    image->rgb[i + 1] = out.g;
    image->rgb[i + 2] = out.b;
  }
}

/// The many profiles of sRGB itself differ from it, and from each other, by rounding alone: pixels
/// that are right are left as they are.
bool ColorTransform::changes_nothing() const {
  constexpr int kRounding = 2;
  constexpr int kGrid = 17;
  for (int i = 0; i < kGrid * kGrid * kGrid; ++i) {
    const auto level = [](int k) { return static_cast<std::uint8_t>(k * 255 / (kGrid - 1)); };
    const Rgb in{level(i % kGrid), level(i / kGrid % kGrid), level(i / kGrid / kGrid)};
    const Rgb out = apply(in);
    if (std::abs(out.r - in.r) > kRounding || std::abs(out.g - in.g) > kRounding ||
        std::abs(out.b - in.b) > kRounding) {
      return false;
    }
  }
  return true;
}

}  // namespace storyteller
