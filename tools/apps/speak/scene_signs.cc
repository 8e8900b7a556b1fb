#include "tools/apps/speak/scene_signs.h"

#include <cmath>
#include <cstdlib>
#include <numeric>

#include "core/error.h"
#include "model/image/resize.h"

namespace storyteller::speak {
namespace {

constexpr int kFields = 32, kSharpSide = 256;

/// ITU-R BT.601, in [0, 255].
std::uint8_t brightness(const Rgb& pixel) {
  return static_cast<std::uint8_t>((299U * pixel.r + 587U * pixel.g + 114U * pixel.b + 500) / 1000);
}

}  // namespace

Luminance luminance_of(const Image& image) {
  const Image small = resize(image, kFields, kFields);
  Luminance luminance{};
  std::size_t field = 0;
  for (int y = 0; y < kFields; ++y) {
    for (int x = 0; x < kFields; ++x) luminance[field++] = brightness(small.pixel(x, y));
  }
  return luminance;
}

double difference(const Luminance& a, const Luminance& b) {
  int sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += std::abs(int{a[i]} - int{b[i]});
  return static_cast<double>(sum) / static_cast<double>(a.size());
}

double mean(const Luminance& luminance) {
  return std::accumulate(luminance.begin(), luminance.end(), 0.0) /
         static_cast<double>(luminance.size());
}

double sharpness_of(const Image& image) {
  const Image small = resize(image, kSharpSide, kSharpSide);
  std::vector<int> grey(std::size_t{kSharpSide} * kSharpSide);
  const auto at = [&](int x, int y) -> int& {
    return grey[static_cast<std::size_t>(y) * kSharpSide + static_cast<std::size_t>(x)];
  };
  for (int y = 0; y < kSharpSide; ++y) {
    for (int x = 0; x < kSharpSide; ++x) at(x, y) = brightness(small.pixel(x, y));
  }
  double sum = 0, squares = 0;
  constexpr int kInner = kSharpSide - 2;
  for (int y = 1; y <= kInner; ++y) {
    for (int x = 1; x <= kInner; ++x) {
      const double edge = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1) - 4 * at(x, y);
      sum += edge;
      squares += edge * edge;
    }
  }
  constexpr double kCount = double{kInner} * kInner;
  return std::max(0.0, squares / kCount - (sum / kCount) * (sum / kCount));
}

double cosine(std::span<const float> a, std::span<const float> b) {
  if (a.size() != b.size()) throw InternalError("cosine: vectors of two lengths");
  double product = 0, of_a = 0, of_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    product += double{a[i]} * b[i];
    of_a += double{a[i]} * a[i];
    of_b += double{b[i]} * b[i];
  }
  const double norm = std::sqrt(of_a * of_b);
  return norm > 0 ? product / norm : 0;
}

}  // namespace storyteller::speak
