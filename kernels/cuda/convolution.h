#pragma once

#include <cstddef>
#include <optional>

#include "kernels/conv2d.h"

namespace storyteller {

// The one door to the library of convolutions: kernels/cuda/convolution_cudnn.cc stands behind it,
// and plain loops where the device is emulated. Weights and their gradients are (O, h, w,
// C/groups), as NHWC wants them. Deterministic: the same bits at every call.

enum class ConvolutionPass { kForward, kInputGradient, kWeightGradient };

/// Bytes of workspace that the library wants for a pass; nothing where it is not installed or does
/// not offer the sizes (padding that differs from side to side, for one).
template <class T>
std::optional<size_t> convolution_workspace(Cuda, ConvolutionPass, const Conv2dSizes&);

/// y = activation(convolution of x + bias + residual) where the library offers that in one step for
/// these operands; otherwise y = convolution of x alone, and false: the rest is the caller's.
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
bool convolution_forward(Cuda, const ConvolutionForward<T>&);

/// dx, ACCUMULATED when accumulate.
template <class T>
struct ConvolutionInputGradient {
  const T* weight;  ///< (O,h,w,C/groups)
  const T* dy;      ///< (I,OH,OW,O)
  T* dx;            ///< (I,H,W,C) out
  Conv2dSizes sizes;
  bool accumulate;
  void* workspace;
};
template <class T>
void convolution_input_gradient(Cuda, const ConvolutionInputGradient<T>&);

template <class T>
struct ConvolutionWeightGradient {
  const T* x;   ///< (I,H,W,C)
  const T* dy;  ///< (I,OH,OW,O)
  T* dweight;   ///< (O,h,w,C/groups) out
  Conv2dSizes sizes;
  void* workspace;
};
template <class T>
void convolution_weight_gradient(Cuda, const ConvolutionWeightGradient<T>&);

}  // namespace storyteller
