#include "train/data/scene_renderer.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"
#include "core/random_stream.h"
#include "train/data/scene_background.h"
#include "train/data/scene_shapes.h"

namespace storyteller::scenes {
namespace {

constexpr uint64_t kNoiseStream = uint64_t{5} << 32;
constexpr float kLightX = -0.6F, kLightY = -0.8F;  // where the light comes from: top left

// Pixels whose centre may lie within `margin` of the object's outline circle.
struct Window {
  int left, top, right, bottom;
};
Window window(const Object& object, float margin, int side) {
  const float reach = object.radius * outline_radius(object.shape) + margin;
  const auto at = [&](float v) {
    return std::clamp(static_cast<int>(v * static_cast<float>(side)), 0, side - 1);
  };
  return {at(object.x - reach), at(object.y - reach), at(object.x + reach) + 1,
          at(object.y + reach) + 1};
}

float centre(int pixel, int side) {
  return (static_cast<float>(pixel) + 0.5F) / static_cast<float>(side);
}

void draw_shadow(const Object& object, Canvas* canvas) {
  constexpr float kSoft = 0.03F, kStrength = 0.42F;
  Object shifted = object;
  shifted.x += 0.014F;
  shifted.y += 0.020F;
  const PlacedShape shape(shifted);
  const Window w = window(shifted, kSoft, canvas->side);
  for (int y = w.top; y < w.bottom; ++y) {
    for (int x = w.left; x < w.right; ++x) {
      const float distance = shape.distance(centre(x, canvas->side), centre(y, canvas->side));
      const float depth = std::clamp(0.5F - distance / (2 * kSoft), 0.0F, 1.0F);
      const float keep = 1 - kStrength * depth * depth * (3 - 2 * depth);
      float* p = canvas->pixel(x, y);
      for (int c = 0; c < 3; ++c) p[c] *= keep;
    }
  }
}

// Brightness of the surface at a local point (radii): darker towards the edge and away from the
// light, like a low dome. About 0.76..1.14.
float shade(float dx, float dy, float distance) {
  const float depth = std::clamp(-distance / 0.30F, 0.0F, 1.0F);
  const float dome = 1 - (1 - depth) * (1 - depth);
  return 0.87F + 0.13F * dome + 0.11F * std::clamp(dx * kLightX + dy * kLightY, -1.0F, 1.0F);
}

void draw_object(const Object& object, Canvas* canvas) {
  const int side = canvas->side;
  const PlacedShape shape(object);
  const std::array<float, 3> base = reference_color(object.color);
  const float tint = 1 + 0.05F * object.jitter;
  const float pixels = object.radius * static_cast<float>(side);
  const Window w = window(object, 1.0F / static_cast<float>(side), side);
  for (int y = w.top; y < w.bottom; ++y) {
    for (int x = w.left; x < w.right; ++x) {
      float local_x = 0, local_y = 0;
      shape.to_local(centre(x, side), centre(y, side), &local_x, &local_y);
      const float distance = shape_distance(object.shape, local_x, local_y);
      const float coverage = std::clamp(0.5F - distance * pixels, 0.0F, 1.0F);
      if (coverage <= 0) continue;
      const float dx = (centre(x, side) - object.x) / object.radius;
      const float dy = (centre(y, side) - object.y) / object.radius;
      const float brightness = tint * shade(dx, dy, distance);
      const float hx = dx - 0.42F * kLightX, hy = dy - 0.42F * kLightY;
      const float fall = 1 + 9 * (hx * hx + hy * hy);
      const float gloss = 0.30F / (fall * fall);  // a soft highlight towards the light
      std::array<float, 3> color{};
      for (int c = 0; c < 3; ++c) {
        const float lit = std::min(base[c] * brightness, 255.0F);
        color[c] = lit + gloss * (255 - lit);
      }
      canvas->blend(x, y, color, coverage);
    }
  }
}

// Vignette, triangular sensor noise of about three levels, rounding.
Image develop(uint64_t key, const Canvas& canvas) {
  constexpr float kNoise = 4.5F / 255;
  const int side = canvas.side;
  Image image{.width = side, .height = side, .rgb = std::vector<uint8_t>(canvas.rgb.size())};
  std::vector<float> square(side);
  for (int i = 0; i < side; ++i) {
    const float offset = centre(i, side) - 0.5F;
    square[i] = 0.22F * offset * offset;
  }
  std::array<uint32_t, 4> bits{};
  for (size_t i = 0; i < canvas.rgb.size(); ++i) {
    if (i % 8 == 0) bits = philox(key, kNoiseStream, i / 8);
    const uint32_t pair = bits[i % 8 / 2] >> (16 * (i % 2));
    const float noise =
        kNoise * (static_cast<float>(pair & 255) - static_cast<float>(pair >> 8 & 255));
    const size_t pixel = i / 3;
    const float light = 1 - square[pixel % side] - square[pixel / side];
    image.rgb[i] =
        static_cast<uint8_t>(std::clamp(canvas.rgb[i] * light + noise, 0.0F, 255.0F) + 0.5F);
  }
  return image;
}

void require_side(int side) {
  if (side >= kLeastSide && side <= kMostSide) return;
  throw UsageError("scenes: side=" + std::to_string(side) + " is outside " +
                   std::to_string(kLeastSide) + ".." + std::to_string(kMostSide));
}

}  // namespace

std::array<float, 3> reference_color(Color color) {
  constexpr std::array<std::array<float, 3>, kColors> kReference = {{
      {212, 36, 36},    // red
      {240, 128, 24},   // orange
      {246, 212, 40},   // yellow
      {52, 164, 66},    // green
      {44, 96, 218},    // blue
      {128, 54, 178},   // purple
      {246, 132, 186},  // pink
      {243, 243, 240},  // white
  }};
  return kReference[static_cast<size_t>(color)];
}

Image render(const Scene& scene, int side) {
  require_side(side);
  Canvas canvas(side);
  draw_background(scene, &canvas);
  for (const Object& object : scene.objects) {
    draw_shadow(object, &canvas);
    draw_object(object, &canvas);
  }
  return develop(scene.key, canvas);
}

std::vector<ObjectMask> object_masks(const Scene& scene, int side) {
  require_side(side);
  std::vector<ObjectMask> masks;
  const auto pixels = static_cast<size_t>(side) * side;
  for (const Object& object : scene.objects) {
    ObjectMask mask{.width = side, .height = side, .inside = std::vector<uint8_t>(pixels)};
    const PlacedShape shape(object);
    const Window w = window(object, 0, side);
    for (int y = w.top; y < w.bottom; ++y) {
      for (int x = w.left; x < w.right; ++x) {
        if (shape.distance(centre(x, side), centre(y, side)) > 0) continue;
        const size_t at = static_cast<size_t>(y) * side + x;
        for (ObjectMask& behind : masks) behind.inside[at] = 0;
        mask.inside[at] = 1;
      }
    }
    masks.push_back(std::move(mask));
  }
  return masks;
}

Box bounding_box(const ObjectMask& mask) {
  Box box{mask.width, mask.height, 0, 0};
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      if (mask.inside[static_cast<size_t>(y) * mask.width + x] == 0) continue;
      box = {std::min(box.left, x), std::min(box.top, y), std::max(box.right, x + 1),
             std::max(box.bottom, y + 1)};
    }
  }
  return box.right == 0 ? Box{} : box;
}

}  // namespace storyteller::scenes
