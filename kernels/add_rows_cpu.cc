#include "kernels/add_rows.h"

#include "kernels/cpu/add_row.h"
#include "kernels/cpu/parallel.h"

namespace storyteller {

template <class T>
void add_rows(Cpu, const AddRows<T>& p) {
  parallel_shares(p.B, p.B * p.W, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) add_row(p.x + b * p.x_stride, p.y + b * p.y_stride, p.W);
  });
}

template void add_rows<float>(Cpu, const AddRows<float>&);
template void add_rows<double>(Cpu, const AddRows<double>&);

}  // namespace storyteller
