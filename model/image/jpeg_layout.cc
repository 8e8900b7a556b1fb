#include "model/image/jpeg_layout.h"

#include <cstring>
#include <map>
#include <string_view>
#include <utility>

namespace storyteller {
namespace {

using namespace std::string_view_literals;

constexpr std::uint8_t kStartOfImage = 0xd8;
constexpr std::uint8_t kEndOfImage = 0xd9;
constexpr std::uint8_t kStartOfScan = 0xda;
constexpr std::uint8_t kApp1 = 0xe1;
constexpr std::uint8_t kApp2 = 0xe2;
constexpr auto kProfileHeader = "ICC_PROFILE\0"sv;

std::uint8_t at(std::span<const std::byte> bytes, std::size_t i) {
  return std::to_integer<std::uint8_t>(bytes[i]);
}

bool is_restart(std::uint8_t marker) { return marker >= 0xd0 && marker <= 0xd7; }

/// Markers without a length: TEM, RST0..RST7, SOI.
bool stands_alone(std::uint8_t marker) {
  return marker == 0x01 || is_restart(marker) || marker == kStartOfImage;
}

/// SOF0 to SOF15 but for the three numbers that mean tables or extensions; JPEG-LS's.
bool is_frame(std::uint8_t marker) {
  const bool sof = marker >= 0xc0 && marker <= 0xcf;
  return (sof && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) || marker == 0xf7;
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

/// The header of a scan: components, two bytes for each, a band of coefficients, bit positions.
bool is_scan(std::string_view header) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(header[i]); };
  if (header.empty() || byte(0) < 1 || byte(0) > 4) return false;
  const std::size_t band = 1 + std::size_t{2} * byte(0);
  return header.size() == band + 3 && byte(band) <= 63 && byte(band + 1) <= 63;
}

/// Walks over the segments of one file.
class Walk {
 public:
  explicit Walk(std::span<const std::byte> bytes) : bytes_(bytes) {
    layout_.complete_bytes = bytes.size();
  }

  JpegLayout run() {
    std::size_t position = next_marker(bytes_, 0);
    while (position < bytes_.size()) {
      const std::uint8_t marker = at(bytes_, position + 1);
      if (marker == kEndOfImage) return finished();
      if (stands_alone(marker)) {
        layout_.restarts += is_restart(marker) ? 1 : 0;
        position = next_marker(bytes_, position + 2);
        continue;
      }
      const std::size_t header = position + 4;
      const bool has_length = header <= bytes_.size();
      const std::size_t length =
          has_length ? std::size_t{at(bytes_, position + 2)} << 8 | at(bytes_, position + 3) : 0;
      const bool cut_off = !has_length || position + 2 + length > bytes_.size();
      if (cut_off || !take(marker, header, length < 2 ? 0 : length - 2)) {
        layout_.complete_bytes = position;
        break;
      }
      position = next_marker(bytes_, position + 2 + length);
    }
    cut_zeros();
    return finished();
  }

 private:
  /// False where the picture is over: what no decoder takes after the first scan.
  bool take(std::uint8_t marker, std::size_t begin, std::size_t size) {
    const std::string_view payload(reinterpret_cast<const char*>(bytes_.data()) + begin, size);
    if (is_frame(marker)) {
      if (layout_.scans > 0) return false;
      if (layout_.process == 0) {
        layout_.process = marker;
        layout_.precision = size > 0 ? static_cast<unsigned char>(payload[0]) : 0;
        layout_.components = size > 5 ? static_cast<unsigned char>(payload[5]) : 0;
      }
    }
    if (marker == kStartOfScan) {
      if (layout_.scans > 0 && !is_scan(payload)) return false;
      ++layout_.scans;
    }
    if (layout_.scans > 0) return true;
    if (marker == kApp1) add_app1(payload, &layout_.metadata);
    if (marker == kApp2 && payload.starts_with(kProfileHeader) &&
        size > kProfileHeader.size() + 2) {
      const auto number = static_cast<unsigned char>(payload[kProfileHeader.size()]);
      profile_.emplace(number, payload.substr(kProfileHeader.size() + 2));
      profile_parts_ = static_cast<unsigned char>(payload[kProfileHeader.size() + 1]);
    }
    return true;
  }

  /// A copy that was not finished, or a disk that lost blocks, leaves zeros: no picture has many.
  void cut_zeros() {
    constexpr std::size_t kMostInAPicture = 64;
    std::size_t end = layout_.complete_bytes;
    while (end > 0 && bytes_[end - 1] == std::byte{0}) --end;
    if (layout_.complete_bytes - end > kMostInAPicture) layout_.complete_bytes = end;
  }

  JpegLayout finished() {
    if (profile_.size() == profile_parts_) {
      for (const auto& [number, part] : profile_) layout_.metadata.color_profile += part;
    }
    return std::move(layout_);
  }

  std::span<const std::byte> bytes_;
  JpegLayout layout_;
  std::map<int, std::string_view> profile_;  // the ICC profile's parts by their number
  std::size_t profile_parts_ = 0;
};

}  // namespace

JpegLayout jpeg_layout(std::span<const std::byte> bytes) { return Walk(bytes).run(); }

}  // namespace storyteller
