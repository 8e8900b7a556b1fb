#pragma once

#include <optional>
#include <span>

#include "model/image/image.h"
#include "model/image/resize.h"

namespace storyteller {

/// The photo, in gray, with the regions of a grid tinted by a signed value: orange where it is
/// below 0, blue where it is above, by its share of the greatest magnitude. NaN counts as 0.
/// @param values (rows, columns)
/// @param visible what part of the photo the grid covers; empty: all of it. See visible_box().
/// @throws InternalError if there are not rows * columns values.
Image change_overlay(const Image& photo, std::span<const float> values, int rows, int columns,
                     const std::optional<PixelBox>& visible = std::nullopt);

/// The photo with thin lines between the regions of a grid, and dimmed where `visible` ends.
Image grid_overlay(const Image& photo, int rows, int columns,
                   const std::optional<PixelBox>& visible = std::nullopt);

}  // namespace storyteller
