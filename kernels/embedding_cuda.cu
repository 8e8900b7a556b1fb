// Rows of a table by index, and the sum of gradients into them (formulas in embedding.h).
//
// Bytes: the forward reads and writes NE values. The backward reads NE values and reads and writes
// each row of the table that occurs once. It also compares N^2 tokens: 1.6 million at N = 1,280,
// less work than a launch is; 400 million at N = 20,000, by count of instructions about 70 us on an
// H200, in a step that then projects 20,000 rows onto the vocabulary.
//
// Design of the backward: rows of one token must be added in ascending n for the sum to have the
// same bits on every run, and words such as "a" make up a tenth of all. So the rows are sorted by
// (token, n) first. A warp a row counts the rows that belong before it, which is its place: no
// passes, no histogram over V, and scratch for 2N numbers. Then a warp takes each run of equal
// tokens and 32 vectors of its width, and adds the run's rows to the table's row in registers, of
// which it loads kAhead at once to hide the way to memory. What begins no run does nothing.
#include "kernels/embedding.h"

#include "kernels/cuda/launch.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

constexpr int kThreads = 256, kWarps = kThreads / kWarp;
constexpr int kAhead = 4;  // rows of a run that are loaded at once

// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kThreads) embedding_forward_kernel(EmbeddingForward<T> p) {
  const int64_t vectors = p.E / W;
  const int64_t stride = int64_t{gridDim.x} * kThreads;
  for (int64_t v = int64_t{blockIdx.x} * kThreads + threadIdx.x; v < p.N * vectors; v += stride) {
    const int64_t n = v / vectors, e = v % vectors * W;
    const auto* from = reinterpret_cast<const Vector<T, W>*>(p.weight + p.token[n] * p.E + e);
    *reinterpret_cast<Vector<T, W>*>(p.out + n * p.E + e) = *from;
  }
}

/// The rows in the order of (token, n).
struct SortedRows {
  int32_t* token;  ///< (N) ascending
  int32_t* row;    ///< (N) the n of each
};

/// A warp a row.
__global__ void __launch_bounds__(kThreads)
    embedding_sort_kernel(const int32_t* token, SortedRows sorted, int32_t N) {
  const int lane = threadIdx.x % kWarp;
  const int stride = static_cast<int>(gridDim.x) * kWarps;
  for (int n = static_cast<int>(blockIdx.x) * kWarps + static_cast<int>(threadIdx.x) / kWarp; n < N;
       n += stride) {
    const int own = token[n];
    int before = 0;
    for (int m = lane; m < N; m += kWarp) {
      const int other = token[m];
      before += other < own || (other == own && m < n) ? 1 : 0;
    }
    before = warp_sum(before);
    if (lane == 0) {
      sorted.token[before] = own;
      sorted.row[before] = n;
    }
  }
}

/// dweight of the elements e to e + W of the token whose run begins at `begin`.
template <int W, class T>
__device__ inline void add_run(const EmbeddingBackward<T>& p, const SortedRows& sorted,
                               int64_t begin, int64_t e) {
  const int32_t token = sorted.token[begin];
  T* to = p.dweight + token * p.E + e;
  float sum[W];
  load(to, sum);
  for (int64_t i = begin; i < p.N && sorted.token[i] == token; i += kAhead) {
    float x[kAhead][W];
#pragma unroll
    for (int a = 0; a < kAhead; ++a) {
      const bool belongs = i + a < p.N && sorted.token[i + a] == token;
      if (belongs) {
        load(p.dout + sorted.row[i + a] * p.E + e, x[a]);
      } else {
#pragma unroll
        for (int k = 0; k < W; ++k) x[a][k] = 0;
      }
    }
#pragma unroll
    for (int a = 0; a < kAhead; ++a) {
#pragma unroll
      for (int k = 0; k < W; ++k) sum[k] += x[a][k];
    }
  }
  store(to, sum);
}

/// A warp a place in the order and 32 vectors of the width.
// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kThreads)
    embedding_backward_kernel(EmbeddingBackward<T> p, SortedRows sorted) {
  const int64_t vectors = p.E / W, strips = (vectors + kWarp - 1) / kWarp;
  const int64_t stride = int64_t{gridDim.x} * kWarps;
  const int lane = threadIdx.x % kWarp;
  for (int64_t item = int64_t{blockIdx.x} * kWarps + threadIdx.x / kWarp; item < p.N * strips;
       item += stride) {
    const int64_t place = item / strips, v = item % strips * kWarp + lane;
    const bool begins = place == 0 || sorted.token[place] != sorted.token[place - 1];
    if (begins && v < vectors) add_run<W>(p, sorted, place, v * W);
  }
}

}  // namespace

template <class T>
void embedding_forward(Cuda backend, const EmbeddingForward<T>& p) {
  const bool vector = can_vectorise<T>(p.E, p.weight, p.out);
  launch(backend, "embedding_forward",
         vector ? embedding_forward_kernel<T, kLanes<T>> : embedding_forward_kernel<T, 1>,
         {.grid = grid_for(p.N * p.E / (vector ? kLanes<T> : 1), kThreads), .block = kThreads}, p);
}

template <class T>
void embedding_backward(Cuda backend, const EmbeddingBackward<T>& p) {
  if (p.N == 0) return;
  auto* scratch = static_cast<int32_t*>(
      backend.context->scratch(static_cast<size_t>(2 * p.N) * sizeof(int32_t)));
  const SortedRows sorted = {.token = scratch, .row = scratch + p.N};
  launch(backend, "embedding_backward", embedding_sort_kernel,
         {.grid = grid_for(p.N, kWarps), .block = kThreads}, p.token, sorted, p.N);
  const bool vector = can_vectorise<T>(p.E, p.dout, p.dweight);
  const int64_t strips = divide_up(p.E / (vector ? kLanes<T> : 1), kWarp);
  launch(backend, "embedding_backward",
         vector ? embedding_backward_kernel<T, kLanes<T>> : embedding_backward_kernel<T, 1>,
         {.grid = grid_for(p.N * strips, kWarps), .block = kThreads}, p, sorted);
}

template void embedding_forward<float>(Cuda, const EmbeddingForward<float>&);
template void embedding_forward<bfloat16>(Cuda, const EmbeddingForward<bfloat16>&);
template void embedding_backward<float>(Cuda, const EmbeddingBackward<float>&);
template void embedding_backward<bfloat16>(Cuda, const EmbeddingBackward<bfloat16>&);

}  // namespace storyteller
