// Batch normalisation over the rows of (N,C) (formulas in batch_norm.h; Ioffe and Szegedy, 2015).
//
// Bytes: the forward in training reads x twice and writes y once; frozen it reads x once. The
// backward reads x, dy (and y after a relu) twice and writes dx once. All bound by memory; the
// statistics between the passes are 4 C floats.
//
// Design: every sum runs down columns (kernels/cuda/columns.h), 16 bytes of channels a thread. A
// thread takes the deviations from the first row that it meets, so that one pass over x gives mean
// and squared deviations: for n rows the cancellation costs at most a factor n of the float's
// rounding, and n stays in the hundreds. Threads, then slices, are merged by
//   mean = m1 + d n2/n,   M2 = M2_1 + M2_2 + d^2 n1 n2/n,   d = m2 - m1    (Chan et al., 1979)
// in a fixed order; the last step, over slices, is in double. No atomics: the same bits every time.
#include "kernels/batch_norm.h"

#include <cmath>

#include "kernels/cuda/columns.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/shared_memory.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

// What finishes the sums: a block of channels, kLanesOfSlices threads to each.
constexpr int kFinishChannels = 32, kLanesOfSlices = 8;

/// Statistics of a slice: mean and sum of squared deviations for each channel, and its row count.
struct SliceStatistics {
  float* mean;     // (slices,C)
  float* squares;  // (slices,C)
  float* rows;     // (slices)
};

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kColumnThreads)
    batch_norm_statistics_kernel(const T* x, SliceStatistics out, int64_t N, int64_t C) {
  SharedMemory shared;
  float* partial = shared.array<float>((2 * W + 1) * kColumnThreads);
  const ColumnWalk<W> at(C);
  float first[W] = {}, mean[W] = {}, squares[W] = {}, value[W], rows = 0;
  if (at.inside && at.row < N) load(x + at.row * C + at.column, first);
  if (at.inside) {
    for (int64_t n = at.row; n < N; n += at.step) {
      load(x + n * C + at.column, value);
#pragma unroll
      for (int k = 0; k < W; ++k) {
        const float d = value[k] - first[k];
        mean[k] += d;
        squares[k] += d * d;
      }
      rows += 1;
    }
  }
  if (rows > 0) {
    const float inverse = 1 / rows;
#pragma unroll
    for (int k = 0; k < W; ++k) {
      squares[k] -= mean[k] * (mean[k] * inverse);
      mean[k] = first[k] + mean[k] * inverse;
    }
  }
  const int thread = static_cast<int>(threadIdx.y * blockDim.x + threadIdx.x);
  for (unsigned half = blockDim.y / 2; half > 0; half /= 2) {
    __syncthreads();
#pragma unroll
    for (int k = 0; k < W; ++k) {
      partial[k * kColumnThreads + thread] = mean[k];
      partial[(W + k) * kColumnThreads + thread] = squares[k];
    }
    partial[2 * W * kColumnThreads + thread] = rows;
    __syncthreads();
    const int other = thread + static_cast<int>(half * blockDim.x);
    if (threadIdx.y < half && partial[2 * W * kColumnThreads + other] > 0) {
      const float more = partial[2 * W * kColumnThreads + other], all = rows + more;
      const float share = more / all;
#pragma unroll
      for (int k = 0; k < W; ++k) {
        const float d = partial[k * kColumnThreads + other] - mean[k];
        mean[k] += d * share;
        squares[k] += partial[(W + k) * kColumnThreads + other] + d * d * (rows * share);
      }
      rows = all;
    }
  }
  if (!at.inside || threadIdx.y != 0) return;
  const int64_t slice = blockIdx.y;
  store(out.mean + slice * C + at.column, mean);
  store(out.squares + slice * C + at.column, squares);
  if (at.column == 0) out.rows[slice] = rows;
}

/// The block's lanes of slices added up, for one channel; the threads with threadIdx.y = 0 get it.
__device__ inline double sum_lanes(double x, double* partial) {
  const int thread = static_cast<int>(threadIdx.y * kFinishChannels + threadIdx.x);
  __syncthreads();
  partial[thread] = x;
  __syncthreads();
  double sum = 0;
  for (int lane = 0; lane < kLanesOfSlices; ++lane) {
    sum += partial[lane * kFinishChannels + static_cast<int>(threadIdx.x)];
  }
  return sum;
}

