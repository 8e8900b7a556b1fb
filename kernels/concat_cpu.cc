#include "kernels/concat.h"

#include <algorithm>

#include "kernels/cpu/add_row.h"
#include "kernels/cpu/parallel.h"

namespace storyteller {

template <class T>
void concat_forward(Cpu, const ConcatForward<T>& p) {
  parallel_shares(p.N, p.N * (p.A + p.B), 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      T* y = std::copy_n(p.a + n * p.A, p.A, p.y + n * (p.A + p.B));
      std::copy_n(p.b + n * p.B, p.B, y);
    }
  });
}

template <class T>
void concat_backward(Cpu, const ConcatBackward<T>& p) {
  parallel_shares(p.N, p.N * (p.A + p.B), 1, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) {
      const T* dy = p.dy + n * (p.A + p.B);
      if (p.da != nullptr) add_row(dy, p.da + n * p.A, p.A);
      if (p.db != nullptr) add_row(dy + p.A, p.db + n * p.B, p.B);
    }
  });
}

template void concat_forward<float>(Cpu, const ConcatForward<float>&);
template void concat_forward<double>(Cpu, const ConcatForward<double>&);
template void concat_backward<float>(Cpu, const ConcatBackward<float>&);
template void concat_backward<double>(Cpu, const ConcatBackward<double>&);

}  // namespace storyteller
