#include "train/data/scene_shapes.h"

#include <algorithm>
#include <cmath>

namespace storyteller::scenes {
namespace {

float length(float x, float y) { return std::sqrt(x * x + y * y); }
float sign(float v) { return v < 0 ? -1.0F : 1.0F; }

float box(float x, float y, float half_width, float half_height) {
  const float dx = std::abs(x) - half_width, dy = std::abs(y) - half_height;
  return length(std::max(dx, 0.0F), std::max(dy, 0.0F)) + std::min(std::max(dx, dy), 0.0F);
}

float triangle(float x, float y, float half_side) {
  const float k = std::sqrt(3.0F);
  float px = std::abs(x) - half_side, py = y + half_side / k;
  if (px + k * py > 0) {
    const float qx = (px - k * py) / 2, qy = (-k * px - py) / 2;
    px = qx;
    py = qy;
  }
  px -= std::clamp(px, -2 * half_side, 0.0F);
  return -length(px, py) * sign(py);
}

float star(float x, float y, float radius, float inner) {
  constexpr float kX1 = 0.809016994F, kY1 = -0.587785252F;
  float px = std::abs(x), py = y;
  for (const float side : {1.0F, -1.0F}) {
    const float along = 2 * std::max(side * kX1 * px + kY1 * py, 0.0F);
    px -= along * side * kX1;
    py -= along * kY1;
  }
  px = std::abs(px);
  py -= radius;
  const float bx = inner * -kY1, by = inner * kX1 - 1;
  const float h = std::clamp((px * bx + py * by) / (bx * bx + by * by), 0.0F, radius);
  return length(px - bx * h, py - by * h) * sign(py * bx - px * by);
}

float heart(float x, float y) {
  const float px = std::abs(x);
  if (px + y > 1) return length(px - 0.25F, y - 0.75F) - std::sqrt(2.0F) / 4;
  const float along = 0.5F * std::max(px + y, 0.0F);
  return std::min(length(px, y - 1), length(px - along, y - along)) * sign(px - y);
}

float moon(float x, float y, float shift, float outer, float inner) {
  const float py = std::abs(y);
  const float a = (outer * outer - inner * inner + shift * shift) / (2 * shift);
  const float b = std::sqrt(std::max(outer * outer - a * a, 0.0F));
  if (shift * (x * b - py * a) > shift * shift * std::max(b - py, 0.0F)) {
    return length(x - a, py - b);
  }
  return std::max(length(x, py) - outer, -(length(x - shift, py) - inner));
}

}  // namespace

float shape_distance(Shape shape, float x, float y) {
  switch (shape) {
    case Shape::kCircle:
      return length(x, y) - 1;
    case Shape::kSquare:
      return box(x, y, 0.80F, 0.80F) - 0.06F;
    case Shape::kTriangle:
      return triangle(x, -y, 1.05F) - 0.06F;
    case Shape::kStar:
      return star(x, -y, 1.20F, 0.48F) - 0.03F;
    case Shape::kHeart: {
      constexpr float kScale = 1.80F;
      return kScale * heart(x / kScale, -y / kScale + 0.56F);
    }
    case Shape::kCross:
      return std::min(box(x, y, 1.02F, 0.31F), box(x, y, 0.31F, 1.02F)) - 0.05F;
    case Shape::kRing:
      return std::abs(length(x, y) - 0.74F) - 0.27F;
    case Shape::kMoon:
      return moon(x + 0.12F, y, 0.58F, 1.06F, 0.82F);
  }
  return 1;
}

PlacedShape::PlacedShape(const Object& object)
    : object_(object), cosine_(std::cos(object.angle)), sine_(std::sin(object.angle)) {}

void PlacedShape::to_local(float x, float y, float* local_x, float* local_y) const {
  const float dx = (x - object_.x) / object_.radius, dy = (y - object_.y) / object_.radius;
  *local_x = cosine_ * dx + sine_ * dy;
  *local_y = cosine_ * dy - sine_ * dx;
}

float PlacedShape::distance(float x, float y) const {
  float local_x = 0, local_y = 0;
  to_local(x, y, &local_x, &local_y);
  return object_.radius * shape_distance(object_.shape, local_x, local_y);
}

bool overlap(const Object& a, const Object& b) {
  const Object& small = a.radius < b.radius ? a : b;
  const float reach = a.radius * outline_radius(a.shape) + b.radius * outline_radius(b.shape);
  if (length(a.x - b.x, a.y - b.y) >= reach) return false;
  const PlacedShape shape_a(a), shape_b(b);
  constexpr int kGrid = 24;
  const float extent = small.radius * outline_radius(small.shape);
  int common = 0;
  for (int row = 0; row < kGrid; ++row) {
    for (int column = 0; column < kGrid; ++column) {
      const float x = small.x + extent * (2 * (static_cast<float>(column) + 0.5F) / kGrid - 1);
      const float y = small.y + extent * (2 * (static_cast<float>(row) + 0.5F) / kGrid - 1);
      common += shape_a.distance(x, y) < 0 && shape_b.distance(x, y) < 0 ? 1 : 0;
    }
  }
  return common * 25 >= kGrid * kGrid;
}

}  // namespace storyteller::scenes
