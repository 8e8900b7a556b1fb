#pragma once

#include <cmath>
#include <cstdint>

#include <cuda_runtime.h>

#include "kernels/activation.h"
#include "kernels/cuda/vector.h"

namespace storyteller {

/// What follows the sums of a convolution: y = activation(sum + bias + residual), or y += sum.
template <class T>
struct Epilogue {
  T* y;
  int64_t stride;     ///< elements of y, and of residual, from row to row
  const T* bias;      ///< null: none
  const T* residual;  ///< null: none
  Activation activation = Activation::kNone;
  bool accumulate = false;

  /// Finishes W columns of a row.
  template <int W>
  __device__ void finish(int64_t row, int64_t column, float (&sum)[W]) const {
    float more[W];
    T* to = y + row * stride + column;
    if (bias != nullptr) {
      load(bias + column, more);
      add(more, sum);
    }
    if (residual != nullptr) {
      load(residual + row * stride + column, more);
      add(more, sum);
    }
    if (accumulate) {
      load(to, more);
      add(more, sum);
    }
    if (activation != Activation::kNone) {
      const float most = activation == Activation::kRelu6 ? 6.0F : INFINITY;
#pragma unroll
      for (int k = 0; k < W; ++k) {  // a NaN stays one
        sum[k] = sum[k] < 0 ? 0.0F : (sum[k] > most ? most : sum[k]);
      }
    }
    store(to, sum);
  }

 private:
  template <int W>
  __device__ static void add(const float (&x)[W], float (&sum)[W]) {
#pragma unroll
    for (int k = 0; k < W; ++k) sum[k] += x[k];
  }
};

}  // namespace storyteller
