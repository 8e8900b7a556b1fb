#include "model/image/orientation.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace storyteller {
namespace {

constexpr std::size_t kEntryBytes = 12;
constexpr std::uint32_t kOrientationTag = 0x0112;
constexpr std::uint32_t kShortType = 3;

/// Integers of either byte order; past the end everything is zero.
class TiffReader {
 public:
  explicit TiffReader(std::span<const std::byte> bytes)
      : bytes_(bytes), little_(byte(0) == 'I' && byte(1) == 'I') {}

  bool valid() const { return (little_ || (byte(0) == 'M' && byte(1) == 'M')) && u16(2) == 42; }
  std::uint32_t u16(std::size_t at) const {
    return little_ ? byte(at) | byte(at + 1) << 8 : byte(at) << 8 | byte(at + 1);
  }
  std::uint32_t u32(std::size_t at) const {
    return little_ ? u16(at) | u16(at + 2) << 16 : u16(at) << 16 | u16(at + 2);
  }

 private:
  std::uint32_t byte(std::size_t at) const {
    return at < bytes_.size() ? std::to_integer<std::uint32_t>(bytes_[at]) : 0;
  }
  std::span<const std::byte> bytes_;
  bool little_;
};

}  // namespace

int exif_orientation(std::span<const std::byte> tiff) {
  const TiffReader reader(tiff);
  if (!reader.valid()) return 1;
  const std::size_t directory = reader.u32(4);
  const std::uint32_t entries = reader.u16(directory);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * kEntryBytes;
    if (reader.u16(entry) != kOrientationTag) continue;
    const std::uint32_t value = reader.u16(entry + 8);
    const bool valid = reader.u16(entry + 2) == kShortType && value >= 1 && value <= 8;
    return valid ? static_cast<int>(value) : 1;
  }
  return 1;
}

Image upright(Image image, int orientation) {
  if (orientation <= 1 || orientation > 8) return image;
  // Orientations 5 to 8 store the picture's columns as rows.
  const bool transposed = orientation >= 5;
  const bool from_right =
      orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool from_bottom =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  Image out{.width = transposed ? image.height : image.width,
            .height = transposed ? image.width : image.height,
            .rgb = std::vector<std::uint8_t>(image.rgb.size())};
  for (int y = 0; y < out.height; ++y) {
    std::uint8_t* to = out.row(y);
    for (int x = 0; x < out.width; ++x, to += 3) {
      const int column = transposed ? y : x;
      const int line = transposed ? x : y;
      const int source_x = from_right ? image.width - 1 - column : column;
      const int source_y = from_bottom ? image.height - 1 - line : line;
      std::copy_n(image.row(source_y) + std::ptrdiff_t{3} * source_x, 3, to);
    }
  }
  return out;
}

}  // namespace storyteller
