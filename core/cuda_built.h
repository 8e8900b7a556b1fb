#pragma once

namespace storyteller {

/// True when this binary holds the CUDA backend; read by `if constexpr`, never by the preprocessor.
/// In a header of its own, so that only the sources that ask differ between the two builds: the
/// compiler cache serves all others.
inline constexpr bool kCudaBuilt = STORYTELLER_CUDA != 0;

}  // namespace storyteller
