#pragma once

namespace storyteller {

/// How what captions name differs from what a detector will find (docs/concepts.md).
struct ConceptNoise {
  double drop = 0.4;   ///< probability that a concept which a caption names is not shown
  double added = 1.5;  ///< concepts of a picture that none of its captions names, on average
};

}  // namespace storyteller
