// Doubly stochastic regulariser (formulas in coverage.h; Xu et al., 2015, equation 14), forward and
// backward.
//
// Bytes: forward reads alpha once, 4NL, and writes 4BL; backward reads 4BL and reads and writes
// 4NL. At N = 1280, L = 49 that is 250 KB: bound by the two launches.
//
// Design: a thread owns a caption's region (four where L allows 16-byte accesses) and adds over
// time in order; rows of a step are the first captions, so an element stands at the same distance
// from the beginning of every step. The squares are summed in double, per block into scratch and in
// a second launch by one block: the same bits every run.
#include "kernels/coverage.h"

#include "kernels/cuda/partial_sums.h"
#include "kernels/cuda/pointwise.h"
#include "kernels/cuda/step_bounds.h"

namespace storyteller {
namespace {

/// missing = (begin ? 1 : missing) - sum over the steps of alpha; partial (blocks): sums of its
/// squares.
// compiled: no stack, 16-byte loads, 16-byte stores
template <int W>
__global__ void __launch_bounds__(kPointwiseThreads)
    coverage_forward_kernel(const float* alpha, float* missing, const StepBounds steps, int64_t B,
                            int64_t L, bool begin, double* partial) {
  SharedMemory shared;
  double* of_warps = shared.array<double>(kBlockPartials);
  double squares = 0;
  for_each_vector<W>(B * L, [&](int64_t i) {
    float rest[W];
    if (begin) {
#pragma unroll
      for (int k = 0; k < W; ++k) rest[k] = 1;
    } else {
      load(missing + i, rest);
    }
    for (int t = 0; t < steps.steps; ++t) {
      if (!steps.has(t, i / L)) continue;
      float weight[W];
      load(alpha + steps.offset[t] * L + i, weight);
#pragma unroll
      for (int k = 0; k < W; ++k) rest[k] -= weight[k];
    }
    store(missing + i, rest);
#pragma unroll
    for (int k = 0; k < W; ++k) squares += static_cast<double>(rest[k]) * rest[k];
  });
  squares = block_sum(squares, of_warps);
  if (threadIdx.x == 0) partial[blockIdx.x] = squares;
}

/// dalpha += factor * missing, with factor = -2 weight dloss / (B L)
// compiled: no stack, 16-byte loads, 16-byte stores
template <int W>
__global__ void __launch_bounds__(kPointwiseThreads)
    coverage_backward_kernel(const float* missing, const float* dloss, float* dalpha,
                             const StepBounds steps, int64_t B, int64_t L, float weight) {
  const float factor = -2 * weight * *dloss / static_cast<float>(B * L);
  for_each_vector<W>(B * L, [&](int64_t i) {
    float gradient[W];
    load(missing + i, gradient);
#pragma unroll
    for (int k = 0; k < W; ++k) gradient[k] *= factor;
    for (int t = 0; t < steps.steps; ++t) {
      if (steps.has(t, i / L)) add_to(dalpha + steps.offset[t] * L + i, gradient);
    }
  });
}

}  // namespace

template <class T>
void coverage_forward(Cuda backend, const CoverageForward<T>& p) {
  if (p.B * p.L == 0) return;
  const bool vector = can_vectorise<float>(p.L, p.alpha, p.missing);
  LaunchShape shape = pointwise_shape(p.B * p.L, vector ? kLanes<float> : 1);
  shape.shared_bytes = shared_bytes<double>(kBlockPartials);
  auto* partial = static_cast<double*>(backend.context->scratch(shape.grid.x * sizeof(double)));
  bool begin = true;
  for_step_runs(p.offset, p.steps, [&](const StepBounds& steps) {
    launch(backend, "coverage_forward",
           vector ? coverage_forward_kernel<kLanes<float>> : coverage_forward_kernel<1>, shape,
           p.alpha, p.missing, steps, p.B, p.L, begin, partial);
    begin = false;
  });
  sum_partials(backend, "coverage_loss", partial, shape.grid.x,
               static_cast<double>(p.weight) / static_cast<double>(p.B * p.L), p.loss);
}

template <class T>
void coverage_backward(Cuda backend, const CoverageBackward<T>& p) {
  const bool vector = can_vectorise<float>(p.L, p.missing, p.dalpha);
  for_step_runs(p.offset, p.steps, [&](const StepBounds& steps) {
    launch(backend, "coverage_backward",
           vector ? coverage_backward_kernel<kLanes<float>> : coverage_backward_kernel<1>,
           pointwise_shape(p.B * p.L, vector ? kLanes<float> : 1), p.missing, p.dloss, p.dalpha,
           steps, p.B, p.L, p.weight);
  });
}

template void coverage_forward<float>(Cuda, const CoverageForward<float>&);
template void coverage_forward<bfloat16>(Cuda, const CoverageForward<bfloat16>&);
template void coverage_backward<float>(Cuda, const CoverageBackward<float>&);
template void coverage_backward<bfloat16>(Cuda, const CoverageBackward<bfloat16>&);

}  // namespace storyteller