/// Merges the slices and moves the running statistics:
///   mean = sum n_s m_s / N,   M2 = sum M2_s + n_s (m_s - mean)^2
template <class T>
__global__ void __launch_bounds__(kFinishChannels* kLanesOfSlices)
    batch_norm_finish_statistics_kernel(BatchNormForward<T> p, SliceStatistics from, int slices) {
  SharedMemory shared;
  double* partial = shared.array<double>(kFinishChannels * kLanesOfSlices);
  const int64_t c = int64_t{blockIdx.x} * kFinishChannels + threadIdx.x;
  const bool inside = c < p.C;
  double sum = 0;
  for (int s = static_cast<int>(threadIdx.y); inside && s < slices; s += kLanesOfSlices) {
    sum += static_cast<double>(from.rows[s]) * static_cast<double>(from.mean[s * p.C + c]);
  }
  const auto count = static_cast<double>(p.N);
  const double mean = sum_lanes(sum, partial) / count;
  sum = 0;
  for (int s = static_cast<int>(threadIdx.y); inside && s < slices; s += kLanesOfSlices) {
    const double d = static_cast<double>(from.mean[s * p.C + c]) - mean;
    sum +=
        static_cast<double>(from.squares[s * p.C + c]) + static_cast<double>(from.rows[s]) * d * d;
  }
  const double squares = sum_lanes(sum, partial);
  if (!inside || threadIdx.y != 0) return;
  p.mean[c] = static_cast<float>(mean);
  p.inv_std[c] = static_cast<float>(1 / sqrt(squares / count + static_cast<double>(p.epsilon)));
  p.running_mean[c] += p.momentum * (p.mean[c] - p.running_mean[c]);
  const auto unbiased = static_cast<float>(squares / (count - 1));
  p.running_variance[c] += p.momentum * (unbiased - p.running_variance[c]);
}

template <class T>
__global__ void __launch_bounds__(kColumnThreads)
    batch_norm_frozen_statistics_kernel(BatchNormForward<T> p) {
  const int64_t stride = int64_t{gridDim.x} * kColumnThreads;
  for (int64_t c = int64_t{blockIdx.x} * kColumnThreads + threadIdx.x; c < p.C; c += stride) {
    p.mean[c] = p.running_mean[c];
    p.inv_std[c] = 1 / sqrtf(p.running_variance[c] + p.epsilon);
  }
}

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kColumnThreads) batch_norm_forward_kernel(BatchNormForward<T> p) {
  const ColumnWalk<W> at(p.C);
  if (!at.inside) return;
  float gamma[W], beta[W], mean[W], inv_std[W], x[W];
  load(p.gamma + at.column, gamma);
  load(p.beta + at.column, beta);
  load(p.mean + at.column, mean);
  load(p.inv_std + at.column, inv_std);
  for (int64_t n = at.row; n < p.N; n += at.step) {
    load(p.x + n * p.C + at.column, x);
#pragma unroll
    for (int k = 0; k < W; ++k) {
      x[k] = gamma[k] * ((x[k] - mean[k]) * inv_std[k]) + beta[k];
      if (p.relu && x[k] < 0) x[k] = 0;
    }
    store(p.y + n * p.C + at.column, x);
  }
}

/// dy of W channels of a row, zeroed where the relu was.
template <int W, class T>
__device__ inline void load_gradient(const BatchNormBackward<T>& p, int64_t offset, float (&g)[W]) {
  load(p.dy + offset, g);
  if (!p.relu) return;
  float y[W];
  load(p.y + offset, y);
#pragma unroll
  for (int k = 0; k < W; ++k) g[k] = y[k] > 0 ? g[k] : 0.0F;
}

/// sums (slices,2,C): of dy and of dy xhat.
// compiled: no stack, 16-byte loads
template <class T, int W>
__global__ void __launch_bounds__(kColumnThreads)
    batch_norm_gradient_sums_kernel(BatchNormBackward<T> p, float* sums) {
  SharedMemory shared;
  float* partial = shared.array<float>(kColumnPartials<2 * W>);
  const ColumnWalk<W> at(p.C);
  float sum[2 * W] = {}, mean[W], inv_std[W], x[W], g[W];
  if (at.inside) {
    load(p.mean + at.column, mean);
    load(p.inv_std + at.column, inv_std);
    for (int64_t n = at.row; n < p.N; n += at.step) {
      load(p.x + n * p.C + at.column, x);
      load_gradient(p, n * p.C + at.column, g);
#pragma unroll
      for (int k = 0; k < W; ++k) {
        sum[k] += g[k];
        sum[W + k] += g[k] * ((x[k] - mean[k]) * inv_std[k]);
      }
    }
  }
  sum_rows_of_block(sum, partial);
  if (!at.inside || threadIdx.y != 0) return;
  float* out = sums + int64_t{blockIdx.y} * 2 * p.C + at.column;
#pragma unroll
  for (int k = 0; k < W; ++k) {
    out[k] = sum[k];
    out[p.C + k] = sum[W + k];
  }
}

