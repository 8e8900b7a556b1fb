#pragma once

#include <cstddef>
#include <vector>

#include "model/confidence/picture_memory.h"

namespace storyteller {

/// Pooled features of pictures, and what people agree to see in them.
struct KnownPictures {
  std::size_t width = 0;
  std::vector<float> pooled;        ///< (pictures,width)
  std::vector<SubjectKinds> kinds;  ///< [picture]

  std::size_t size() const { return kinds.size(); }
};

/// Axes that a memory keeps of features.
inline constexpr std::size_t kMemoryAxes = 128;

/// A memory of pictures: their features projected to the directions in which they extend most (the
/// first right singular vectors, not centred, so that cosines stay what they are), and rounded.
/// Throws InternalError without pictures.
PictureMemory make_memory(const KnownPictures& pictures);

}  // namespace storyteller
