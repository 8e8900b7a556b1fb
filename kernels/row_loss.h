#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// The one number that a tape calls the loss, out of the losses of N rows:
///   mean = 1/normaliser sum_n loss_n
/// summed in double, in an order that N alone decides.
template <class T>
struct RowLossMean {
  const Wide<T>* loss;  ///< (N)
  Wide<T>* mean;        ///< (1) out
  int64_t N;
  double normaliser;  ///< > 0
};

/// x *= *dmean, the chain rule behind a gradient that the forward left in x. Where *dmean is 1, as
/// it is of a loss that nothing scales, x is not touched.
template <class T>
struct RowLossScale {
  const Wide<T>* dmean;  ///< (1)
  T* x;                  ///< (n) in, out
  int64_t n;
};

template <class T>
void row_loss_mean(Cpu, const RowLossMean<T>&);
template <class T>
void row_loss_scale(Cpu, const RowLossScale<T>&);

template <class T>
void row_loss_mean(Cuda, const RowLossMean<T>&);
template <class T>
void row_loss_scale(Cuda, const RowLossScale<T>&);

}  // namespace storyteller
