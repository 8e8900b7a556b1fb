#include "kernels/row_loss.h"

#include "kernels/cpu/parallel.h"

namespace storyteller {

template <class T>
void row_loss_mean(Cpu, const RowLossMean<T>& p) {
  double sum = 0;
  for (int64_t n = 0; n < p.N; ++n) sum += static_cast<double>(p.loss[n]);
  *p.mean = static_cast<Wide<T>>(sum / p.normaliser);
}

template <class T>
void row_loss_scale(Cpu, const RowLossScale<T>& p) {
  const Wide<T> scale = *p.dmean;
  if (scale == 1) return;
  parallel_shares(p.n, p.n, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) p.x[i] *= scale;
  });
}

template void row_loss_mean<float>(Cpu, const RowLossMean<float>&);
template void row_loss_mean<double>(Cpu, const RowLossMean<double>&);
template void row_loss_scale<float>(Cpu, const RowLossScale<float>&);
template void row_loss_scale<double>(Cpu, const RowLossScale<double>&);

}  // namespace storyteller
