#include "kernels/embedding.h"

#include <algorithm>

#include "kernels/cpu/parallel.h"

namespace storyteller {

template <class T>
void embedding_forward(Cpu, const EmbeddingForward<T>& p) {
  parallel_shares(p.N, p.N * p.E, 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      std::copy_n(p.weight + p.token[n] * p.E, p.E, p.out + n * p.E);
    }
  });
}

template <class T>
void embedding_backward(Cpu, const EmbeddingBackward<T>& p) {
  // Threads own columns, so that rows of the same token are added in order whoever adds them.
  parallel_shares(p.E, p.N * p.E, 16, [&](int64_t begin, int64_t end) {
    for (int64_t n = 0; n < p.N; ++n) {
      const T* __restrict from = p.dout + n * p.E;
      T* __restrict to = p.dweight + p.token[n] * p.E;
#pragma omp simd
      for (int64_t e = begin; e < end; ++e) to[e] += from[e];
    }
  });
}

template void embedding_forward<float>(Cpu, const EmbeddingForward<float>&);
template void embedding_forward<double>(Cpu, const EmbeddingForward<double>&);
template void embedding_backward<float>(Cpu, const EmbeddingBackward<float>&);
template void embedding_backward<double>(Cpu, const EmbeddingBackward<double>&);

}  // namespace storyteller