/// dgamma and dbeta, and what the input's gradient subtracts: coefficients (2,C) =
/// (dbeta / N, dgamma / N), zero when frozen.
template <class T>
__global__ void __launch_bounds__(kFinishChannels* kLanesOfSlices)
    batch_norm_finish_gradients_kernel(BatchNormBackward<T> p, const float* sums, int slices,
                                       float* coefficients) {
  SharedMemory shared;
  double* partial = shared.array<double>(kFinishChannels * kLanesOfSlices);
  const int64_t c = int64_t{blockIdx.x} * kFinishChannels + threadIdx.x;
  const bool inside = c < p.C;
  double offset = 0, slope = 0;
  for (int s = static_cast<int>(threadIdx.y); inside && s < slices; s += kLanesOfSlices) {
    offset += static_cast<double>(sums[2 * s * p.C + c]);
    slope += static_cast<double>(sums[(2 * s + 1) * p.C + c]);
  }
  offset = sum_lanes(offset, partial);
  slope = sum_lanes(slope, partial);
  if (!inside || threadIdx.y != 0) return;
  if (p.dbeta != nullptr) {
    p.dbeta[c] = narrow<T>(widen(p.dbeta[c]) + static_cast<float>(offset));
  }
  if (p.dgamma != nullptr) {
    p.dgamma[c] = narrow<T>(widen(p.dgamma[c]) + static_cast<float>(slope));
  }
  const auto count = static_cast<double>(p.N);
  coefficients[c] = p.training ? static_cast<float>(offset / count) : 0;
  coefficients[p.C + c] = p.training ? static_cast<float>(slope / count) : 0;
}

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kColumnThreads)
    batch_norm_backward_kernel(BatchNormBackward<T> p, const float* coefficients) {
  const ColumnWalk<W> at(p.C);
  if (!at.inside) return;
  float scale[W], mean[W], inv_std[W], offset[W], slope[W], x[W], g[W], dx[W] = {};
  load(p.gamma + at.column, scale);
  load(p.mean + at.column, mean);
  load(p.inv_std + at.column, inv_std);
#pragma unroll
  for (int k = 0; k < W; ++k) {
    scale[k] *= inv_std[k];
    offset[k] = coefficients[at.column + k];
    slope[k] = coefficients[p.C + at.column + k];
  }
  for (int64_t n = at.row; n < p.N; n += at.step) {
    const int64_t here = n * p.C + at.column;
    load(p.x + here, x);
    load_gradient(p, here, g);
    if (p.accumulate_dx) load(p.dx + here, dx);
#pragma unroll
    for (int k = 0; k < W; ++k) {
      const float xhat = (x[k] - mean[k]) * inv_std[k];
      const float value = scale[k] * (g[k] - offset[k] - xhat * slope[k]);
      dx[k] = p.accumulate_dx ? dx[k] + value : value;
    }
    store(p.dx + here, dx);
  }
}

template <class T>
__global__ void __launch_bounds__(kColumnThreads) fold_batch_norm_kernel(FoldBatchNorm<T> p) {
  const int64_t o = blockIdx.x;
  const float scale = widen(p.gamma[o]) / sqrtf(p.running_variance[o] + p.epsilon);
  for (int64_t k = threadIdx.x; k < p.K; k += kColumnThreads) {
    p.folded[o * p.K + k] = narrow<T>(widen(p.weight[o * p.K + k]) * scale);
  }
  if (threadIdx.x == 0) p.bias[o] = narrow<T>(widen(p.beta[o]) - p.running_mean[o] * scale);
}

