#pragma once

#include <type_traits>

#include "kernels/backend.h"
#include "kernels/bfloat16.h"
#include "kernels/cuda/context.h"

namespace storyteller {

/// How the slices of a tile (tile_sums.h) are multiplied.
enum class TileMath {
  kFma,   ///< float: fused multiply-add
  kTf32,  ///< float: tensor cores, factors rounded to 11 bits
  kBf16,  ///< bfloat16: tensor cores
};

/// Calls f with the way in which the options of the device multiply T, as a type.
template <class T, class F>
void with_math(const Cuda& backend, F&& f) {
  if constexpr (std::is_same_v<T, bfloat16>) {
    f(std::integral_constant<TileMath, TileMath::kBf16>{});
  } else if (backend.context->options().tf32) {
    f(std::integral_constant<TileMath, TileMath::kTf32>{});
  } else {
    f(std::integral_constant<TileMath, TileMath::kFma>{});
  }
}

}  // namespace storyteller
