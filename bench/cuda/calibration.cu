#include "bench/cuda/calibration.h"

#include "kernels/cuda/launch.h"
#include "kernels/cuda/math.h"

namespace storyteller {
namespace {

constexpr int kThreads = 256;

__global__ void nothing_kernel() {}

template <class T>
__global__ void __launch_bounds__(kThreads) tanh_chain_kernel(TanhChain p) {
  const int64_t i = int64_t{blockIdx.x} * kThreads + threadIdx.x;
  if (i >= p.n) return;
  float x = p.x[i];
  for (int k = 0; k < p.times; ++k) x = tanh_for<T>(x);
  p.x[i] = x;
}

}  // namespace

void launch_nothing(Cuda backend) {
  launch(backend, "nothing", nothing_kernel, {.grid = 1, .block = 32});
}

void tanh_chain(Cuda backend, const TanhChain& p) {
  launch(backend, "tanh_chain",
         p.approximate ? tanh_chain_kernel<bfloat16> : tanh_chain_kernel<float>,
         {.grid = static_cast<unsigned>(divide_up(p.n, kThreads)), .block = kThreads}, p);
}

}  // namespace storyteller
