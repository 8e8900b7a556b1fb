#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace storyteller {

/// IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. Exact. Integer operations
/// only, so that flushing subnormals to zero (core/system/threads.h) changes nothing.
inline float half_to_float(std::uint16_t half) {
  const std::uint32_t sign = (half & 0x8000U) << 16U;
  std::uint32_t exponent = half >> 10U & 0x1FU;
  std::uint32_t fraction = half & 0x3FFU;
  if (exponent == 0x1F) return std::bit_cast<float>(sign | 0x7F800000U | fraction << 13U);
  if (exponent == 0) {
    if (fraction == 0) return std::bit_cast<float>(sign);
    // Subnormal: 0.f * 2^-14. Shift until the leading 1 is in the implicit place.
    exponent = 1;
    while ((fraction & 0x400U) == 0) {
      fraction <<= 1U;
      --exponent;  // may wrap below 0; the sum with the bias is right again modulo 2^32
    }
    fraction &= 0x3FFU;
  }
  return std::bit_cast<float>(sign | (exponent + (127 - 15)) << 23U | fraction << 13U);
}

/// Rounds to nearest, ties to even; beyond 65504 + 16 it becomes infinity, a NaN stays one.
inline std::uint16_t float_to_half(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>(bits >> 16U & 0x8000U);
  const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
  const auto with_sign = [&](std::uint32_t half) {
    return static_cast<std::uint16_t>(sign | half);
  };
  if (magnitude > 0x7F800000U) return with_sign(0x7E00U | (magnitude >> 13U & 0x1FFU));
  if (magnitude >= 0x47800000U) return with_sign(0x7C00U);  // 2^16 and above
  const std::uint32_t exponent = magnitude >> 23U;
  if (exponent < 102) return with_sign(0);  // below 2^-25, half of the smallest subnormal
  // The bits that binary16 keeps end `shift` places up: 13, more where the result is subnormal.
  const bool subnormal = exponent < 113;
  const std::uint32_t shift = subnormal ? 126 - exponent : 13;
  const std::uint32_t significand =
      subnormal ? (magnitude & 0x7FFFFFU) | 0x800000U : magnitude - (std::uint32_t{112} << 23U);
  const std::uint32_t kept = significand >> shift;
  const std::uint32_t rest = significand & ((std::uint32_t{1} << shift) - 1);
  const std::uint32_t middle = std::uint32_t{1} << (shift - 1);
  const bool up = rest > middle || (rest == middle && (kept & 1U) != 0);
  return with_sign(kept + (up ? 1 : 0));  // a carry moves into the exponent, as it should
}

/// The same of `count` numbers, eight at a time with F16C where the processor has it.
void half_to_float(const std::uint16_t* in, float* out, std::size_t count);
void float_to_half(const float* in, std::uint16_t* out, std::size_t count);

}  // namespace storyteller
