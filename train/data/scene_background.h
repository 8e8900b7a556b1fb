#pragma once

#include <array>
#include <vector>

#include "train/data/scene.h"

namespace storyteller::scenes {

/// A picture under construction: (side, side, 3) floats, sRGB scale 0..255, not yet clamped.
struct Canvas {
  int side = 0;
  std::vector<float> rgb;

  explicit Canvas(int side_) : side(side_), rgb(size_t{3} * side_ * side_) {}
  float* pixel(int x, int y) { return rgb.data() + size_t{3} * (size_t{1} * y * side + x); }
  /// Mixes `color` in by `alpha` in [0, 1].
  void blend(int x, int y, const std::array<float, 3>& color, float alpha) {
    float* p = pixel(x, y);
    for (int c = 0; c < 3; ++c) p[c] += alpha * (color[c] - p[c]);
  }
};

/// Fills the canvas with the scene's texture in two muted tones, grain, and small clutter. Muted
/// and of middling brightness, so that every object's colour, white included, stands out.
void draw_background(const Scene& scene, Canvas* canvas);

}  // namespace storyteller::scenes
