#include "train/data/half_floats.h"

#include <bit>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace storyteller {
namespace {

// After F. Giesen, "Float->half conversions" and "half->float variants" (public domain): exponents
// are rebased by a multiplication, which also normalises subnormals. Branch-free, so the compiler
// vectorises it.
float widen(uint16_t half) {
  constexpr float kRebase = 0x1p112F;  // 2^(127 - 15)
  const uint32_t magnitude = (half & 0x7FFFU) << 13;
  const float scaled = std::bit_cast<float>(magnitude) * kRebase;
  const uint32_t special = scaled >= 0x1p16F ? 0x7F800000U : 0U;  // infinity, NaN
  const uint32_t sign = (half & 0x8000U) << 16;
  return std::bit_cast<float>(std::bit_cast<uint32_t>(scaled) | special | sign);
}

uint16_t narrow(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const uint32_t sign = (bits >> 16) & 0x8000U, magnitude = bits & 0x7FFFFFFFU;
  if (magnitude > 0x7F800000U) {  // NaN stays NaN, quiet, upper payload kept, as F16C does
    return static_cast<uint16_t>(sign | 0x7E00U | ((magnitude >> 13) & 0x3FFU));
  }
  if (magnitude >= 0x47800000U) return static_cast<uint16_t>(sign | 0x7C00U);  // >= 2^16
  if (magnitude < 0x38800000U) {  // below 2^-14: subnormal; let the adder round
    const float aligned = std::bit_cast<float>(magnitude) + 0.5F;
    return static_cast<uint16_t>(sign | (std::bit_cast<uint32_t>(aligned) - 0x3F000000U));
  }
  const uint32_t odd = (magnitude >> 13) & 1U;
  return static_cast<uint16_t>(sign | ((magnitude - 0x38000000U + 0xFFFU + odd) >> 13));
}

#if defined(__x86_64__)
// Every processor with AVX2 has F16C; clang 14 cannot be asked for the latter.
const bool kHasF16c = __builtin_cpu_supports("avx2") != 0;

__attribute__((target("avx,f16c"))) size_t widen_f16c(const uint16_t* in, float* out,
                                                      size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m128i half = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + i));
    _mm256_storeu_ps(out + i, _mm256_cvtph_ps(half));
  }
  return i;
}

__attribute__((target("avx,f16c"))) size_t narrow_f16c(const float* in, uint16_t* out,
                                                       size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const __m128i half = _mm256_cvtps_ph(_mm256_loadu_ps(in + i), _MM_FROUND_TO_NEAREST_INT);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), half);
  }
  return i;
}
#else
constexpr bool kHasF16c = false;
size_t widen_f16c(const uint16_t*, float*, size_t) { return 0; }
size_t narrow_f16c(const float*, uint16_t*, size_t) { return 0; }
#endif

}  // namespace

void half_to_float_portable(const uint16_t* in, float* out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = widen(in[i]);
}

void float_to_half_portable(const float* in, uint16_t* out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = narrow(in[i]);
}

void half_to_float(const uint16_t* in, float* out, size_t count) {
  const size_t done = kHasF16c ? widen_f16c(in, out, count) : 0;
  half_to_float_portable(in + done, out + done, count - done);
}

void float_to_half(const float* in, uint16_t* out, size_t count) {
  const size_t done = kHasF16c ? narrow_f16c(in, out, count) : 0;
  float_to_half_portable(in + done, out + done, count - done);
}

}  // namespace storyteller
