#pragma once

#include <cstddef>
#include <optional>

#include "kernels/conv2d.h"

namespace storyteller {

// The one door to the library of convolutions, which is cuDNN: convolution_cudnn.cc. Weights and
// their gradients are (O, h, w, C/groups), as NHWC wants them. Deterministic: the same bits at
// every call.

enum class ConvolutionPass { kForward, kInputGradient, kWeightGradient };

/// Bytes of workspace that the library wants for a pass; nothing where it is not installed or does
/// not offer the sizes (padding that differs from side to side, for one).
template <class T>
std::optional<size_t> convolution_workspace(Cuda, ConvolutionPass, const Conv2dSizes&);

/// What the library did of what it was asked for.
enum class Convolved {
  kNothing,  ///< it refused after all, and will offer no workspace for these sizes again
  kAlone,    ///< the convolution; what follows it is the caller's
  kFinished,
};

/// y = activation(convolution of x + bias + residual), or the convolution of x alone.
template <class T>
struct ConvolutionForward {
  const T* x;         ///< (I,H,W,C)
  const T* weight;    ///< (O,h,w,C/groups)
  const T* bias;      ///< (O); null: none
  const T* residual;  ///< (I,OH,OW,O), not y; null: none
  T* y;               ///< (I,OH,OW,O) out
  Conv2dSizes sizes;
  Activation activation;
  void* workspace;  ///< what convolution_workspace said, 256-byte aligned
};
template <class T>
Convolved convolution_forward(Cuda, const ConvolutionForward<T>&);

/// dx as conv2d_backward wants it; kFinished or kNothing.
template <class T>
struct ConvolutionInputGradient {
  const T* weight;  ///< (O,h,w,C/groups)
  const T* dy;      ///< (I,OH,OW,O)
  T* dx;            ///< (I,H,W,C) out, ACCUMULATED when accumulate
  Conv2dSizes sizes;
  bool accumulate;
  void* workspace;
};
template <class T>
Convolved convolution_input_gradient(Cuda, const ConvolutionInputGradient<T>&);

/// dweight; kFinished or kNothing.
template <class T>
struct ConvolutionWeightGradient {
  const T* x;   ///< (I,H,W,C)
  const T* dy;  ///< (I,OH,OW,O)
  T* dweight;   ///< (O,h,w,C/groups) out
  Conv2dSizes sizes;
  void* workspace;
};
template <class T>
Convolved convolution_weight_gradient(Cuda, const ConvolutionWeightGradient<T>&);

}  // namespace storyteller
