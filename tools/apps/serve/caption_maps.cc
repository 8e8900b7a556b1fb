#include "tools/apps/serve/caption_maps.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/text/base64.h"
#include "model/image/encode.h"
#include "model/image/resize.h"
#include "tools/render/attention_overlay.h"

namespace storyteller::serve {
namespace {

/// Longer sides: of what is overlaid, and of a light that is shown larger than it is.
constexpr int kViewSide = 416, kMaskSide = 96;

Image no_longer_than(Image picture, int side) {
  const double factor = static_cast<double>(side) / std::max(picture.width, picture.height);
  if (factor >= 1) return picture;
  const auto scaled = [&](int pixels) {
    return std::max(1, static_cast<int>(std::lround(pixels * factor)));
  };
  return resize(picture, scaled(picture.width), scaled(picture.height));
}

/// The map alone, gray, black where the network does not see.
Image mask_of(int width, int height, const AttentionMap& map, const PixelBox& visible) {
  Image mask = solid_image(width, height, {0, 0, 0});
  const int left = std::clamp(static_cast<int>(std::lround(visible.left)), 0, width - 1);
  const int top = std::clamp(static_cast<int>(std::lround(visible.top)), 0, height - 1);
  const int columns = std::clamp(static_cast<int>(std::lround(visible.width)), 1, width - left);
  const int rows = std::clamp(static_cast<int>(std::lround(visible.height)), 1, height - top);
  const std::vector<float> light = upsampled_attention(map, columns, rows);
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      const float value = light[static_cast<std::size_t>(y) * static_cast<std::size_t>(columns) +
                                static_cast<std::size_t>(x)];
      std::fill_n(mask.row(top + y) + std::ptrdiff_t{3} * (left + x), 3,
                  static_cast<std::uint8_t>(value * 255 + 0.5F));
    }
  }
  return mask;
}

}  // namespace

Image view_for_maps(Image picture) { return no_longer_than(std::move(picture), kViewSide); }

std::vector<std::string> drawn_maps(Maps maps, const Image& view, const Caption& caption,
                                    Captioner& captioner) {
  std::vector<std::string> drawn;
  if (maps == Maps::kNone || caption.alpha.empty() || view.width == 0) return drawn;
  const Image small = maps == Maps::kMask ? no_longer_than(view, kMaskSide) : view;
  const auto rows = static_cast<int>(captioner.encoder().grid_rows());
  const auto columns = static_cast<int>(captioner.encoder().grid_columns());
  const PixelBox visible = visible_box(small.width, small.height, captioner.preprocessing());
  for (std::size_t word = 0; word < caption.words.size(); ++word) {
    const AttentionMap map{
        .height = rows,
        .width = columns,
        .weights = caption.alpha.data() + static_cast<std::ptrdiff_t>(word) * rows * columns};
    const Image picture = maps == Maps::kMask ? mask_of(small.width, small.height, map, visible)
                                              : attention_overlay(small, map, visible);
    drawn.push_back("data:image/png;base64," + base64(encode_png(picture)));
  }
  return drawn;
}

}  // namespace storyteller::serve
