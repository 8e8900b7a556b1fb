#pragma once

#include <cstdint>

#include "kernels/backend.h"
#include "kernels/window.h"

namespace storyteller {

/// Sizes of a pooling: x (I,H,W,C), y (I,OH,OW,C), NHWC. OH and OW are given, because they depend
/// on the rounding: pool_outputs() computes them.
struct Pool2dSizes {
  int64_t I, H, W, C;
  int64_t OH, OW;
  Window window;
};

/// Positions of a window along one axis of `size` elements between `before` and `after` zeros.
/// ceil_mode: rounded up, but no window starts behind the last element (as PyTorch and Caffe).
inline int64_t pool_outputs(int64_t size, int64_t kernel, int64_t stride, int64_t before,
                            int64_t after, bool ceil_mode) {
  const int64_t reach = size + before + after - kernel;
  int64_t outputs = (reach + (ceil_mode ? stride - 1 : 0)) / stride + 1;
  if (ceil_mode && (outputs - 1) * stride >= size + before) --outputs;
  return outputs;
}

/// y = the greatest x under the window; padding never wins. A NaN under the window wins.
template <class T>
struct MaxPoolForward {
  const T* x;      ///< (I,H,W,C)
  T* y;            ///< (I,OH,OW,C) out; -infinity where the window holds padding alone
  int32_t* place;  ///< (I,OH,OW,C) out: h*W + w of the winner, the first of equals; -1: none
  Pool2dSizes sizes;
};

/// dx[winner] += dy.
template <class T>
struct MaxPoolBackward {
  const T* dy;           ///< (I,OH,OW,C)
  const int32_t* place;  ///< (I,OH,OW,C) from the forward
  T* dx;                 ///< (I,H,W,C) ACCUMULATED
  Pool2dSizes sizes;
};

/// y = sum of x under the window / count. The count is of elements inside x or, with count_padding,
/// of elements inside x and its padding (what a ceil-mode window sees beyond both never counts).
template <class T>
struct MeanPoolForward {
  const T* x;  ///< (I,H,W,C)
  T* y;        ///< (I,OH,OW,C) out; 0 where the window holds padding alone
  Pool2dSizes sizes;
  bool count_padding = false;
};

/// dx += dy / count for each x under the window.
template <class T>
struct MeanPoolBackward {
  const T* dy;  ///< (I,OH,OW,C)
  T* dx;        ///< (I,H,W,C) ACCUMULATED
  Pool2dSizes sizes;
  bool count_padding = false;
};

template <class T>
void max_pool_forward(Cpu, const MaxPoolForward<T>&);
template <class T>
void max_pool_backward(Cpu, const MaxPoolBackward<T>&);
template <class T>
void mean_pool_forward(Cpu, const MeanPoolForward<T>&);
template <class T>
void mean_pool_backward(Cpu, const MeanPoolBackward<T>&);

template <class T>
void max_pool_forward(Cuda, const MaxPoolForward<T>&);
template <class T>
void max_pool_backward(Cuda, const MaxPoolBackward<T>&);
template <class T>
void mean_pool_forward(Cuda, const MeanPoolForward<T>&);
template <class T>
void mean_pool_backward(Cuda, const MeanPoolBackward<T>&);

}  // namespace storyteller
