#include "model/image/preprocess.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace storyteller {
namespace {

/// Size after the shorter side became `short_side`; the longer side is truncated, as torchvision's
/// Resize does.
struct Size {
  int width, height;
};

Size scaled_size(int width, int height, int short_side) {
  const auto scaled = [&](int side, int shorter) {
    return static_cast<int>(static_cast<std::int64_t>(short_side) * side / shorter);
  };
  return width <= height ? Size{short_side, scaled(height, width)}
                         : Size{scaled(width, height), short_side};
}

/// First row or column of the middle `part` of `whole`; halves go to the even neighbour, as
/// torchvision's CenterCrop (Python's round) does.
int centre(int whole, int part) { return static_cast<int>(std::nearbyint((whole - part) / 2.0)); }

}  // namespace

PixelBox visible_box(int width, int height, const Preprocessing& p) {
  if (p.resize == Preprocessing::Resize::kStretch) {
    return {.left = 0,
            .top = 0,
            .width = static_cast<double>(width),
            .height = static_cast<double>(height)};
  }
  const Size scaled = scaled_size(width, height, p.short_side);
  const double x = static_cast<double>(width) / scaled.width;
  const double y = static_cast<double>(height) / scaled.height;
  return {.left = centre(scaled.width, p.width) * x,
          .top = centre(scaled.height, p.height) * y,
          .width = p.width * x,
          .height = p.height * y};
}

int sufficient_min_side(const Preprocessing& p) {
  const bool stretch = p.resize == Preprocessing::Resize::kStretch;
  // Twice the size leaves the antialiasing filter of the final resize its work.
  return 2 * (stretch ? std::max(p.width, p.height) : p.short_side);
}

void preprocess(const Image& image, const Preprocessing& p, float* out) {
  const bool crop = p.resize == Preprocessing::Resize::kShortSideCentreCrop;
  if (p.width <= 0 || p.height <= 0 || (crop && p.short_side < std::max(p.width, p.height))) {
    throw InternalError("preprocess: input of " + std::to_string(p.width) + "x" +
                        std::to_string(p.height) + ", short side " + std::to_string(p.short_side) +
                        ": the crop must fit into it");
  }
  const bool as_is = image.width == p.width && image.height == p.height && !crop;
  // Only the visible part is resampled: a line of 65,535 pixels would become huge otherwise.
  const Image fitted =
      as_is ? Image{} : resize(image, visible_box(image.width, image.height, p), p.width, p.height);
  const std::uint8_t* in = as_is ? image.rgb.data() : fitted.rgb.data();
  const int flip = p.channels == Preprocessing::ChannelOrder::kBgr ? 2 : 0;
  const std::ptrdiff_t pixels = std::ptrdiff_t{1} * p.width * p.height;
  for (std::ptrdiff_t i = 0; i < pixels; ++i, in += 3, out += 3) {
    out[0] = (static_cast<float>(in[flip]) - p.mean[0]) * p.scale[0];
    out[1] = (static_cast<float>(in[1]) - p.mean[1]) * p.scale[1];
    out[2] = (static_cast<float>(in[2 - flip]) - p.mean[2]) * p.scale[2];
  }
}

}  // namespace storyteller
