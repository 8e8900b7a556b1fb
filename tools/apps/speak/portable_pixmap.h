#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "model/image/image.h"

namespace storyteller::speak {

/// Decodes a PPM, P6, of 8 or 16 bits; values are scaled to [0, 255]. @param name for errors.
/// @throws InputError where it is none, is cut off, or has more than 64 megapixels.
Image decode_pixmap(std::span<const std::byte> bytes, const std::string& name);

}  // namespace storyteller::speak
