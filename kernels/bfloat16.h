#pragma once

#include <bit>
#include <cstdint>

namespace storyteller {

/// Storage type with float's range and 8 bits of precision. Arithmetic is done in float.
struct bfloat16 {
  uint16_t bits = 0;

  constexpr bfloat16() = default;
  /// Rounds to nearest, ties to even; NaN stays NaN.
  constexpr explicit bfloat16(float value) {
    const auto raw = std::bit_cast<uint32_t>(value);
    if ((raw & 0x7FFFFFFFU) > 0x7F800000U) {
      bits = static_cast<uint16_t>(raw >> 16 | 0x40U);
    } else {
      bits = static_cast<uint16_t>((raw + 0x7FFFU + (raw >> 16 & 1U)) >> 16);
    }
  }
  constexpr explicit operator float() const { return std::bit_cast<float>(uint32_t{bits} << 16); }
};

}  // namespace storyteller
