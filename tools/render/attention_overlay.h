#pragma once

#include <optional>
#include <vector>

#include "model/image/image.h"
#include "model/image/resize.h"

namespace storyteller {

/// Attention over a grid of regions for one word.
struct AttentionMap {
  int height = 0, width = 0;       ///< Of the grid.
  const float* weights = nullptr;  ///< (height, width), >= 0, as the softmax gives them; their sum
                                   ///< is below 1 where a word looked at less than a region.
};

/// Brings a map to the size of a picture: a uniform cubic B-spline with a weight in the middle of
/// each cell (smooth, never negative, no ringing), continued by its border values. Then scaled so
/// that the focus shows: the greatest value becomes 1, but a map whose greatest weight is below
/// four times the mean stays as faint as it is undecided; the least value becomes 0 in any case in
/// which the map has a peak. NaN and negative weights count as 0.
/// @return (height, width) in [0, 1].
std::vector<float> upsampled_attention(const AttentionMap& map, int width, int height);

/// The photo, dimmed and grayed where the word did not look, in full colour and tinted by
/// `color_of` where it did.
/// @param visible what part of the photo the map covers; empty: all of it. See visible_box().
Image attention_overlay(const Image& photo, const AttentionMap& map,
                        const std::optional<PixelBox>& visible = std::nullopt);

}  // namespace storyteller
