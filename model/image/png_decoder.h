#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "model/image/decode.h"

namespace storyteller {

/// decode_image for bytes that begin as a PNG does. Of an animation, the first frame.
Image decode_png(std::span<const std::byte> bytes, const std::string& name, ImageWarnings* warnings,
                 const DecodeOptions& options);

}  // namespace storyteller
