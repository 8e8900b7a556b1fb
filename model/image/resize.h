#pragma once

#include "model/image/image.h"

namespace storyteller {

/// A rectangle of a picture in pixels; fractions cut pixels.
struct PixelBox {
  double left = 0, top = 0, width = 0, height = 0;
  friend bool operator==(const PixelBox&, const PixelBox&) = default;
};

/// Resamples with a triangle filter that widens with the reduction, so that shrinking averages
/// instead of skipping (antialiasing):
///   out(x) = sum_i w((i + 1/2 - c) / s) in(i) / sum_i w(...),   w(t) = max(0, 1 - |t|),
///   c = (x + 1/2) * in_width / out_width,   s = max(1, in_width / out_width).
/// First along rows, then along columns, rounded to 8 bits after each: bit for bit what Pillow's
/// `Image.resize(..., BILINEAR)` gives, which the published encoders were trained and measured
/// with. Sizes must be positive; throws InternalError otherwise.
Image resize(const Image& image, int width, int height);

/// The same for the part of the picture in `box`, which must lie inside of the picture.
Image resize(const Image& image, const PixelBox& box, int width, int height);

}  // namespace storyteller
