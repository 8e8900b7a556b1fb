#pragma once

#include <algorithm>
#include <cstdint>

namespace storyteller {

/// Rows and columns of zeros around an image.
struct Padding {
  int64_t top = 0, left = 0, bottom = 0, right = 0;
  static Padding all(int64_t n) { return {n, n, n, n}; }
};

/// A rectangle that slides over an image; convolution and pooling share it.
struct Window {
  int64_t height, width;
  int64_t stride = 1;
  Padding padding = {};

  /// Whether an H x W image with its padding holds at least one position.
  bool fits(int64_t H, int64_t W) const {
    return H + padding.top + padding.bottom >= height && W + padding.left + padding.right >= width;
  }
  int64_t output_height(int64_t H) const {
    return (H + padding.top + padding.bottom - height) / stride + 1;
  }
  int64_t output_width(int64_t W) const {
    return (W + padding.left + padding.right - width) / stride + 1;
  }
};

/// The padding that TensorFlow calls SAME: ceil(size / stride) outputs on each axis; an odd number
/// of zeros puts the extra one at the bottom and on the right.
inline Padding same_padding(int64_t H, int64_t W, int64_t kernel, int64_t stride) {
  const auto needed = [&](int64_t size) {
    const int64_t outputs = (size + stride - 1) / stride;
    return std::max<int64_t>((outputs - 1) * stride + kernel - size, 0);
  };
  const int64_t rows = needed(H), columns = needed(W);
  return {rows / 2, columns / 2, rows - rows / 2, columns - columns / 2};
}

}  // namespace storyteller
