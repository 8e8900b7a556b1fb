#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "model/image/image.h"

namespace storyteller {

/// Text that a PNG carries beside its pixels (a tEXt chunk before them); no keyword: none.
struct PngText {
  std::string keyword;  ///< 1 to 79 Latin letters, digits, blanks
  std::string text;     ///< Latin-1
};

/// 8-bit RGB PNG. Throws InternalError for an empty picture.
std::vector<std::byte> encode_png(const Image& image, const PngText& text = {});

/// The text under `keyword` of a PNG file, where it stands before the pixels within the first 4
/// KiB, as encode_png puts it; empty where the file has none, is no PNG or cannot be read.
std::string read_png_text(const std::filesystem::path& path, std::string_view keyword);

/// Baseline JPEG, chroma at half resolution below quality 90.
/// @param quality 1 (small) to 100 (faithful), libjpeg's scale.
std::vector<std::byte> encode_jpeg(const Image& image, int quality = 85);

/// encode_png into a file that appears complete or not at all.
/// @throws IoError naming the path and the cause (disk full, permission, ...).
void write_png(const std::filesystem::path& path, const Image& image, const PngText& text = {});

}  // namespace storyteller
