#pragma once

#include <bit>
#include <cstdint>

#include "core/half.h"
#include "kernels/bfloat16.h"

namespace storyteller {

/// Exact.
inline float bfloat16_to_float(std::uint16_t bits) {
  bfloat16 stored;
  stored.bits = bits;
  return static_cast<float>(stored);
}

/// Rounds to nearest, ties to even; a NaN stays a (quiet) NaN.
inline std::uint16_t float_to_bfloat16(float value) { return bfloat16(value).bits; }

/// F8_E5M2: the upper half of a binary16. Exact.
inline float float8_e5m2_to_float(std::uint8_t bits) {
  return half_to_float(static_cast<std::uint16_t>(bits << 8U));
}

/// F8_E4M3: 1 sign, 4 exponent (bias 7), 3 fraction bits; no infinities, and NaN where all bits but
/// the sign are 1 (Micikevicius et al., 2022, "FP8 Formats for Deep Learning"). Exact.
inline float float8_e4m3_to_float(std::uint8_t bits) {
  if ((bits & 0x7FU) == 0x7FU) return std::bit_cast<float>(0x7FC00000U);
  // The same digits as a binary16, whose bias is 8 more.
  const auto half = static_cast<std::uint16_t>((bits & 0x80U) << 8U | (bits & 0x7FU) << 7U);
  return half_to_float(half) * 256;
}

}  // namespace storyteller
