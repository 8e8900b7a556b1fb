#include "tools/apps/serve/picture_size.h"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>

#include "core/file_kind/file_kind.h"
#include "tools/apps/serve/limits.h"
#include "tools/apps/serve/problem.h"

namespace storyteller::serve {
namespace {

constexpr std::string_view kPng = "\x89PNG\r\n\x1a\n", kJpeg = "\xff\xd8\xff";

/// Big-endian; nothing beyond the end.
std::optional<std::int64_t> number_at(std::string_view bytes, std::size_t at, std::size_t length) {
  if (at + length > bytes.size()) return std::nullopt;
  std::int64_t number = 0;
  for (std::size_t i = 0; i < length; ++i) {
    number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return number;
}

std::optional<PictureSize> of_two(std::optional<std::int64_t> width,
                                  std::optional<std::int64_t> height) {
  if (!width || !height) return std::nullopt;
  return PictureSize{*width, *height};
}

/// Start-of-frame markers (ITU-T T.81, table B.1): not those of tables.
bool begins_frame(unsigned char marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

std::optional<PictureSize> jpeg_size(std::string_view bytes) {
  std::size_t at = 2;
  while (at + 4 <= bytes.size()) {
    const auto mark = static_cast<unsigned char>(bytes[at]);
    const auto marker = static_cast<unsigned char>(bytes[at + 1]);
    if (mark != 0xff || marker == 0xff || marker == 0) {
      ++at;  // bytes that fill the gap, as decoders pass over them
      continue;
    }
    const bool alone = marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    if (marker == 0xd9 || marker == 0xda) return std::nullopt;
    if (begins_frame(marker)) {
      return of_two(number_at(bytes, at + 7, 2), number_at(bytes, at + 5, 2));
    }
    at += 2 + static_cast<std::size_t>(alone ? 0 : number_at(bytes, at + 2, 2).value_or(0));
  }
  return std::nullopt;
}

}  // namespace

bool is_picture(std::string_view bytes) {
  return bytes.starts_with(kPng) || bytes.starts_with(kJpeg);
}

std::optional<PictureSize> picture_size(std::string_view bytes) {
  if (bytes.starts_with(kPng)) return of_two(number_at(bytes, 16, 4), number_at(bytes, 20, 4));
  if (bytes.starts_with(kJpeg)) return jpeg_size(bytes);
  return std::nullopt;
}

void check_picture(std::string_view bytes) {
  if (bytes.empty()) throw Problem(400, "no_image", "no picture was sent");
  if (!is_picture(bytes)) {
    const auto head =
        std::as_bytes(std::span(bytes.data(), std::min(bytes.size(), kIdentifyBytes)));
    const FileKind kind = identify_file(head);
    throw Problem(415, "not_a_picture", "not a JPEG or PNG picture: " + std::string(kind.what),
                  "convert it to JPEG or PNG");
  }
  const auto size = picture_size(bytes);
  if (size && size->has_more_than(kMaxPixels)) {
    throw Problem(422, "too_large", "a picture of more than 64 megapixels", "make it smaller");
  }
}

}  // namespace storyteller::serve
