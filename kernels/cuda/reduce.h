#pragma once

namespace storyteller {

inline constexpr int kWarp = 32;
inline constexpr unsigned kAllLanes = 0xFFFFFFFFU;

/// Sum over the 32 lanes of a full warp, in a fixed order; every lane gets it.
template <class T>
__device__ inline T warp_sum(T x) {
#pragma unroll
  for (int step = kWarp / 2; step > 0; step /= 2) x += __shfl_xor_sync(kAllLanes, x, step);
  return x;
}
__device__ inline float warp_max(float x) {
#pragma unroll
  for (int step = kWarp / 2; step > 0; step /= 2) {
    x = fmaxf(x, __shfl_xor_sync(kAllLanes, x, step));
  }
  return x;
}

/// Sum over the block, in a fixed order; every thread gets it. The block is one-dimensional and a
/// whole number of warps; `partial` is shared memory for 33 elements. All threads of the block must
/// arrive. Barriers stand before the first write and after the last read of `partial`, so it may be
/// used again at once.
template <class T>
__device__ inline T block_sum(T x, T* partial) {
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  x = warp_sum(x);
  __syncthreads();
  if (lane == 0) partial[warp] = x;
  __syncthreads();
  if (warp == 0) {
    T all = lane < static_cast<int>(blockDim.x) / kWarp ? partial[lane] : T{0};
    all = warp_sum(all);
    if (lane == 0) partial[kWarp] = all;
  }
  __syncthreads();
  return partial[kWarp];
}
__device__ inline float block_max(float x, float* partial) {
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  x = warp_max(x);
  __syncthreads();
  if (lane == 0) partial[warp] = x;
  __syncthreads();
  if (warp == 0) {
    float all = lane < static_cast<int>(blockDim.x) / kWarp ? partial[lane] : -INFINITY;
    all = warp_max(all);
    if (lane == 0) partial[kWarp] = all;
  }
  __syncthreads();
  return partial[kWarp];
}
/// Elements of shared memory that block_sum and block_max need.
inline constexpr int kBlockPartials = kWarp + 1;

}  // namespace storyteller
