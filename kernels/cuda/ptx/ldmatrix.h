#pragma once

#include <cstdint>

#include <cuda_runtime.h>

namespace storyteller {

// Four 8 x 8 pieces of 16-bit elements from shared memory into the registers of a warp (PTX ISA,
// "ldmatrix"): lane 8 p + r brings the address of row r of piece p, 16 bytes at a multiple of 16.
// With lane = 4 g + t, words[p] becomes elements 2t and 2t + 1 of row g, as mma.h distributes them;
// where a row is four floats, that is float t of row g. All 32 lanes must arrive.
__device__ inline void ldmatrix(uint32_t (&words)[4], const void* row) {
  const auto address = static_cast<uint32_t>(__cvta_generic_to_shared(row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(words[0]), "=r"(words[1]), "=r"(words[2]), "=r"(words[3])
               : "r"(address)
               : "memory");
}

/// The same of the transposed pieces: words[p] becomes rows 2t and 2t + 1 of column g.
__device__ inline void ldmatrix_transposed(uint32_t (&words)[4], const void* row) {
  const auto address = static_cast<uint32_t>(__cvta_generic_to_shared(row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(words[0]), "=r"(words[1]), "=r"(words[2]), "=r"(words[3])
               : "r"(address)
               : "memory");
}

}  // namespace storyteller
