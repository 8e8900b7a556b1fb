#include "tools/render/attention_strip.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "tools/render/attention_overlay.h"
#include "tools/render/text.h"

namespace storyteller {
namespace {

constexpr Rgb kPaper{255, 255, 255};
constexpr Rgb kInk{28, 28, 34};
constexpr Rgb kPaleInk{130, 130, 140};

/// The photo at the tiles' size, and the scale that brought it there.
struct Tile {
  Image picture;
  std::optional<PixelBox> visible;
};

Tile make_tile(const Image& photo, const StripStyle& style) {
  const double scale = static_cast<double>(style.tile) / std::max(photo.width, photo.height);
  const auto scaled = [&](int side) {
    return std::max(1, static_cast<int>(std::lround(side * scale)));
  };
  Tile tile{.picture = resize(photo, scaled(photo.width), scaled(photo.height)), .visible = {}};
  if (style.visible) {
    tile.visible = PixelBox{.left = style.visible->left * scale,
                            .top = style.visible->top * scale,
                            .width = style.visible->width * scale,
                            .height = style.visible->height * scale};
  }
  return tile;
}

/// Positions of tiles in as few rows as possible, about equally long: no tile alone in the last.
class Layout {
 public:
  Layout(int tiles, const Image& tile, int text_height, const StripStyle& style)
      : rows_((tiles + style.tiles_per_row - 1) / style.tiles_per_row),
        columns_((tiles + rows_ - 1) / rows_),
        cell_width_(std::max(tile.width, style.tile / 2)),
        inset_((cell_width_ - tile.width) / 2),
        cell_height_(tile.height + text_height),
        gap_(style.gap) {}

  int width() const { return gap_ + columns_ * (cell_width_ + gap_); }
  int height() const { return gap_ + rows_ * (cell_height_ + gap_); }
  int cell_width() const { return cell_width_; }
  int cell_left(int i) const { return gap_ + i % columns_ * (cell_width_ + gap_); }
  int left(int i) const { return cell_left(i) + inset_; }
  int top(int i) const { return gap_ + i / columns_ * (cell_height_ + gap_); }

 private:
  int rows_, columns_, cell_width_, inset_, cell_height_, gap_;
};

void paste(const Image& tile, int left, int top, Image* canvas) {
  for (int y = 0; y < tile.height; ++y) {
    std::copy_n(tile.row(y), std::ptrdiff_t{3} * tile.width,
                canvas->row(top + y) + std::ptrdiff_t{3} * left);
  }
}

void check(const Image& photo, std::size_t words, std::size_t weights, int grid_height,
           int grid_width, const StripStyle& style) {
  const bool fits = photo.width > 0 && photo.height > 0 && grid_height > 0 && grid_width > 0 &&
                    weights == words * grid_height * grid_width && style.tile >= 32 &&
                    style.tile <= 2048 && style.tiles_per_row > 0 && style.gap >= 0;
  if (fits) return;
  throw InternalError("attention_strip: " + std::to_string(photo.width) + "x" +
                      std::to_string(photo.height) + " photo, " + std::to_string(words) +
                      " words, " + std::to_string(weights) + " weights for a grid of " +
                      std::to_string(grid_height) + "x" + std::to_string(grid_width) +
                      ": sizes do not fit together");
}

}  // namespace

Image attention_strip(const Image& photo, std::span<const std::string> words,
                      std::span<const float> maps, int grid_height, int grid_width,
                      const StripStyle& style) {
  check(photo, words.size(), maps.size(), grid_height, grid_width, style);
  TextPainter text(style.text_size);
  const Tile tile = make_tile(photo, style);
  const int text_gap = style.text_size / 3;
  const int text_height = text_gap + text.ascent() + text.descent();
  const int tiles = static_cast<int>(words.size()) + 1;
  const Layout layout(tiles, tile.picture, text_height, style);
  Image canvas = solid_image(layout.width(), layout.height(), kPaper);

  const auto write = [&](int i, const std::string& word, Rgb ink) {
    const std::string shown = text.fitted(word, layout.cell_width());
    const int x = layout.cell_left(i) + (layout.cell_width() - text.width(shown)) / 2;
    text.draw(&canvas, x, layout.top(i) + tile.picture.height + text_gap + text.ascent(), shown,
              ink);
  };
  paste(tile.picture, layout.left(0), layout.top(0), &canvas);
  write(0, "photo", kPaleInk);
  for (int t = 0; t + 1 < tiles; ++t) {
    const AttentionMap map{
        .height = grid_height,
        .width = grid_width,
        .weights = maps.data() + std::ptrdiff_t{1} * t * grid_height * grid_width};
    paste(attention_overlay(tile.picture, map, tile.visible), layout.left(t + 1), layout.top(t + 1),
          &canvas);
    write(t + 1, words[t], kInk);
  }
  return canvas;
}

}  // namespace storyteller
