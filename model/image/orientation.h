#pragma once

#include <cstddef>
#include <span>

#include "model/image/image.h"

namespace storyteller {

/// The orientation in an EXIF block (TIFF header, then IFD0, tag 0x0112; EXIF 2.32, 4.6.4): 1 to 8.
/// 1 (upright) where the block is empty, damaged or does not say.
/// @param tiff the block from its byte order mark ("II" or "MM") on.
int exif_orientation(std::span<const std::byte> tiff);

/// Turns and mirrors a picture stored with EXIF orientation 1 to 8 so that it is upright.
Image upright(Image image, int orientation);

}  // namespace storyteller
