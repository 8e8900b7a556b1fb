// Updates of flat parameter buffers (formulas in optimizer.h): the gradient's sum of squares, SGD
// with momentum (Pascanu et al., 2013, for the clipping), Adam and AdamW (Kingma and Ba, 2015;
// Loshchilov and Hutter, 2019), and the average of the weights (Polyak and Juditsky, 1992).
//
// Bytes an element: Adam reads 16 and writes 12 in float; with bfloat16 gradients and a bfloat16
// shadow it reads 14 and writes 14. SGD with momentum moves 20, the average 12, the sum of squares
// 4 or 2, and 4 for each weight that it watches. About 20 operations at most: bound by memory, one
// launch each (two for the sum).
//
// Design: one thread a vector of kLanes<T> elements, in blocks that stay resident and loop, since
// each first reads the sum of squares and takes the root of it, once a block: in double, which is
// slow on most devices. So the step is launched before anybody knows the norm, and an update that
// is not to happen reads 8 bytes and ends.
//
// The sum has two stages of fixed order, in double: a block of threads for each kSumOfSquaresBlock
// elements, then one block for the partial sums. Squares of large floats do not overflow, and runs
// do not differ.
#include "kernels/optimizer.h"

#include <cmath>

#include "kernels/cuda/pointwise.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/shared_memory.h"

namespace storyteller {
namespace {

// compiled: no stack, 16-byte loads
template <class T, int W>
__global__ void __launch_bounds__(kPointwiseThreads)
    sum_of_squares_block_kernel(SumOfSquares<T> p) {
  auto* partial = SharedMemory().array<double>(kBlockPartials);
  const int64_t begin = blockIdx.x * kSumOfSquaresBlock;
  const int64_t end = min(begin + kSumOfSquaresBlock, p.n);
  double sum = 0;
  float zero = 0;  // NaN where what is watched is not finite
#pragma unroll 4
  for (int64_t i = begin + threadIdx.x * W; i < end; i += kPointwiseThreads * W) {
    float x[W];
    load(p.x + i, x);
#pragma unroll
    for (int k = 0; k < W; ++k) sum += static_cast<double>(x[k]) * static_cast<double>(x[k]);
    if (p.watched == nullptr) continue;
    load(p.watched + i, x);
#pragma unroll
    for (int k = 0; k < W; ++k) zero += 0 * x[k];
  }
  sum = block_sum(sum + zero, partial);
  if (threadIdx.x == 0) p.partial[blockIdx.x] = sum;
}

// compiled: no stack
__global__ void __launch_bounds__(kPointwiseThreads)
    sum_of_squares_total_kernel(const double* partial, int64_t blocks, const float* guard,
                                double* total) {
  auto* shared = SharedMemory().array<double>(kBlockPartials);
  double sum = 0;
  for (int64_t i = threadIdx.x; i < blocks; i += kPointwiseThreads) sum += partial[i];
  sum = block_sum(sum, shared);
  if (threadIdx.x != 0) return;
  if (guard != nullptr) sum += 0 * static_cast<double>(*guard);
  *total = sum;
}

/// What a block knows before its first element.
struct Clipping {
  float scale, limit;
  bool writes;

