#pragma once

#include "tests/emulation/emulator/site.h"

// Barriers of a block and of a warp, and fences. Threads run one at a time and in program order:
// a fence has nothing to do.

namespace emulation {

void block_barrier(const char* operation, Site site);
int block_barrier_count(bool predicate, Site site);
int block_barrier_and(bool predicate, Site site);
int block_barrier_or(bool predicate, Site site);
void warp_barrier(unsigned mask, Site site);

}  // namespace emulation

inline void __syncthreads(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  emulation::block_barrier("__syncthreads", {file, line});
}
inline int __syncthreads_count(int predicate, const char* file = __builtin_FILE(),
                               int line = __builtin_LINE()) {
  return emulation::block_barrier_count(predicate != 0, {file, line});
}
inline int __syncthreads_and(int predicate, const char* file = __builtin_FILE(),
                             int line = __builtin_LINE()) {
  return emulation::block_barrier_and(predicate != 0, {file, line});
}
inline int __syncthreads_or(int predicate, const char* file = __builtin_FILE(),
                            int line = __builtin_LINE()) {
  return emulation::block_barrier_or(predicate != 0, {file, line});
}
inline void __syncwarp(unsigned mask = 0xFFFFFFFFU, const char* file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
  emulation::warp_barrier(mask, {file, line});
}

inline void __threadfence() {}
inline void __threadfence_block() {}
inline void __threadfence_system() {}
