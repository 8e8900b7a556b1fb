#pragma once

#include "model/image/image.h"

namespace storyteller {

/// Perceptual colour map from deep violet over magenta and orange to pale yellow: in the
/// cylindrical form of Oklab (B. Ottosson, "A perceptual color space for image processing", 2020)
/// lightness rises linearly, hue turns steadily, and chroma is what sRGB can show. Equal steps of
/// `t` look equally far apart, also in grayscale and with colour-blind eyes.
/// @param t clamped to [0, 1]; NaN counts as 0.
Rgb color_of(float t);

/// Oklab's lightness in [0, 1].
float lightness(Rgb color);

}  // namespace storyteller
