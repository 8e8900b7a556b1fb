#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/confidence/subject.h"

namespace storyteller {

/// What a model keeps of pictures that people described: of each the direction of its pooled
/// features, projected and rounded to 8 bits, and the kinds of things that the descriptions agree
/// on. No picture and no description can be read back from it.
class PictureMemory {
 public:
  /// @param projection (axes,width): what pooled features are projected to.
  /// @param directions (pictures,axes): of pooled features that were projected.
  /// @param kinds of each picture.
  /// Throws InternalError where the sizes do not fit each other, or there is no picture.
  PictureMemory(std::vector<float> projection, std::vector<std::int8_t> directions,
                std::vector<SubjectKinds> kinds);

  /// A picture's direction as the memory keeps it.
  struct Direction {
    std::vector<std::int8_t> axes;  ///< the greatest 127 or -127; zeros: it has no features
    double kept = 0;                ///< share of the features' norm that is along the axes
  };
  static Direction direction(std::span<const float> projection, std::span<const float> pooled);

  /// The pictures that are most like one.
  struct Nearest {
    /// Mean cosine to them; what of the features the projection does not keep is like none.
    double likeness = 0;
    std::vector<SubjectKinds> kinds;  ///< of each
    /// Share of them that know one of `kinds`; 0 for none.
    double agreement(SubjectKinds kinds) const;
  };
  /// The kNeighbours nearest by cosine, or all that there are. `pooled` (width).
  Nearest nearest(std::span<const float> pooled) const;

  static constexpr size_t kNeighbours = 50;

  size_t size() const { return kinds_.size(); }
  size_t axes() const { return axes_; }
  size_t width() const { return projection_.size() / axes_; }
  std::span<const float> projection() const { return projection_; }
  std::span<const std::int8_t> directions() const { return directions_; }
  std::span<const SubjectKinds> kinds() const { return kinds_; }

 private:
  std::vector<float> projection_;
  std::vector<std::int8_t> directions_;
  std::vector<std::int16_t> wide_;  // directions_, for products that processors have
  std::vector<float> inverse_norms_;
  std::vector<SubjectKinds> kinds_;
  size_t axes_;
};

}  // namespace storyteller
