#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// y[b,j] += x[b,j] for b < B, j < W, of rows that may be parts of longer ones.
template <class T>
struct AddRows {
  const T* x;  ///< B rows of W elements, x_stride apart; may not overlap y
  T* y;        ///< B rows of W elements, y_stride apart; ACCUMULATED
  int64_t B, W;
  int64_t x_stride, y_stride;  ///< >= W
};

template <class T>
void add_rows(Cpu, const AddRows<T>&);
template <class T>
void add_rows(Cuda, const AddRows<T>&);

}  // namespace storyteller
