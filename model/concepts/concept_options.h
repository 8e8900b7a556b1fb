#pragma once

namespace storyteller {

/// Words beside the regions; docs/concepts.md.
struct ConceptOptions {
  int count = 0;          ///< words that are looked for in pictures, at most; 0: none
  int inputs = 8;         ///< of them that the decoder is shown of a picture, at most
  double threshold = .3;  ///< probability below which it is shown none
};

}  // namespace storyteller
