#pragma once

#include <optional>
#include <span>
#include <string>

#include "model/image/image.h"
#include "model/image/resize.h"

namespace storyteller {

struct StripStyle {
  int tile = 208;         ///< Longer side of each tile in pixels, 32 to 2048.
  int tiles_per_row = 6;  ///< At most; rows are about equally long.
  int text_size = 20;     ///< Em of the words in pixels.
  int gap = 16;           ///< Between tiles, and around them all.
  /// What part of the photo the maps cover, in its pixels; empty: all of it. See visible_box().
  std::optional<PixelBox> visible = std::nullopt;
};

/// One picture per caption: the photo, then for each word the photo with the word's attention laid
/// over it and the word below, in rows, on white.
/// @param words T of them, UTF-8; a word too long for its tile is cut with an ellipsis.
/// @param maps (T, grid_height, grid_width), see AttentionMap.
/// @throws InternalError if the sizes do not fit together.
Image attention_strip(const Image& photo, std::span<const std::string> words,
                      std::span<const float> maps, int grid_height, int grid_width,
                      const StripStyle& style = {});

}  // namespace storyteller
