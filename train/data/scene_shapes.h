#pragma once

#include "train/data/scene.h"

namespace storyteller::scenes {

/// Signed distance from (x, y) to the outline of `shape`, negative inside, all in units of
/// `Object::radius` with y downwards and no rotation. Near the outline it is the Euclidean
/// distance, so it anti-aliases; inside it tells how deep.
/// Formulas: I. Quilez, "2D distance functions".
float shape_distance(Shape shape, float x, float y);

/// The same for a placed object, point and result in units of the picture's side.
class PlacedShape {
 public:
  explicit PlacedShape(const Object& object);
  /// Point of the picture in the object's own frame: rotated back, in radii.
  void to_local(float x, float y, float* local_x, float* local_y) const;
  float distance(float x, float y) const;

 private:
  Object object_;
  float cosine_, sine_;
};

/// Whether the two objects cover common ground: at least 4 % of the smaller one's square.
bool overlap(const Object& a, const Object& b);

}  // namespace storyteller::scenes
