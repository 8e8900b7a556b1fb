// The mean of row losses, and the scaling behind it (formulas in row_loss.h).
//
// Bytes: the mean reads 4 a row, 2 to 16 KiB in all; the scaling reads and writes x once where
// there is anything to scale. Both are bound by their launch.
//
// Design: the mean is one block; each thread adds every kThreads-th row in double, then the block
// adds the threads in a fixed order. Two launches with more blocks would cost more than they save
// below some 10^5 rows. The scaling reads one number and returns where it is 1, which it nearly
// always is: a launch and no traffic, instead of a wait for the host to look.
#include "kernels/row_loss.h"

#include "kernels/cuda/pointwise.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/shared_memory.h"

namespace storyteller {
namespace {

constexpr int kThreads = 256;

template <class T>
__global__ void __launch_bounds__(kThreads) row_loss_mean_kernel(RowLossMean<T> p) {
  SharedMemory shared;
  auto* partial = shared.array<double>(kBlockPartials);
  double sum = 0;
  for (int64_t n = threadIdx.x; n < p.N; n += kThreads) sum += static_cast<double>(p.loss[n]);
  sum = block_sum(sum, partial);
  if (threadIdx.x == 0) *p.mean = static_cast<float>(sum / p.normaliser);
}

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kPointwiseThreads) row_loss_scale_kernel(RowLossScale<T> p) {
  const float scale = *p.dmean;
  if (scale == 1.0F) return;
  for_each_vector<W>(p.n, [&](int64_t i) {
    float x[W];
    load(p.x + i, x);
#pragma unroll
    for (int k = 0; k < W; ++k) x[k] *= scale;
    store(p.x + i, x);
  });
}

}  // namespace

template <class T>
void row_loss_mean(Cuda backend, const RowLossMean<T>& p) {
  launch(backend, "row_loss_mean", row_loss_mean_kernel<T>,
         {.grid = 1, .block = kThreads, .shared_bytes = shared_bytes<double>(kBlockPartials)}, p);
}

template <class T>
void row_loss_scale(Cuda backend, const RowLossScale<T>& p) {
  const bool vector = can_vectorise<T>(p.n, p.x);
  launch(backend, "row_loss_scale",
         vector ? row_loss_scale_kernel<T, kLanes<T>> : row_loss_scale_kernel<T, 1>,
         pointwise_shape(p.n, vector ? kLanes<T> : 1), p);
}

template void row_loss_mean<float>(Cuda, const RowLossMean<float>&);
template void row_loss_mean<bfloat16>(Cuda, const RowLossMean<bfloat16>&);
template void row_loss_scale<float>(Cuda, const RowLossScale<float>&);
template void row_loss_scale<bfloat16>(Cuda, const RowLossScale<bfloat16>&);

}  // namespace storyteller
