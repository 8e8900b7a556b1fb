#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/activation.h"
#include "kernels/backend.h"
#include "kernels/window.h"

namespace storyteller {

/// Sizes of a convolution. Pictures are NHWC: x (I,H,W,C), y (I,OH,OW,O). Weights are as PyTorch
/// stores them: (O, C/groups, window.height, window.width). groups = C = O: depthwise.
struct Conv2dSizes {
  int64_t I, H, W, C, O;
  Window window;
  int64_t groups = 1;

  int64_t out_height() const { return window.output_height(H); }
  int64_t out_width() const { return window.output_width(W); }
  int64_t inputs() const { return I * H * W * C; }
  int64_t outputs() const { return I * out_height() * out_width() * O; }
  int64_t weights() const { return O * (C / groups) * window.height * window.width; }
};

/// y[i,p,q,o] = activation( sum over c, r, s of x[i, p*stride + r - top, q*stride + s - left, c]
///                          * weight[o,c,r,s] + bias[o] + residual[i,p,q,o] ); outside x is zero.
template <class T>
struct Conv2dForward {
  const T* x;          ///< (I,H,W,C)
  const T* weight;     ///< (O,C/groups,h,w); not read where packed is given
  const void* packed;  ///< made by pack_conv2d_weight from it; null: packed anew for this call
  const T* bias;       ///< (O); null: none
  const T* residual;   ///< (I,OH,OW,O), not y; null: none
  T* y;                ///< (I,OH,OW,O) out
  Conv2dSizes sizes;
  Activation activation = Activation::kNone;  ///< kNone, kRelu or kRelu6
};

/// The layout in which conv2d_forward wants its weight. It may differ from one batch size to the
/// next: a packed copy serves the calls that ask for an equal identity.
struct Conv2dPacking {
  size_t bytes;
  uint64_t identity;
};

/// With dy the gradient before the activation:
///   dx[i,h,w,c] = sum over o, r, s of dy[i,p,q,o] weight[o,c,r,s]
///   dweight[o,c,r,s] += sum over i, p, q of dy[i,p,q,o] x[i,h,w,c]
/// where h = p*stride + r - top and w = q*stride + s - left.
/// (The gradient of the bias is bias_gradient of kernels/gemm.h over I*OH*OW rows.)
template <class T>
struct Conv2dBackward {
  const T* x;       ///< (I,H,W,C); not read where dweight is null
  const T* weight;  ///< (O,C/groups,h,w); not read where dx is null
  const T* dy;      ///< (I,OH,OW,O)
  T* dx;            ///< (I,H,W,C) out, ACCUMULATED when accumulate_dx; null: not wanted
  T* dweight;       ///< (O,C/groups,h,w) ACCUMULATED; null: not wanted
  Conv2dSizes sizes;
  bool accumulate_dx = true;
};

/// conv2d_packing and pack_conv2d_weight look at sizes, activation, the weight, and at whether bias
/// and residual are null. `packed` is Conv2dPacking::bytes bytes, 64-byte aligned.
template <class T>
void conv2d_forward(Cpu, const Conv2dForward<T>&);
template <class T>
Conv2dPacking conv2d_packing(Cpu, const Conv2dForward<T>&);
template <class T>
void pack_conv2d_weight(Cpu, const Conv2dForward<T>&, void* packed);
template <class T>
void conv2d_backward(Cpu, const Conv2dBackward<T>&);

template <class T>
void conv2d_forward(Cuda, const Conv2dForward<T>&);
template <class T>
Conv2dPacking conv2d_packing(Cuda, const Conv2dForward<T>&);
template <class T>
void pack_conv2d_weight(Cuda, const Conv2dForward<T>&, void* packed);
template <class T>
void conv2d_backward(Cuda, const Conv2dBackward<T>&);

}  // namespace storyteller
