#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "model/image/decode.h"

namespace storyteller {

/// decode_image for bytes that begin as a JPEG does.
Image decode_jpeg(std::span<const std::byte> bytes, const std::string& name,
                  ImageWarnings* warnings, const DecodeOptions& options);

}  // namespace storyteller
