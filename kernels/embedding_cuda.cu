// Rows of a table by index, and the sum of gradients into them (formulas in embedding.h).
//
// Bytes: the forward reads and writes NE values. The backward reads NE values and reads and writes
// each row of the table that occurs once. Without a CSR of the tokens it also compares all pairs of
// them: 1.6 million at N = 1,280, less work than a launch is. Of more than kMostSorted tokens it
// takes one part after the other, so that the comparisons grow with N and not with N^2.
//
// Design of the backward: rows of one token must be added in ascending n for the sum to have the
// same bits on every run, and words such as "a" make up a tenth of all. So the rows are sorted by
// (token, n) first. A warp a row counts the rows that belong before it, which is its place: no
// passes, no histogram over V, and scratch for 2N numbers. Then a warp takes each run of equal
// tokens and 32 vectors of its width, and adds the run's rows to the table's row in registers, of
// which it loads kAhead at once to hide the way to memory. What begins no run does nothing. With a
// CSR a warp takes a token and 32 vectors, and adds in the same order.
#include "kernels/embedding.h"

#include <algorithm>

#include "kernels/cuda/launch.h"
#include "kernels/cuda/reduce.h"
#include "kernels/cuda/sort_limit.h"
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

/// dweight of the elements e to e + W of `token`, whose rows are row[i] for i from `begin` while
/// belongs(i).
template <int W, class T, class Belongs>
__device__ inline void add_run(const EmbeddingBackward<T>& p, int64_t token, const int32_t* row,
                               int64_t begin, Belongs&& belongs, int64_t e) {
  T* to = p.dweight + token * p.E + e;
  float sum[W];
  load(to, sum);
  for (int64_t i = begin; belongs(i); i += kAhead) {
    float x[kAhead][W];
#pragma unroll
    for (int a = 0; a < kAhead; ++a) {
      if (belongs(i + a)) {
        load(p.dout + row[i + a] * p.E + e, x[a]);
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
    if (!begins || v >= vectors) continue;
    const int32_t token = sorted.token[place];
    const auto belongs = [&](int64_t i) { return i < p.N && sorted.token[i] == token; };
    add_run<W>(p, token, sorted.row, place, belongs, v * W);
  }
}

/// A warp a token and 32 vectors of the width.
// compiled: no stack, 16-byte loads, 16-byte stores
template <class T, int W>
__global__ void __launch_bounds__(kThreads) embedding_grouped_kernel(EmbeddingBackward<T> p) {
  const int64_t vectors = p.E / W, strips = (vectors + kWarp - 1) / kWarp;
  const int64_t stride = int64_t{gridDim.x} * kWarps;
  const int lane = threadIdx.x % kWarp;
  for (int64_t item = int64_t{blockIdx.x} * kWarps + threadIdx.x / kWarp; item < p.V * strips;
       item += stride) {
    const int64_t token = item / strips, v = item % strips * kWarp + lane;
    const int32_t begin = p.begin[token], end = p.begin[token + 1];
    if (begin == end || v >= vectors) continue;
    add_run<W>(
        p, token, p.rows, begin, [end](int64_t i) { return i < end; }, v * W);
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
  const bool vector = can_vectorise<T>(p.E, p.dout, p.dweight);
  const int64_t strips = divide_up(p.E / (vector ? kLanes<T> : 1), kWarp);
  if (p.begin != nullptr) {
    launch(backend, "embedding_backward",
           vector ? embedding_grouped_kernel<T, kLanes<T>> : embedding_grouped_kernel<T, 1>,
           {.grid = grid_for(p.V * strips, kWarps), .block = kThreads}, p);
    return;
  }
  const int64_t most = std::min(p.N, kMostSorted);
  auto* scratch = static_cast<int32_t*>(
      backend.context->scratch(static_cast<size_t>(2 * most) * sizeof(int32_t)));
  const SortedRows sorted = {.token = scratch, .row = scratch + most};
  for (int64_t first = 0; first < p.N; first += most) {
    EmbeddingBackward<T> part = p;
    part.token += first;
    part.dout += first * p.E;
    part.N = std::min(most, p.N - first);
    launch(backend, "embedding_backward", embedding_sort_kernel,
           {.grid = grid_for(part.N, kWarps), .block = kThreads}, part.token, sorted, part.N);
    launch(backend, "embedding_backward",
           vector ? embedding_backward_kernel<T, kLanes<T>> : embedding_backward_kernel<T, 1>,
           {.grid = grid_for(part.N * strips, kWarps), .block = kThreads}, part, sorted);
  }
}

template void embedding_forward<float>(Cuda, const EmbeddingForward<float>&);
template void embedding_forward<bfloat16>(Cuda, const EmbeddingForward<bfloat16>&);
template void embedding_backward<float>(Cuda, const EmbeddingBackward<float>&);
template void embedding_backward<bfloat16>(Cuda, const EmbeddingBackward<bfloat16>&);

}  // namespace storyteller
