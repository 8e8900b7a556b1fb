#include "model/image/box_reducer.h"

#include <algorithm>
#include <cstring>

namespace storyteller {
namespace {

int reduced(int side, int factor) { return (side + factor - 1) / factor; }

}  // namespace

BoxReducer::BoxReducer(int width, int height, int factor, std::uint8_t missing)
    : width_(width),
      height_(height),
      factor_(factor),
      image_{.width = reduced(width, factor), .height = reduced(height, factor), .rgb = {}} {
  image_.rgb.assign(std::size_t{3} * image_.width * image_.height, missing);
  if (factor > 1) sums_.resize(std::size_t{3} * image_.width);
}

void BoxReducer::add_row(int y, const std::uint8_t* row) {
  if (factor_ == 1) {
    std::memcpy(image_.row(y), row, std::size_t{3} * width_);
    return;
  }
  for (int x = 0; x < width_; ++x) {
    std::uint32_t* sum = sums_.data() + std::size_t{3} * (x / factor_);
    for (int c = 0; c < 3; ++c) sum[c] += row[3 * x + c];
  }
  const bool last = y + 1 == height_;
  if (last || (y + 1) % factor_ == 0) flush(y / factor_, y % factor_ + 1);
}

void BoxReducer::flush(int out_row, int rows) {
  std::uint8_t* to = image_.row(out_row);
  for (int x = 0; x < image_.width; ++x) {
    const int columns = std::min(factor_, width_ - x * factor_);
    const auto count = static_cast<std::uint32_t>(columns * rows);
    for (int c = 0; c < 3; ++c) {
      to[3 * x + c] = static_cast<std::uint8_t>((sums_[3 * x + c] + count / 2) / count);
    }
  }
  std::fill(sums_.begin(), sums_.end(), 0);
}

}  // namespace storyteller
