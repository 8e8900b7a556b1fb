#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace storyteller::serve {

/// What the head of a file says of its picture, before anything is allocated for it.
struct PictureSize {
  std::int64_t width = 0, height = 0;  ///< up to 2^32, as the file claims

  bool has_more_than(std::int64_t pixels) const { return height > 0 && width > pixels / height; }
};

/// Whether the bytes begin as a JPEG or a PNG.
bool is_picture(std::string_view bytes);
/// Of a JPEG (its first frame) or a PNG; nothing where the bytes do not tell.
std::optional<PictureSize> picture_size(std::string_view bytes);
/// Throws Problem: 415 where the bytes are no JPEG or PNG, 422 where the picture is too large.
void check_picture(std::string_view bytes);

}  // namespace storyteller::serve
