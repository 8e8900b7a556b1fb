// A picture of bytes, resampled and normalised in one pass (formulas in image_preprocess.h).
//
// Bytes: reads 3 in_width in_height, and again what neighbouring tiles both need, about 2 source
// rows and columns a tile edge at the scale of the reduction; writes 3 width height values. Bound
// by the loads of single bytes that the filter along rows makes, 2 in_width / width of them an
// output.
//
// Design: a block makes 32 x 8 outputs. It goes down the source rows that these are made of, 32 at
// a time: first all threads filter them along the rows into shared memory, rounded to bytes; then
// each thread adds what its output takes of them. Sums are whole numbers, so any reduction, from 1
// to thousands, goes through the same loop, and every order gives the CPU's bits.
#include "kernels/image_preprocess.h"

#include <algorithm>

#include "kernels/cuda/launch.h"
#include "kernels/cuda/shared_memory.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

constexpr int kColumns = 32, kRows = 8;  // of outputs, a thread each
constexpr int kSourceRows = 32;          // filtered at a time

__device__ inline int32_t to_byte(int32_t sum) {
  return std::min(std::max(sum >> ResizeTaps::kFractionBits, 0), 255);
}

/// Three channels of source row `y`, filtered along the row for output column `x`.
template <class T>
__device__ inline void filter_row(const ImagePreprocess<T>& p, int64_t y, int x, uint8_t* to) {
  const uint8_t* from = p.rgb + (y * p.in_width + p.columns.first[x]) * 3;
  const int32_t* weights = p.columns.weights + int64_t{x} * p.columns.stride;
  const int32_t count = p.columns.count[x];
  int32_t sums[3] = {ResizeTaps::kHalf, ResizeTaps::kHalf, ResizeTaps::kHalf};
  for (int32_t i = 0; i < count; ++i) {
#pragma unroll
    for (int c = 0; c < 3; ++c) sums[c] += from[3 * i + c] * weights[i];
  }
#pragma unroll
  for (int c = 0; c < 3; ++c) to[c] = static_cast<uint8_t>(to_byte(sums[c]));
}

template <class T>
__global__ void __launch_bounds__(kColumns* kRows) image_preprocess_kernel(ImagePreprocess<T> p) {
  SharedMemory shared;
  uint8_t* filtered = shared.array<uint8_t>(kSourceRows * kColumns * 3);
  const int x0 = static_cast<int>(blockIdx.x) * kColumns, y0 = static_cast<int>(blockIdx.y) * kRows;
  const int tx = static_cast<int>(threadIdx.x), ty = static_cast<int>(threadIdx.y);
  const int x = x0 + tx, y = y0 + ty;
  const bool inside = x < p.width && y < p.height;
  const int last = std::min(y0 + kRows, static_cast<int>(p.height)) - 1;
  const int begin = p.rows.first[y0], end = p.rows.first[last] + p.rows.count[last];
  const int first = inside ? p.rows.first[y] : 0, after = inside ? first + p.rows.count[y] : 0;
  const int32_t* weights = p.rows.weights + int64_t{y} * p.rows.stride - first;
  int32_t sums[3] = {ResizeTaps::kHalf, ResizeTaps::kHalf, ResizeTaps::kHalf};
  for (int rows = begin; rows < end; rows += kSourceRows) {
    __syncthreads();
    for (int i = ty; i < kSourceRows && rows + i < end; i += kRows) {
      if (x < p.width) filter_row(p, rows + i, x, filtered + (i * kColumns + tx) * 3);
    }
    __syncthreads();
    const int to = std::min(after, rows + kSourceRows);
    for (int i = std::max(first, rows); i < to; ++i) {
      const uint8_t* from = filtered + ((i - rows) * kColumns + tx) * 3;
#pragma unroll
      for (int c = 0; c < 3; ++c) sums[c] += from[c] * weights[i];
    }
  }
  if (!inside) return;
  T* out = p.out + (y * p.width + x) * 3;
#pragma unroll
  for (int c = 0; c < 3; ++c) {
    const auto byte = static_cast<float>(to_byte(sums[p.bgr ? 2 - c : c]));
    out[c] = narrow<T>((byte - p.mean[c]) * p.scale[c]);
  }
}

}  // namespace

template <class T>
void image_preprocess(Cuda backend, const ImagePreprocess<T>& p) {
  launch(backend, "image_preprocess", image_preprocess_kernel<T>,
         {.grid = dim3(static_cast<unsigned>(divide_up(p.width, kColumns)),
                       static_cast<unsigned>(divide_up(p.height, kRows))),
          .block = dim3(kColumns, kRows),
          .shared_bytes = shared_bytes<uint8_t>(kSourceRows * kColumns * 3)},
         p);
}

template void image_preprocess<float>(Cuda, const ImagePreprocess<float>&);
template void image_preprocess<bfloat16>(Cuda, const ImagePreprocess<bfloat16>&);

}  // namespace storyteller
