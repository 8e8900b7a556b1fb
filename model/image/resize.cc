#include "model/image/resize.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "core/error.h"
#include "kernels/cpu/resize_pixel.h"

namespace storyteller {
namespace {

/// What kernels/image_preprocess.h calls ResizeTaps, and its arrays.
struct FilterTaps {
  int stride = 0;                     ///< Weights reserved per output position.
  std::vector<int> first;             ///< (out) first input position
  std::vector<int> count;             ///< (out) 1 <= count <= stride
  std::vector<std::int32_t> weights;  ///< (out, stride) sum to about 2^22
};

FilterTaps triangle_taps(double begin, double length, int in_size, int out_size) {
  FilterTaps taps;
  taps.stride = resize_taps_stride(length, out_size);
  taps.first.resize(out_size);
  taps.count.resize(out_size);
  taps.weights.resize(std::size_t{1} * out_size * taps.stride);
  make_resize_taps(begin, length, in_size, out_size, taps.stride, taps.first.data(),
                   taps.count.data(), taps.weights.data());
  return taps;
}

/// Filters rows [begin, end) of `image` along x into a picture of these rows alone.
Image filter_rows(const Image& image, const FilterTaps& taps, int begin, int end) {
  Image out{.width = static_cast<int>(taps.first.size()), .height = end - begin, .rgb = {}};
  out.rgb.resize(std::size_t{3} * out.width * out.height);
  for (int y = begin; y < end; ++y) {
    const std::uint8_t* in = image.row(y);
    std::uint8_t* to = out.row(y - begin);
    for (int x = 0; x < out.width; ++x, to += 3) {
      const std::uint8_t* from = in + std::ptrdiff_t{3} * taps.first[x];
      const std::int32_t* weights = taps.weights.data() + std::ptrdiff_t{x} * taps.stride;
      resize_pixel(from, 3, weights, taps.count[x], to);
    }
  }
  return out;
}

/// Filters along y; `offset` is the row of the whole picture that is row 0 of `image`.
Image filter_columns(const Image& image, const FilterTaps& taps, int offset) {
  Image out{.width = image.width, .height = static_cast<int>(taps.first.size()), .rgb = {}};
  const std::size_t row_bytes = std::size_t{3} * image.width;
  out.rgb.resize(row_bytes * out.height);
  std::vector<std::int32_t> sums(row_bytes);
  for (int y = 0; y < out.height; ++y) {
    std::fill(sums.begin(), sums.end(), ResizeTaps::kHalf);
    for (int i = 0; i < taps.count[y]; ++i) {
      const std::uint8_t* from = image.row(taps.first[y] - offset + i);
      const std::int32_t weight = taps.weights[std::size_t{1} * y * taps.stride + i];
      for (std::size_t j = 0; j < row_bytes; ++j) sums[j] += from[j] * weight;
    }
    std::uint8_t* to = out.row(y);
    for (std::size_t j = 0; j < row_bytes; ++j) to[j] = resize_byte(sums[j]);
  }
  return out;
}

bool inside(const PixelBox& box, const Image& image) {
  constexpr double kRounding = 1e-6;
  return box.left >= 0 && box.top >= 0 && box.width > 0 && box.height > 0 &&
         box.left + box.width <= image.width + kRounding &&
         box.top + box.height <= image.height + kRounding;
}

}  // namespace

Image resize(const Image& image, int width, int height) {
  return resize(image,
                {.left = 0,
                 .top = 0,
                 .width = static_cast<double>(image.width),
                 .height = static_cast<double>(image.height)},
                width, height);
}

Image resize(const Image& image, const PixelBox& box, int width, int height) {
  if (width <= 0 || height <= 0 || !inside(box, image)) {
    throw InternalError("resize: a part of a " + std::to_string(image.width) + "x" +
                        std::to_string(image.height) + " picture to " + std::to_string(width) +
                        "x" + std::to_string(height) + ": sizes must be positive, box inside");
  }
  const FilterTaps columns = triangle_taps(box.left, box.width, image.width, width);
  const FilterTaps rows = triangle_taps(box.top, box.height, image.height, height);
  const int begin = rows.first.front();
  const int end = rows.first.back() + rows.count.back();
  return filter_columns(filter_rows(image, columns, begin, end), rows, begin);
}

}  // namespace storyteller
