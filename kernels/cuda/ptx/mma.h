#pragma once

#include <cstdint>

namespace storyteller {

// Tensor-core products of one warp (PTX ISA, "Warp-level matrix instructions"). With
// lane = 4 g + t, g in [0, 8), t in [0, 4), a lane holds
//   d   (16,8)   rows g (d[0], d[1]) and g + 8 (d[2], d[3]), columns 2t and 2t + 1
//   bf16, K = 16: two neighbours along k in a register, the lower one in its lower half
//     a (16,16)  a[0] row g, k 2t   a[1] row g + 8, k 2t   a[2] row g, k 2t + 8   a[3] both
//     b (16,8)   column g: b[0] k 2t   b[1] k 2t + 8
//   tf32, K = 8: floats whose lower 13 bits are not read
//     a (16,8)   a[0] row g, k t   a[1] row g + 8, k t   a[2] row g, k t + 4   a[3] both
//     b (8,8)    column g: b[0] k t   b[1] k t + 4
// All 32 lanes must arrive.

/// d += a b, factors bfloat16, sums float.
__device__ inline void mma_bf16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/// d += a b, factors tf32, sums float.
__device__ inline void mma_tf32(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2]) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 "
      "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/// x rounded to tf32 (11 bits of precision, ties away from zero), as mma_tf32 reads it.
__device__ inline uint32_t to_tf32(float x) {
  uint32_t y;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(y) : "f"(x));
  return y;
}

}  // namespace storyteller
