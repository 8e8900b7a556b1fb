#pragma once

#include <cstdint>
#include <vector>

#include "model/image/image.h"

namespace storyteller {

/// Makes a picture smaller by a whole factor while its rows arrive: each pixel is the mean of
/// factor x factor (at the right and lower border, of those that are left). At factor 1 the rows
/// are copied.
class BoxReducer {
 public:
  /// @param missing what pixels are whose rows never come
  BoxReducer(int width, int height, int factor, std::uint8_t missing);

  /// Row `y` of the large picture: (width, 3). Rows come in order.
  void add_row(int y, const std::uint8_t* row);
  Image& image() { return image_; }

 private:
  void flush(int out_row, int rows);

  int width_, height_, factor_;
  Image image_;
  std::vector<std::uint32_t> sums_;  ///< (columns of `image_`, 3)
};

}  // namespace storyteller
