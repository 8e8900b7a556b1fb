// One step of additive soft attention with gate (formulas in attention.h; Bahdanau et al., 2015; Xu
// et al., 2015), forward and backward with respect to what changes from step to step. The part that
// belongs to the images is in attention_keys_cuda.cu.
//
// Bytes: either step reads keys and values of every image once, 2L(A + D) bytes a row in bfloat16
// where no rows share an image: 250 KB at L = 49, A = 512, D = 2048. Operations: L(A + D) multiply-
// adds and LA hyperbolic tangents a row, either way: bound by the memory that holds keys and
// values, which is the L2 cache up to some 40 MB of them.
//
// Design: one launch a step. A block of 256 threads serves a row, or up to four neighbouring rows
// that look at the same image (beams, samples), for which it reads keys and values once. More than
// four would cost registers and leave multiprocessors idle: 64 images of 5 beams are 144 blocks.
//   forward    a warp to a region: lanes hold query and score weight of their channels in registers
//              and pass over four region rows by 16-byte loads, then add up by shuffles. A warp
//              takes the softmax of a row in shared memory. The context is split over D: lanes read
//              consecutive values; where D is narrow, warps share the regions.
//   backward   the same two sums with keys and values in exchanged places. The squashing is
//              computed again from the keys: saved, it would be L*A values a row and step to
//              write and to read, in device memory where the keys are in the cache.
// Outputs have one owner each and sums a fixed order: no atomics, the same bits every run.
#include "kernels/attention.h"

#include <string>

#include "kernels/cuda/devices.h"
#include "kernels/cuda/error.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/math.h"
#include "kernels/cuda/regions.h"
#include "kernels/cuda/score.h"
#include "kernels/cuda/shared_memory.h"
#include "kernels/philox.h"

