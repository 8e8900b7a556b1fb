#include "model/image/visibility.h"

#include <algorithm>
#include <array>

#include "core/text/hex.h"

namespace storyteller {
namespace {

/// Levels of 255 between the darkest and the lightest pixel of a picture that shows nothing.
constexpr int kShades = 16;

std::string color_name(Rgb color) {
  const int least = std::min({color.r, color.g, color.b});
  const int most = std::max({color.r, color.g, color.b});
  if (least > 235) return "white";
  if (most < 20) return "black";
  if (most - least < 12) return "gray";
  return "#" + hex(color.r, 2) + hex(color.g, 2) + hex(color.b, 2);
}

}  // namespace

bool is_blank(const Image& image) {
  std::array<int, 3> least{255, 255, 255};
  std::array<int, 3> most{0, 0, 0};
  for (std::size_t i = 0; i + 2 < image.rgb.size(); i += 3) {
    for (std::size_t c = 0; c < 3; ++c) {
      const int value = image.rgb[i + c];
      least[c] = std::min(least[c], value);
      most[c] = std::max(most[c], value);
      if (most[c] - least[c] > kShades) return false;
    }
  }
  return true;
}

std::string hardly_visible(const Image& image) {
  constexpr int kFewPixels = 16;
  constexpr int kThin = 50;
  const int shorter = std::min(image.width, image.height);
  const int longer = std::max(image.width, image.height);
  const std::string size = std::to_string(image.width) + "x" + std::to_string(image.height);
  if (longer / std::max(shorter, 1) >= kThin) {
    return size + " pixels are thin as a line: hardly anything can be seen in it";
  }
  if (shorter < kFewPixels) {
    return size + " pixels are few: hardly anything can be seen in it";
  }
  if (is_blank(image)) {
    const bool exactly = std::equal(image.rgb.begin() + 3, image.rgb.end(), image.rgb.begin());
    return std::string(exactly ? "it is" : "it is almost") + " of one colour all over (" +
           color_name(image.pixel(0, 0)) + "): there is nothing to be seen in it";
  }
  return "";
}

}  // namespace storyteller
