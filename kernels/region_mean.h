#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// Mean over the regions of each image: mean_id = 1/L sum_l x_ild.
template <class T>
struct RegionMeanForward {
  const T* x;  ///< (I,L,D)
  T* mean;     ///< (I,D) out
  int64_t I, L, D;
};

/// dx_ild += dmean_id / L
template <class T>
struct RegionMeanBackward {
  const T* dmean;  ///< (I,D)
  T* dx;           ///< (I,L,D) ACCUMULATED
  int64_t I, L, D;
};

template <class T>
void region_mean_forward(Cpu, const RegionMeanForward<T>&);
template <class T>
void region_mean_backward(Cpu, const RegionMeanBackward<T>&);

template <class T>
void region_mean_forward(Cuda, const RegionMeanForward<T>&);
template <class T>
void region_mean_backward(Cuda, const RegionMeanBackward<T>&);

}  // namespace storyteller
