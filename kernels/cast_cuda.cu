// Between storage types (cast.h): masters to their bfloat16 shadow, cached binary16 features to
// activations, cell states to float and their gradients back.
//
// Bytes: one side is read and the other written (and read first where it accumulates), 6 bytes an
// element between float and bfloat16: bound by memory.
//
// Design: one thread a 16-byte vector of the narrow side, which is two of the wide one; an array
// that vectors do not divide takes the instantiation with one element.
#include "kernels/cast.h"

#include <cuda_fp16.h>

#include "kernels/cuda/devices.h"
#include "kernels/cuda/pointwise.h"

namespace storyteller {

// Found by load() of kernels/cuda/vector.h, like its siblings there.
__device__ inline float widen(float16 x) { return __half2float(__ushort_as_half(x.bits)); }

namespace {

// compiled: no stack, only 16-byte accesses
template <class From, class To, int W>
__global__ void __launch_bounds__(kPointwiseThreads) cast_kernel(Cast<From, To> p) {
  for_each_vector<W>(p.n, [&](int64_t i) {
    float x[W];
    load(p.x + i, x);
    p.accumulate ? add_to(p.y + i, x) : store(p.y + i, x);
  });
}

}  // namespace

template <class From, class To>
void cast(Cuda backend, const Cast<From, To>& p) {
  constexpr int W = kLanes<bfloat16>;  // of the narrow side
  const bool vector = can_vectorise<bfloat16>(p.n, p.x, p.y);
  launch(backend, "cast", vector ? cast_kernel<From, To, W> : cast_kernel<From, To, 1>,
         pointwise_shape(p.n, vector ? W : 1), p);
}

const void* kernel_to_try() {
  return reinterpret_cast<const void*>(cast_kernel<float, bfloat16, 1>);
}

template void cast(Cuda, const Cast<float, bfloat16>&);
template void cast(Cuda, const Cast<bfloat16, float>&);
template void cast(Cuda, const Cast<float16, float>&);
template void cast(Cuda, const Cast<float16, bfloat16>&);

}  // namespace storyteller
