#pragma once

namespace storyteller {

/// tanh by the special-function unit: one instruction, absolute error below 5e-4 (PTX ISA,
/// tanh.approx.f32). For bfloat16 storage, whose own rounding is coarser.
__device__ inline float tanh_approximate(float x) {
  float y;
  asm("tanh.approx.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

/// e^x by ex2.approx: relative error about 2^-21 for |x| < 16.
__device__ inline float exp_approximate(float x) { return __expf(x); }

}  // namespace storyteller
