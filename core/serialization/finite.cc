#include "core/serialization/finite.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "core/error.h"
#include "core/serialization/narrow_floats.h"
#include "core/text/phrase.h"

namespace storyteller {
namespace {

// By their bits: whatever the compiler is told about floating point, this stays right.
bool is_finite(float value) {
  constexpr std::uint32_t kExponent = 0x7F800000U;
  return (std::bit_cast<std::uint32_t>(value) & kExponent) != kExponent;
}

bool is_zero(float value) { return (std::bit_cast<std::uint32_t>(value) & 0x7FFFFFFFU) == 0; }

std::string count_of(std::size_t some, std::size_t all) {
  return std::to_string(some) + " of its " + counted(all, "value", "values");
}

}  // namespace

std::size_t count_not_finite(std::span<const float> values) {
  std::size_t count = 0;
  for (const float value : values) count += is_finite(value) ? 0 : 1;
  return count;
}

void require_finite(const std::string& who, std::span<const float> values) {
  const std::size_t count = count_not_finite(values);
  if (count == 0) return;
  throw ModelError(who + ": " + count_of(count, values.size()) +
                   " are not finite (NaN, infinite or beyond float32); use another copy of the "
                   "file, or weights from before the training failed");
}

Narrowing count_narrowed(std::span<const float> values, StoredType type) {
  Narrowing found;
  if (type != StoredType::kF16 && type != StoredType::kBF16) return found;
  for (const float value : values) {
    if (!is_finite(value) || is_zero(value)) continue;
    const float rounded = type == StoredType::kF16 ? half_to_float(float_to_half(value))
                                                   : bfloat16_to_float(float_to_bfloat16(value));
    found.overflows += is_finite(rounded) ? 0 : 1;
    found.underflows += is_zero(rounded) ? 1 : 0;
  }
  return found;
}

void require_in_range(const std::string& who, std::span<const float> values, StoredType type) {
  const std::size_t count = count_narrowed(values, type).overflows;
  if (count == 0) return;
  const bool half = type == StoredType::kF16;
  throw ModelError(who + ": " + count_of(count, values.size()) + " are beyond what " +
                   (half ? "f16 holds (65504); store the numbers as bf16"
                         : "bf16 holds (3.39e38); store the numbers as f32"));
}

}  // namespace storyteller
