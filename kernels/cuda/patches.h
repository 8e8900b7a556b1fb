#pragma once

#include <cstdint>

#include "kernels/conv2d.h"

namespace storyteller {

/// Which pixel of a picture meets which tap of a window: what turns a convolution into a matrix
/// product. Rows of that matrix are the pixels (image, row, column) of one picture, its columns the
/// taps (r, s); patches tell where each lies in the other picture.
///   forward:          rows are pixels of y;  h = p stride + r - top,  w = q stride + s - left
///   input gradient:   rows are pixels of x;  p = (h + top - r) / stride where that is whole, ...
template <bool kTransposed>
struct Patches {
  int height, width;  // of the picture that is read
  int rows, columns;  // of the picture whose pixels are the matrix's rows
  int window_width, stride, top, left;

  explicit Patches(const Conv2dSizes& s)
      : height(static_cast<int>(kTransposed ? s.out_height() : s.H)),
        width(static_cast<int>(kTransposed ? s.out_width() : s.W)),
        rows(static_cast<int>(kTransposed ? s.H : s.out_height())),
        columns(static_cast<int>(kTransposed ? s.W : s.out_width())),
        window_width(static_cast<int>(s.window.width)),
        stride(static_cast<int>(s.window.stride)),
        top(static_cast<int>(s.window.padding.top)),
        left(static_cast<int>(s.window.padding.left)) {}

  /// A row of the matrix.
  struct Pixel {
    uint32_t image;
    int row, column;  ///< where tap (0, 0) lies
  };
  __device__ Pixel pixel(uint32_t m) const {
    const auto width_of_rows = static_cast<uint32_t>(columns);
    const uint32_t line = m / width_of_rows, image = line / static_cast<uint32_t>(rows);
    const auto q = static_cast<int>(m - line * width_of_rows);
    const auto p = static_cast<int>(line - image * static_cast<uint32_t>(rows));
    if constexpr (kTransposed) return {image, p + top, q + left};
    return {image, p * stride - top, q * stride - left};
  }

  /// The pixel (image, h, w) that tap (r, s) of `at` meets, as an index; -1: none.
  __device__ int64_t index(const Pixel& at, int r, int s) const {
    int h = at.row + r, w = at.column + s;
    if constexpr (kTransposed) {
      h = at.row - r;
      w = at.column - s;
      if (h < 0 || w < 0 || h % stride != 0 || w % stride != 0) return -1;
      h /= stride;
      w /= stride;
    }
    if (h < 0 || w < 0 || h >= height || w >= width) return -1;
    return (int64_t{at.image} * height + h) * width + w;
  }
};

}  // namespace storyteller