LaunchShape finish_shape(int64_t C) {
  return {.grid = dim3(static_cast<unsigned>(divide_up(C, kFinishChannels))),
          .block = dim3(kFinishChannels, kLanesOfSlices),
          .shared_bytes = shared_bytes<double>(kFinishChannels * kLanesOfSlices)};
}

template <class T, int W>
void batch_statistics(const Cuda& backend, const BatchNormForward<T>& p) {
  LaunchShape shape = column_shape(p.N, p.C, W);
  shape.shared_bytes = shared_bytes<float>((2 * W + 1) * kColumnThreads);
  const int slices = static_cast<int>(shape.grid.y);
  auto* scratch = static_cast<float*>(
      backend.context->scratch(static_cast<size_t>(slices * (2 * p.C + 1)) * sizeof(float)));
  const SliceStatistics sums{scratch, scratch + slices * p.C, scratch + 2 * slices * p.C};
  launch(backend, "batch_norm_forward statistics", batch_norm_statistics_kernel<T, W>, shape, p.x,
         sums, p.N, p.C);
  launch(backend, "batch_norm_forward statistics", batch_norm_finish_statistics_kernel<T>,
         finish_shape(p.C), p, sums, slices);
}

template <class T, int W>
void forward(const Cuda& backend, const BatchNormForward<T>& p) {
  if (p.training) {
    batch_statistics<T, W>(backend, p);
  } else {
    launch(backend, "batch_norm_forward statistics", batch_norm_frozen_statistics_kernel<T>,
           {.grid = grid_for(p.C, kColumnThreads), .block = kColumnThreads}, p);
  }
  if (p.N == 0) return;
  launch(backend, "batch_norm_forward", batch_norm_forward_kernel<T, W>,
         column_shape(p.N, p.C, W, kMostBlocksAlongY), p);
}

template <class T, int W>
void backward(const Cuda& backend, const BatchNormBackward<T>& p) {
  LaunchShape shape = column_shape(p.N, p.C, W);
  shape.shared_bytes = shared_bytes<float>(kColumnPartials<2 * W>);
  const int slices = static_cast<int>(shape.grid.y);
  auto* sums = static_cast<float*>(
      backend.context->scratch(static_cast<size_t>(slices + 1) * 2 * p.C * sizeof(float)));
  float* coefficients = sums + int64_t{slices} * 2 * p.C;
  launch(backend, "batch_norm_backward sums", batch_norm_gradient_sums_kernel<T, W>, shape, p,
         sums);
  launch(backend, "batch_norm_backward sums", batch_norm_finish_gradients_kernel<T>,
         finish_shape(p.C), p, static_cast<const float*>(sums), slices, coefficients);
  if (p.dx == nullptr) return;
  launch(backend, "batch_norm_backward", batch_norm_backward_kernel<T, W>,
         column_shape(p.N, p.C, W, kMostBlocksAlongY), p, static_cast<const float*>(coefficients));
}

}  // namespace

template <class T>
void batch_norm_forward(Cuda backend, const BatchNormForward<T>& p) {
  if (p.C == 0) return;
  can_vectorise<T>(p.C, p.x, p.y, p.gamma, p.beta, p.mean, p.inv_std)
      ? forward<T, kLanes<T>>(backend, p)
      : forward<T, 1>(backend, p);
}

template <class T>
void batch_norm_backward(Cuda backend, const BatchNormBackward<T>& p) {
  if (p.C == 0 || p.N == 0) return;
  can_vectorise<T>(p.C, p.x, p.y, p.gamma, p.mean, p.inv_std, p.dy, p.dx)
      ? backward<T, kLanes<T>>(backend, p)
      : backward<T, 1>(backend, p);
}

template <class T>
void fold_batch_norm(Cuda backend, const FoldBatchNorm<T>& p) {
  launch(backend, "fold_batch_norm", fold_batch_norm_kernel<T>,
         {.grid = dim3(static_cast<unsigned>(p.O)), .block = kColumnThreads}, p);
}

#define STORYTELLER_INSTANTIATE(T)                                         \
  template void batch_norm_forward<T>(Cuda, const BatchNormForward<T>&);   \
  template void batch_norm_backward<T>(Cuda, const BatchNormBackward<T>&); \
  template void fold_batch_norm<T>(Cuda, const FoldBatchNorm<T>&);
STORYTELLER_INSTANTIATE(float)
STORYTELLER_INSTANTIATE(bfloat16)
#undef STORYTELLER_INSTANTIATE

}  // namespace storyteller
