#include "model/image/orientation.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace storyteller {
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
