#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "model/image/image.h"

namespace storyteller::speak {

/// The brightness of a picture in 32 x 32 fields, each in [0, 255].
using Luminance = std::array<std::uint8_t, 1024>;

Luminance luminance_of(const Image& image);
/// The mean of absolute differences, in [0, 255].
double difference(const Luminance& a, const Luminance& b);
/// In [0, 255].
double mean(const Luminance& luminance);

/// How sharp a picture is: the variance of the Laplacian of its brightness at 256 x 256 pixels.
/// 0: of one colour.
double sharpness_of(const Image& image);

/// Cosine of two vectors of one length; 0 where one has no direction.
double cosine(std::span<const float> a, std::span<const float> b);

}  // namespace storyteller::speak
