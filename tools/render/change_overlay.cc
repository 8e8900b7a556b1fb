#include "tools/render/change_overlay.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"

namespace storyteller {
namespace {

// Apart for colour-blind eyes, and about as light as each other.
constexpr Rgb kLess{230, 97, 1}, kMore{40, 110, 200};
constexpr float kMostTint = 0.8F;  // how much of its colour covers the greatest change
constexpr float kPale = 0.45F;     // how far the gray photo is lifted towards white

struct Cells {
  int left, top, width, height, rows, columns;

  bool holds(int x, int y) const {
    return x >= left && x < left + width && y >= top && y < top + height;
  }
  int row(int y) const { return (y - top) * rows / height; }
  int column(int x) const { return (x - left) * columns / width; }
};

Cells cells_of(const Image& photo, int rows, int columns, const std::optional<PixelBox>& visible) {
  const PixelBox box = visible.value_or(PixelBox{.left = 0,
                                                 .top = 0,
                                                 .width = static_cast<double>(photo.width),
                                                 .height = static_cast<double>(photo.height)});
  Cells cells{.left = 0, .top = 0, .width = 0, .height = 0, .rows = rows, .columns = columns};
  cells.left = std::clamp(static_cast<int>(std::lround(box.left)), 0, photo.width - 1);
  cells.top = std::clamp(static_cast<int>(std::lround(box.top)), 0, photo.height - 1);
  cells.width = std::clamp(static_cast<int>(std::lround(box.width)), 1, photo.width - cells.left);
  cells.height = std::clamp(static_cast<int>(std::lround(box.height)), 1, photo.height - cells.top);
  return cells;
}

void mix(std::uint8_t* pixel, Rgb color, float amount) {
  const std::uint8_t to[3] = {color.r, color.g, color.b};
  for (int c = 0; c < 3; ++c) {
    pixel[c] = static_cast<std::uint8_t>(
        std::lerp(static_cast<float>(pixel[c]), static_cast<float>(to[c]), amount) + 0.5F);
  }
}

void make_gray(std::uint8_t* pixel) {
  const float gray = 0.299F * pixel[0] + 0.587F * pixel[1] + 0.114F * pixel[2];  // BT.601 luma
  std::fill_n(pixel, 3, static_cast<std::uint8_t>(std::lerp(gray, 255.0F, kPale) + 0.5F));
}

}  // namespace

Image change_overlay(const Image& photo, std::span<const float> values, int rows, int columns,
                     const std::optional<PixelBox>& visible) {
  if (values.size() != static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns) ||
      values.empty()) {
    throw InternalError("change_overlay: " + std::to_string(values.size()) + " values for " +
                        std::to_string(rows) + "x" + std::to_string(columns) + " regions");
  }
  float most = 0;
  for (const float value : values) {
    if (std::isfinite(value)) most = std::max(most, std::abs(value));
  }
  const Cells cells = cells_of(photo, rows, columns, visible);
  Image out = photo;
  for (int y = 0; y < photo.height; ++y) {
    for (int x = 0; x < photo.width; ++x) {
      std::uint8_t* pixel = out.row(y) + std::ptrdiff_t{3} * x;
      make_gray(pixel);
      if (!cells.holds(x, y) || most == 0) continue;
      const float value =
          values[static_cast<std::size_t>(cells.row(y)) * static_cast<std::size_t>(columns) +
                 static_cast<std::size_t>(cells.column(x))];
      // -infinity: with the region covered the word cannot come at all.
      const float share = std::isnan(value) ? 0 : std::min(std::abs(value) / most, 1.0F);
      mix(pixel, value < 0 ? kLess : kMore, kMostTint * share);
    }
  }
  return out;
}

Image grid_overlay(const Image& photo, int rows, int columns,
                   const std::optional<PixelBox>& visible) {
  constexpr float kLine = 0.55F, kOutside = 0.7F;
  const Cells cells = cells_of(photo, rows, columns, visible);
  Image out = photo;
  for (int y = 0; y < photo.height; ++y) {
    for (int x = 0; x < photo.width; ++x) {
      std::uint8_t* pixel = out.row(y) + std::ptrdiff_t{3} * x;
      if (!cells.holds(x, y)) {
        mix(pixel, {0, 0, 0}, kOutside);
        continue;
      }
      const bool border = (x > cells.left && cells.column(x) != cells.column(x - 1)) ||
                          (y > cells.top && cells.row(y) != cells.row(y - 1));
      if (border) mix(pixel, {255, 255, 255}, kLine);
    }
  }
  return out;
}

}  // namespace storyteller
