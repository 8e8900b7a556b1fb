#pragma once

#include <array>
#include <vector>

#include "model/image/image.h"
#include "train/data/scene.h"

namespace storyteller::scenes {

/// Unshaded sRGB of a colour name, 0..255.
std::array<float, 3> reference_color(Color color);

/// Draws the scene on side x side pixels: textured background, clutter, soft shadows, shaded
/// anti-aliased objects, vignette and sensor noise. A pure function of its arguments. Throws
/// UsageError unless kLeastSide <= side <= kMostSide.
Image render(const Scene& scene, int side);

/// The visible pixels (covered by at least half, nothing in front) of each object, as `render`
/// draws them.
std::vector<ObjectMask> object_masks(const Scene& scene, int side);

inline constexpr int kLeastSide = 16, kMostSide = 2048;

/// Smallest rectangle around a mask: pixels [left, right) x [top, bottom); all 0 for an empty one.
struct Box {
  int left = 0, top = 0, right = 0, bottom = 0;
};
Box bounding_box(const ObjectMask& mask);

}  // namespace storyteller::scenes
