#include "model/image/jpeg_layout.h"

#include <cstdint>
#include <cstring>
#include <string_view>

namespace storyteller {
namespace {

constexpr std::uint8_t kStartOfImage = 0xd8;
constexpr std::uint8_t kEndOfImage = 0xd9;
constexpr std::uint8_t kStartOfScan = 0xda;
constexpr std::uint8_t kApp1 = 0xe1;
constexpr std::string_view kExifHeader("Exif\0\0", 6);

std::uint8_t at(std::span<const std::byte> bytes, std::size_t i) {
  return std::to_integer<std::uint8_t>(bytes[i]);
}

/// Markers without a length: TEM, RST0..RST7, SOI.
bool stands_alone(std::uint8_t marker) {
  return marker == 0x01 || (marker >= 0xd0 && marker <= kStartOfImage);
}

/// Position of the next 0xff that begins a marker at or after `from`; bytes.size() if there is
/// none. 0xff00 is a data byte and 0xffff is padding.
std::size_t next_marker(std::span<const std::byte> bytes, std::size_t from) {
  while (from + 1 < bytes.size()) {
    const void* hit = std::memchr(bytes.data() + from, 0xff, bytes.size() - 1 - from);
    if (hit == nullptr) break;
    from = static_cast<std::size_t>(static_cast<const std::byte*>(hit) - bytes.data());
    const std::uint8_t marker = at(bytes, from + 1);
    if (marker != 0x00 && marker != 0xff) return from;
    from += marker == 0x00 ? 2 : 1;
  }
  return bytes.size();
}

bool is_exif(std::uint8_t marker, std::span<const std::byte> payload) {
  return marker == kApp1 && payload.size() > kExifHeader.size() &&
         std::memcmp(payload.data(), kExifHeader.data(), kExifHeader.size()) == 0;
}

}  // namespace

JpegLayout jpeg_layout(std::span<const std::byte> bytes) {
  JpegLayout layout;
  layout.complete_bytes = bytes.size();
  std::size_t position = next_marker(bytes, 0);
  while (position < bytes.size()) {
    const std::uint8_t marker = at(bytes, position + 1);
    if (marker == kEndOfImage) break;
    if (stands_alone(marker)) {
      position = next_marker(bytes, position + 2);
      continue;
    }
    const std::size_t header = position + 4;
    const std::size_t length =
        header <= bytes.size() ? std::size_t{at(bytes, position + 2)} << 8 | at(bytes, position + 3)
                               : 0;
    if (header > bytes.size() || position + 2 + length > bytes.size()) {
      layout.complete_bytes = position;
      break;
    }
    if (marker == kStartOfScan) ++layout.scans;
    if (length > 2 && layout.exif.empty()) {
      const auto payload = bytes.subspan(header, length - 2);
      if (is_exif(marker, payload)) layout.exif = payload.subspan(kExifHeader.size());
    }
    position = next_marker(bytes, position + 2 + length);
  }
  return layout;
}

}  // namespace storyteller