  __device__ float operator()(float g) const {
    g *= scale;
    g = g > limit ? limit : g;  // NaN stays NaN
    return g < -limit ? -limit : g;
  }
};

/// One thread of the block works it out; all must come.
template <class T>
__device__ inline Clipping clipping_of(const GradientScaling<T>& p) {
  auto* shared = SharedMemory().array<Clipping>(1);
  if (threadIdx.x == 0) {
    Clipping clipping = {1, p.clip_value > 0 ? p.clip_value : INFINITY, true};
    if (p.sum_of_squares != nullptr) {
      const double norm = sqrt(*p.sum_of_squares);
      clipping.writes = std::isfinite(norm);
      if (p.max_norm > 0 && norm > p.max_norm) {
        clipping.scale = static_cast<float>(p.max_norm / norm);
      }
    }
    *shared = clipping;
  }
  __syncthreads();
  return *shared;
}

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kPointwiseThreads) sgd_step_kernel(SgdStep<T> p) {
  const Clipping clipped = clipping_of(p.gradient);
  if (!clipped.writes) return;
  const float along = p.nesterov ? p.momentum_factor : 1.0F, now = p.nesterov ? 1.0F : 0.0F;
  for_each_vector<W>(p.n, [&](int64_t i) {
    float x[W], g[W], m[W];
    load(p.x + i, x);
    load(p.dx + i, g);
#pragma unroll
    for (int k = 0; k < W; ++k) g[k] = clipped(g[k]) + p.weight_decay * x[k];
    if (p.momentum == nullptr) {
#pragma unroll
      for (int k = 0; k < W; ++k) x[k] -= p.rate * g[k];
    } else {
      load(p.momentum + i, m);
#pragma unroll
      for (int k = 0; k < W; ++k) {
        m[k] = p.momentum_factor * m[k] + g[k];
        x[k] -= p.rate * (now * g[k] + along * m[k]);
      }
      store(p.momentum + i, m);
    }
    store(p.x + i, x);
    if (p.shadow != nullptr) store(p.shadow + i, x);
  });
}

/// The numbers of a step that are the same for all elements, worked out in double.
struct AdamFactors {
  float beta1, rest1, beta2, rest2;
  float rate;  ///< rate / (1 - beta1^t)
  float root;  ///< 1 / sqrt(1 - beta2^t)
  float epsilon;
  float added;  ///< weight decay that joins the gradient (Adam)
  float kept;   ///< what decoupled weight decay leaves of a weight (AdamW)
};

template <class T>
AdamFactors factors_of(const AdamStep<T>& p) {
  const auto t = static_cast<double>(p.step);
  return {.beta1 = static_cast<float>(p.beta1),
          .rest1 = static_cast<float>(1 - p.beta1),
          .beta2 = static_cast<float>(p.beta2),
          .rest2 = static_cast<float>(1 - p.beta2),
          .rate = static_cast<float>(p.rate / (1 - std::pow(p.beta1, t))),
          .root = static_cast<float>(1 / std::sqrt(1 - std::pow(p.beta2, t))),
          .epsilon = static_cast<float>(p.epsilon),
          .added = p.decoupled ? 0.0F : static_cast<float>(p.weight_decay),
          .kept = p.decoupled ? static_cast<float>(1 - p.rate * p.weight_decay) : 1.0F};
}

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kPointwiseThreads)
    adam_step_kernel(AdamStep<T> p, AdamFactors f) {
  const Clipping clipped = clipping_of(p.gradient);
  if (!clipped.writes) return;
  for_each_vector<W>(p.n, [&](int64_t i) {
    float x[W], g[W], m[W], v[W];
    load(p.x + i, x);
    load(p.dx + i, g);
    load(p.m + i, m);
    load(p.v + i, v);
#pragma unroll
    for (int k = 0; k < W; ++k) {
      g[k] = clipped(g[k]) + f.added * x[k];
      m[k] = f.beta1 * m[k] + f.rest1 * g[k];
      v[k] = f.beta2 * v[k] + f.rest2 * g[k] * g[k];
      x[k] = x[k] * f.kept - f.rate * m[k] / (sqrtf(v[k]) * f.root + f.epsilon);
    }
    store(p.x + i, x);
    store(p.m + i, m);
    store(p.v + i, v);
    if (p.shadow != nullptr) store(p.shadow + i, x);
  });
}

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kPointwiseThreads)
    average_step_kernel(AverageStep<T> p, float decay, float rest) {
  if (p.sum_of_squares != nullptr && !std::isfinite(*p.sum_of_squares)) return;
  for_each_vector<W>(p.n, [&](int64_t i) {
    float x[W], average[W];
    load(p.x + i, x);
    load(p.average + i, average);
#pragma unroll
    for (int k = 0; k < W; ++k) average[k] = decay * average[k] + rest * x[k];
    store(p.average + i, average);
  });
}

}  // namespace

template <class T>
void sum_of_squares(Cuda backend, const SumOfSquares<T>& p) {
  const int64_t blocks = sum_of_squares_blocks(p.n);
  const size_t shared = shared_bytes<double>(kBlockPartials);
  launch(backend, "sum_of_squares",
         can_vectorise<T>(p.n, p.x, p.watched) ? sum_of_squares_block_kernel<T, kLanes<T>>
                                               : sum_of_squares_block_kernel<T, 1>,
         {.grid = dim3(static_cast<unsigned>(blocks)),
          .block = kPointwiseThreads,
          .shared_bytes = shared},
         p);
  launch(backend, "sum_of_squares", sum_of_squares_total_kernel,
         {.grid = 1, .block = kPointwiseThreads, .shared_bytes = shared}, p.partial, blocks,
         p.guard, p.sum);
}

template <class T>
void sgd_step(Cuda backend, const SgdStep<T>& p) {
  const bool vector = can_vectorise<T>(p.n, p.x, p.shadow, p.dx, p.momentum);
  LaunchShape shape = resident_shape(backend, p.n, vector ? kLanes<T> : 1);
  shape.shared_bytes = shared_bytes<Clipping>(1);
  launch(backend, "sgd_step", vector ? sgd_step_kernel<T, kLanes<T>> : sgd_step_kernel<T, 1>, shape,
         p);
}

template <class T>
void adam_step(Cuda backend, const AdamStep<T>& p) {
  const bool vector = can_vectorise<T>(p.n, p.x, p.shadow, p.dx, p.m, p.v);
  LaunchShape shape = resident_shape(backend, p.n, vector ? kLanes<T> : 1);
  shape.shared_bytes = shared_bytes<Clipping>(1);
  launch(backend, "adam_step", vector ? adam_step_kernel<T, kLanes<T>> : adam_step_kernel<T, 1>,
         shape, p, factors_of(p));
}

template <class T>
void average_step(Cuda backend, const AverageStep<T>& p) {
  const bool vector = can_vectorise<T>(p.n, p.x, p.average);
  launch(backend, "average_step",
         vector ? average_step_kernel<T, kLanes<T>> : average_step_kernel<T, 1>,
         resident_shape(backend, p.n, vector ? kLanes<T> : 1), p, static_cast<float>(p.decay),
         static_cast<float>(1 - p.decay));
}

#define STORYTELLER_INSTANTIATE(T)                               \
  template void sum_of_squares<T>(Cuda, const SumOfSquares<T>&); \
  template void sgd_step<T>(Cuda, const SgdStep<T>&);            \
  template void adam_step<T>(Cuda, const AdamStep<T>&);          \
  template void average_step<T>(Cuda, const AverageStep<T>&);
STORYTELLER_INSTANTIATE(float)
STORYTELLER_INSTANTIATE(bfloat16)
#undef STORYTELLER_INSTANTIATE

}  // namespace storyteller
