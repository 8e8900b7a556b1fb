#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "model/image/image.h"

namespace storyteller {

/// 8-bit RGB PNG. Throws InternalError for an empty picture.
std::vector<std::byte> encode_png(const Image& image);

/// Baseline JPEG, chroma at half resolution below quality 90.
/// @param quality 1 (small) to 100 (faithful), libjpeg's scale.
std::vector<std::byte> encode_jpeg(const Image& image, int quality = 85);

/// encode_png into a file that appears complete or not at all.
/// @throws IoError naming the path and the cause (disk full, permission, ...).
void write_png(const std::filesystem::path& path, const Image& image);

}  // namespace storyteller
