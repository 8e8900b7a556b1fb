#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace stubs {

/// How numbers lie in memory.
enum class Element { kFloat, kBFloat16 };

inline size_t bytes_of(Element type) { return type == Element::kFloat ? 4 : 2; }

inline double read(Element type, const void* base, int64_t index) {
  if (type == Element::kFloat) return static_cast<const float*>(base)[index];
  const uint32_t bits = static_cast<const uint16_t*>(base)[index];
  return std::bit_cast<float>(bits << 16);
}

/// Rounds to nearest, ties to even; a NaN stays one.
inline void write(Element type, void* base, int64_t index, double value) {
  const auto single = static_cast<float>(value);
  if (type == Element::kFloat) {
    static_cast<float*>(base)[index] = single;
    return;
  }
  const auto bits = std::bit_cast<uint32_t>(single);
  const bool is_nan = (bits & 0x7FFFFFFF) > 0x7F800000;
  const uint32_t rounded = is_nan ? bits | 0x400000 : bits + 0x7FFF + ((bits >> 16) & 1);
  static_cast<uint16_t*>(base)[index] = static_cast<uint16_t>(rounded >> 16);
}

/// A factor as tensor cores read a float when tf32 is allowed: 11 bits of it.
inline double as_tf32(double value) {
  const auto bits = std::bit_cast<uint32_t>(static_cast<float>(value));
  return std::bit_cast<float>((bits + 0x1000) & 0xFFFFE000);
}

}  // namespace stubs
