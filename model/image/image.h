#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace storyteller {

/// One colour, sRGB, each channel in [0, 255].
struct Rgb {
  std::uint8_t r = 0, g = 0, b = 0;
  friend bool operator==(const Rgb&, const Rgb&) = default;
};

/// A picture: 8-bit sRGB, channels interleaved, rows from the top, no padding between rows.
struct Image {
  int width = 0;                  ///< Columns.
  int height = 0;                 ///< Rows.
  std::vector<std::uint8_t> rgb;  ///< (height, width, 3)

  /// First byte of row `y`, 0 <= y < height.
  std::uint8_t* row(int y) { return rgb.data() + std::size_t{3} * width * y; }
  const std::uint8_t* row(int y) const { return rgb.data() + std::size_t{3} * width * y; }

  Rgb pixel(int x, int y) const {
    const std::uint8_t* p = row(y) + std::ptrdiff_t{3} * x;
    return {p[0], p[1], p[2]};
  }
  friend bool operator==(const Image&, const Image&) = default;
};

/// A picture of one colour. Sizes must be positive; throws InternalError otherwise.
Image solid_image(int width, int height, Rgb color);

}  // namespace storyteller
