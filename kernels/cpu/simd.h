#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

/// Compiles a row function for several instruction sets and picks at load time (GNU ifunc), so that
/// one binary runs on any x86-64 and is fast on each. Elsewhere, and under sanitizers (whose
/// runtime is not up when ifuncs are resolved), the plain build serves.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define STORYTELLER_SIMD \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define STORYTELLER_SIMD
#endif

namespace storyteller::simd {

/// e^x by range reduction to [-ln2/2, ln2/2] and the degree-5 polynomial of Cephes expf; relative
/// error below 2e-7. No branch and no table, so that a loop over it vectorises. Below -87.3 it
/// returns about 1e-38, above 88.3 about 2e38; NaN gives NaN.
inline float exp(float x) {
  const float clamped = x < -87.3F ? -87.3F : (x > 88.3F ? 88.3F : x);
  const float n = __builtin_rintf(clamped * 1.44269504088896341F);
  float r = clamped - n * 0.693359375F;
  r += n * 2.12194440e-4F;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * r * r + r + 1.0F;
  return p * std::bit_cast<float>((static_cast<int32_t>(n) + 127) << 23);
}

/// 1 / (1 + e^-x), Cephes accuracy.
inline float sigmoid(float x) { return 1.0F / (1.0F + simd::exp(-x)); }

/// tanh by (1 - e^-2|x|) / (1 + e^-2|x|), and by an odd polynomial near zero where that would
/// cancel; relative error below 3e-7.
inline float tanh(float x) {
  const float magnitude = __builtin_fabsf(x);
  const float e = simd::exp(-2.0F * magnitude);
  const float far = (1.0F - e) / (1.0F + e);
  const float s = x * x;
  float p = -5.70498872745e-3F;
  p = p * s + 2.06390887954e-2F;
  p = p * s + -5.37397155531e-2F;
  p = p * s + 1.33314422036e-1F;
  p = p * s + -3.33332819422e-1F;
  const float near = magnitude + magnitude * s * p;
  return __builtin_copysignf(magnitude < 0.625F ? near : far, x);
}

inline double exp(double x) { return std::exp(x); }
inline double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }
inline double tanh(double x) { return std::tanh(x); }

}  // namespace storyteller::simd
