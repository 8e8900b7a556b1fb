#pragma once

#include <cstdint>

#include "kernels/gemm.h"

namespace storyteller {

/// Up to this many rows few_rows_product takes the place of a product with a packed weight: both
/// wait for the weight to arrive from memory, and this one needs no second copy of it.
inline constexpr int64_t kFewRows = 8;

/// c = a bᵀ [+ c] with a (M,K), b (N,K), M few: b streams through once, as it lies in memory.
/// Takes no transposition flags into account: transpose_a must be false, transpose_b true.
void few_rows_product(const Gemm<float>& p);

}  // namespace storyteller