namespace storyteller {
namespace {

/// w_c * score(k_c + q_c)
template <class T, int W, ScoreFunction kScore>
struct ScoreTerm {
  const T* score_weight;
  float w[W] = {};
  __device__ void at(int c) { load(score_weight + c, w); }
  __device__ float operator()(float key, float query, int k) const {
    return w[k] * squash<T, kScore>(key + query);
  }
};

/// v_c * dcontext_c
struct ProductTerm {
  __device__ void at(int) {}
  __device__ float operator()(float value, float dcontext, int) const { return value * dcontext; }
};

/// v_c
struct ValueTerm {
  __device__ void at(int) {}
  __device__ float operator()(float value, int, int) const { return value; }
};

/// score'(k_c + q_c)
template <class T, int W, ScoreFunction kScore>
struct SlopeTerm {
  const T* query;  // (rows,A)
  int A, rows;
  float q[kRows][W] = {};
  __device__ void at(int c) {
#pragma unroll
    for (int r = 0; r < kRows; ++r) {
      if (r < rows) load(query + int64_t{r} * A + c, q[r]);
    }
  }
  __device__ float operator()(float key, int r, int k) const {
    return squash_slope<kScore>(squash<T, kScore>(key + q[r][k]));
  }
};

/// The region that row b draws by its scores e, by one warp; ties to the first. Every lane gets it.
template <class T>
__device__ inline int drawn_region(const AttentionForward<T>& p, const float* e, int64_t b) {
  const int L = static_cast<int>(p.L);
  const uint64_t row_key = p.row_key == nullptr ? 0 : p.row_key[b];
  float greatest = -INFINITY;
  int best = L;
  for (int l = threadIdx.x % kWarp; l < L; l += kWarp) {
    float value = e[l];
    if (p.at_random) {
      const auto u = static_cast<float>(uniform01(philox(p.key, row_key, l)[0]));
      value -= logf(-logf(u));
    }
    if (value > greatest) {
      greatest = value;
      best = l;
    }
  }
#pragma unroll
  for (int step = kWarp / 2; step > 0; step /= 2) {
    const float other = __shfl_xor_sync(kAllLanes, greatest, step);
    const int other_best = __shfl_xor_sync(kAllLanes, best, step);
    if (other > greatest || (other == greatest && other_best < best)) {
      greatest = other;
      best = other_best;
    }
  }
  return best < L ? best : 0;
}

/// e of row b -> alpha in place, in shared memory, by one warp, or 1 for the region drawn; alpha to
/// device memory as well.
template <class T>
__device__ inline void softmax(const AttentionForward<T>& p, int64_t b, float* e) {
  const int lane = threadIdx.x % kWarp, L = static_cast<int>(p.L);
  float* alpha = p.alpha + b * L;
  const int region = p.drawn == nullptr ? -1 : drawn_region(p, e, b);
  float largest = -INFINITY, sum = 0;
  for (int l = lane; l < L; l += kWarp) largest = fmaxf(largest, e[l]);
  largest = warp_max(largest);
  for (int l = lane; l < L; l += kWarp) sum += e[l] = exp_for<T>(e[l] - largest);
  sum = warp_sum(sum);
  if (p.log_sum != nullptr && lane == 0) p.log_sum[b] = largest + logf(sum);
  const float scale = 1 / sum;
  for (int l = lane; l < L; l += kWarp) alpha[l] = e[l] *= scale;
  if (region < 0) return;
  for (int l = lane; l < L; l += kWarp) p.drawn[b * L + l] = e[l] = l == region ? 1 : 0;
}

/// z = sigmoid(gate) * context for W features of row b from c on.
template <int W, class T>
__device__ inline void write_context(const AttentionForward<T>& p, int64_t b, int c,
                                     float (&context)[W]) {
  const int64_t at = b * p.D + c;
  if (p.context != p.z) store(p.context + at, context);
  if (p.gate_kind == ContextGate::kVector) {
    float gate[W];
    load(p.gate + at, gate);
#pragma unroll
    for (int k = 0; k < W; ++k) context[k] *= sigmoid_for<T>(gate[k]);
  } else if (p.gate_kind == ContextGate::kScalar) {
    const float gate = sigmoid_for<T>(widen(p.gate[b]));
#pragma unroll
    for (int k = 0; k < W; ++k) context[k] *= gate;
  }
  store(p.z + at, context);
}

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W, ScoreFunction kScore>
__global__ void __launch_bounds__(kRegionThreads, 2)
    attention_forward_kernel(const AttentionForward<T> p) {
  SharedMemory shared;
  float* alpha = shared.array<float>(kRows * p.L);
  float* partial = shared.array<float>(kRegionPartials<W>);
  const int L = static_cast<int>(p.L), A = static_cast<int>(p.A), D = static_cast<int>(p.D);
  const int warp = threadIdx.x / kWarp;
  for (int64_t b = blockIdx.x; b < p.B; b += gridDim.x) {
    const RegionRows rows = rows_led_by(b, p.row_to_image, p.B);
    if (rows.count == 0) continue;
    sum_over_channels<W>(p.keys + rows.image * L * A, p.query + b * A, L, A, rows.count,
                         ScoreTerm<T, W, kScore>{.score_weight = p.score_weight}, alpha);
    __syncthreads();
    if (warp < rows.count) softmax(p, b + warp, alpha + warp * L);
    __syncthreads();
    sum_over_regions<W>(
        p.values + rows.image * L * D, alpha, L, D, rows.count, ValueTerm{}, partial,
        [&](int r, int c, float(&context)[W]) { write_context(p, b + r, c, context); });
  }
}

/// dcontext and dgate of row b; every thread of the block arrives.
template <class T, int W>
__device__ inline void gate_gradient(const AttentionBackward<T>& p, int64_t b, float* partial) {
  const bool scalar = p.gate_kind == ContextGate::kScalar;
  const float gate_of_row = scalar ? sigmoid_for<T>(widen(p.gate[b])) : 1;
  float product = 0;
  for (int64_t c = int64_t{threadIdx.x} * W; c < p.D; c += kRegionThreads * W) {
    const int64_t at = b * p.D + c;
    float dz[W], context[W], gate[W];
    load(p.dz + at, dz);
    if (p.gate_kind == ContextGate::kVector) {
      float dgate[W];
      load(p.context + at, context);
      load(p.gate + at, gate);
      load(p.dgate + at, dgate);
#pragma unroll
      for (int k = 0; k < W; ++k) {
        const float g = sigmoid_for<T>(gate[k]);
        dgate[k] += dz[k] * context[k] * g * (1 - g);
        dz[k] *= g;
      }
      store(p.dgate + at, dgate);
    } else if (scalar) {
      load(p.context + at, context);
#pragma unroll
      for (int k = 0; k < W; ++k) {
        product += dz[k] * context[k];
        dz[k] *= gate_of_row;
      }
    }
    store(p.dcontext + at, dz);
  }
  if (!scalar) return;
  product = block_sum(product, partial);
  if (threadIdx.x == 0) {
    const float dgate = product * gate_of_row * (1 - gate_of_row);
    p.dgate[b] = narrow<T>(widen(p.dgate[b]) + dgate);
  }
}

/// dalpha -> de in place, in shared memory, by one warp:
///   de_l = alpha_l (dalpha_l - sum_m alpha_m dalpha_m)
template <class T>
__device__ inline void softmax_gradient(const AttentionBackward<T>& p, int64_t b, float* de) {
  const int lane = threadIdx.x % kWarp, L = static_cast<int>(p.L);
  const float* alpha = p.alpha + b * p.L;
  float mean = 0;
  for (int l = lane; l < L; l += kWarp) {
    if (p.drawn) de[l] = 0;
    if (p.dalpha != nullptr) de[l] += p.dalpha[b * p.L + l];
    mean += alpha[l] * de[l];
  }
  mean = warp_sum(mean);
  if (p.dlog_sum != nullptr) mean -= p.dlog_sum[b];
  for (int l = lane; l < L; l += kWarp) p.de[b * p.L + l] = de[l] = alpha[l] * (de[l] - mean);
}

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W, ScoreFunction kScore>
__global__ void __launch_bounds__(kRegionThreads, 2)
    attention_backward_kernel(const AttentionBackward<T> p) {
  SharedMemory shared;
  float* de = shared.array<float>(kRows * p.L);
  float* partial = shared.array<float>(kRegionPartials<W>);
  const int L = static_cast<int>(p.L), A = static_cast<int>(p.A), D = static_cast<int>(p.D);
  const int warp = threadIdx.x / kWarp;
  for (int64_t b = blockIdx.x; b < p.B; b += gridDim.x) {
    const RegionRows rows = rows_led_by(b, p.row_to_image, p.B);
    if (rows.count == 0) continue;
    for (int r = 0; r < rows.count; ++r) gate_gradient<T, W>(p, b + r, partial);
    __syncthreads();  // dcontext is read by other threads than wrote it
    sum_over_channels<W>(p.values + rows.image * L * D, p.dcontext + b * D, L, D, rows.count,
                         ProductTerm{}, de);
    __syncthreads();
    if (warp < rows.count) softmax_gradient(p, b + warp, de + warp * L);
    __syncthreads();
    const SlopeTerm<T, W, kScore> slope{.query = p.query + b * A, .A = A, .rows = rows.count};
    sum_over_regions<W>(p.keys + rows.image * L * A, de, L, A, rows.count, slope, partial,
                        [&](int r, int c, float(&sum)[W]) {
                          float dquery[W];
                          load(p.score_weight + c, dquery);
#pragma unroll
                          for (int k = 0; k < W; ++k) dquery[k] *= sum[k];
                          add_to(p.dquery + (b + r) * A + c, dquery);
                        });
  }
}

/// Throws CudaError where the device has not the shared memory for L regions.
template <int W>
LaunchShape shape_of(const Cuda& backend, int64_t B, int64_t L) {
  const size_t others = shared_bytes<float>(kRegionPartials<W>);
  const size_t bytes = shared_bytes<float>(kRows * L) + others;
  const size_t most = backend.context->properties().most_shared_bytes;
  if (bytes > most) {
    throw CudaError("attention over L = " + std::to_string(L) + " regions of a picture: this GPU " +
                    "can do " + std::to_string((most - others) / (kRows * sizeof(float))) +
                    "; take an encoder or pictures with fewer regions, or `device` cpu");
  }
  return {.grid = grid_for(B, 1), .block = kRegionThreads, .shared_bytes = bytes};
}

template <class T, int W>
void forward_of_width(Cuda backend, const AttentionForward<T>& p) {
  launch(backend, "attention_forward",
         p.score == ScoreFunction::kTanh ? attention_forward_kernel<T, W, ScoreFunction::kTanh>
                                         : attention_forward_kernel<T, W, ScoreFunction::kRelu>,
         shape_of<W>(backend, p.B, p.L), p);
}

template <class T, int W>
void backward_of_width(Cuda backend, const AttentionBackward<T>& p) {
  launch(backend, "attention_backward",
         p.score == ScoreFunction::kTanh ? attention_backward_kernel<T, W, ScoreFunction::kTanh>
                                         : attention_backward_kernel<T, W, ScoreFunction::kRelu>,
         shape_of<W>(backend, p.B, p.L), p);
}

}  // namespace

template <class T>
void attention_forward(Cuda backend, const AttentionForward<T>& p) {
  const T* gate = p.gate_kind == ContextGate::kVector ? p.gate : nullptr;
  const bool vector = can_vectorise<T>(p.A, p.keys, p.score_weight, p.query) &&
                      can_vectorise<T>(p.D, p.values, gate, p.context, p.z);
  vector ? forward_of_width<T, kLanes<T>>(backend, p) : forward_of_width<T, 1>(backend, p);
}

template <class T>
void attention_backward(Cuda backend, const AttentionBackward<T>& p) {
  const bool wide = p.gate_kind == ContextGate::kVector;
  const bool vector = can_vectorise<T>(p.A, p.keys, p.score_weight, p.query, p.dquery) &&
                      can_vectorise<T>(p.D, p.values, wide ? p.gate : nullptr, p.context, p.dz,
                                       wide ? p.dgate : nullptr, p.dcontext);
  vector ? backward_of_width<T, kLanes<T>>(backend, p) : backward_of_width<T, 1>(backend, p);
}

template void attention_forward<float>(Cuda, const AttentionForward<float>&);
template void attention_forward<bfloat16>(Cuda, const AttentionForward<bfloat16>&);
template void attention_backward<float>(Cuda, const AttentionBackward<float>&);
template void attention_backward<bfloat16>(Cuda, const AttentionBackward<bfloat16>&);

}  // namespace storyteller
