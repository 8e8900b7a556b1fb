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

PixelBox box_of(int width, int height, const Preprocessing& p, const PictureView& view) {
  if (!view.cropped) return visible_box(width, height, p);
  double w = width, h = height;  // of the greatest box
  if (p.resize != Preprocessing::Resize::kStretch) {
    w = std::min(w, h * p.width / p.height);
    h = w * p.height / p.width;
  }
  // Never beyond the border: the sum of the rounded products could be.
  w = std::min(w * view.side, static_cast<double>(width));
  h = std::min(h * view.side, static_cast<double>(height));
  return {.left = (width - w) * view.left, .top = (height - h) * view.top, .width = w, .height = h};
}

int sufficient_min_side(const Preprocessing& p) {
  const bool stretch = p.resize == Preprocessing::Resize::kStretch;
  // Twice the size leaves the antialiasing filter of the final resize its work.
  return 2 * (stretch ? std::max(p.width, p.height) : p.short_side);
}

void preprocess(const Image& image, const Preprocessing& p, float* out) {
  preprocess(image, p, PictureView{}, out);
}

void preprocess(const Image& image, const Preprocessing& p, const PictureView& view, float* out) {
  const bool crop = p.resize == Preprocessing::Resize::kShortSideCentreCrop;
  if (p.width <= 0 || p.height <= 0 || (crop && p.short_side < std::max(p.width, p.height))) {
    throw InternalError("preprocess: input of " + std::to_string(p.width) + "x" +
                        std::to_string(p.height) + ", short side " + std::to_string(p.short_side) +
                        ": the crop must fit into it");
  }
  const bool as_is = image.width == p.width && image.height == p.height && !crop && !view.cropped;
  // Only the visible part is resampled: a line of 65,535 pixels would become huge otherwise.
  const Image fitted =
      as_is ? Image{}
            : resize(image, box_of(image.width, image.height, p, view), p.width, p.height);
  const std::uint8_t* in = as_is ? image.rgb.data() : fitted.rgb.data();
  const int flip = p.channels == Preprocessing::ChannelOrder::kBgr ? 2 : 0;
  const int step = view.mirrored ? -3 : 3;
  for (int y = 0; y < p.height; ++y) {
    const std::uint8_t* from =
        in + std::ptrdiff_t{3} * p.width * y + (view.mirrored ? 3 * (p.width - 1) : 0);
    for (int x = 0; x < p.width; ++x, from += step, out += 3) {
      out[0] = (static_cast<float>(from[flip]) - p.mean[0]) * p.scale[0];
      out[1] = (static_cast<float>(from[1]) - p.mean[1]) * p.scale[1];
      out[2] = (static_cast<float>(from[2 - flip]) - p.mean[2]) * p.scale[2];
    }
  }
}

}  // namespace storyteller
