#include "core/half.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace storyteller {
namespace {

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

void half_to_float(const uint16_t* in, float* out, size_t count) {
  for (size_t i = kHasF16c ? widen_f16c(in, out, count) : 0; i < count; ++i) {
    out[i] = half_to_float(in[i]);
  }
}

void float_to_half(const float* in, uint16_t* out, size_t count) {
  for (size_t i = kHasF16c ? narrow_f16c(in, out, count) : 0; i < count; ++i) {
    out[i] = float_to_half(in[i]);
  }
}

}  // namespace storyteller
