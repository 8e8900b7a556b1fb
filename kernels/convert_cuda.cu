// Between storage types (convert.h): masters to their bfloat16 shadow, cached binary16 features to
// activations, cell states to float and their gradients back.
//
// Bytes: one read and one write of each side, 6 bytes an element between float and bfloat16: memory
// bound. Eight elements a thread make 16-byte accesses of the narrow side and two of the wide one.
#include "kernels/convert.h"

#include <cuda_fp16.h>

#include "kernels/cuda/launch.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

constexpr int kThreads = 256;
constexpr int kWide = kLanes<bfloat16>;  // elements of one 16-byte access of the narrow side

}  // namespace

// Found by load() of kernels/cuda/vector.h, like its siblings there.
__device__ inline float widen(float16 x) { return __half2float(__ushort_as_half(x.bits)); }

namespace {

// compiled: no stack, only 16-byte accesses
template <class From, class To, int W>
__global__ void __launch_bounds__(kThreads) convert_kernel(Convert<From, To> p) {
  const int64_t stride = int64_t{gridDim.x} * kThreads * W;
  for (int64_t i = (int64_t{blockIdx.x} * kThreads + threadIdx.x) * W; i < p.n; i += stride) {
    float x[W], y[W] = {};
    load(p.x + i, x);
    if (p.accumulate) load(p.y + i, y);
#pragma unroll
    for (int k = 0; k < W; ++k) x[k] += y[k];
    store(p.y + i, x);
  }
}

}  // namespace

template <class From, class To>
void convert(Cuda backend, const Convert<From, To>& p) {
  const bool vector = can_vectorise<bfloat16>(p.n, p.x, p.y);
  launch(backend, "convert", vector ? convert_kernel<From, To, kWide> : convert_kernel<From, To, 1>,
         {.grid = grid_for(p.n, kThreads * (vector ? kWide : 1)), .block = kThreads}, p);
}

template void convert(Cuda, const Convert<float, bfloat16>&);
template void convert(Cuda, const Convert<bfloat16, float>&);
template void convert(Cuda, const Convert<float16, float>&);
template void convert(Cuda, const Convert<float16, bfloat16>&);

}  // namespace storyteller
