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

/// What `of_warp` does over a warp, over the block; every thread gets it. `nothing` stands for the
/// warps that the block lacks. The block is one-dimensional and a whole number of warps; `partial`
/// is shared memory for 33 elements. All threads of the block must arrive. Barriers stand before
/// the first write and after the last read of `partial`, so it may be used again at once.
template <class T, class OfWarp>
__device__ inline T block_reduce(T x, T nothing, T* partial, OfWarp&& of_warp) {
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  x = of_warp(x);
  __syncthreads();
  if (lane == 0) partial[warp] = x;
  __syncthreads();
  if (warp == 0) {
    T all = lane < static_cast<int>(blockDim.x) / kWarp ? partial[lane] : nothing;
    all = of_warp(all);
    if (lane == 0) partial[kWarp] = all;
  }
  __syncthreads();
  return partial[kWarp];
}
/// Sum over the block, in a fixed order; see block_reduce.
template <class T>
__device__ inline T block_sum(T x, T* partial) {
  return block_reduce(x, T{0}, partial, [](T y) { return warp_sum(y); });
}
__device__ inline float block_max(float x, float* partial) {
  return block_reduce(x, -INFINITY, partial, [](float y) { return warp_max(y); });
}
/// Elements of shared memory that block_sum and block_max need.
inline constexpr int kBlockPartials = kWarp + 1;

}  // namespace storyteller
