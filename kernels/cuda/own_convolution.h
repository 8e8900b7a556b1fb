#pragma once

#include <cstddef>

#include "kernels/conv2d.h"

namespace storyteller {

// The project's own convolutions, which kernels/conv2d_cuda.cu chooses between. Weights are packed:
//   (O, h*w, C/groups)            kTapsThenChannels, for the forward; what cuDNN calls KRSC
//   (C, h*w, O/groups)            kTapsThenOutputs, for the gradient of the input
//   (h*w, C)                      kChannelsLast, depthwise: both
enum class WeightLayout { kTapsThenChannels, kTapsThenOutputs, kChannelsLast };

inline bool is_depthwise(const Conv2dSizes& s) { return s.groups == s.C && s.C == s.O; }

/// The contract of conv2d_forward; `packed` is there.
template <class T>
void implicit_gemm_forward(Cuda, const Conv2dForward<T>&);
template <class T>
void depthwise_forward(Cuda, const Conv2dForward<T>&);

/// The contract of conv2d_backward for dx alone.
template <class T>
void implicit_gemm_input_gradient(Cuda, const Conv2dBackward<T>&, const T* packed);
template <class T>
void depthwise_input_gradient(Cuda, const Conv2dBackward<T>&, const T* packed);

/// The gradient of the weight, in the layout of the forward, in parts that are yet to be added up.
struct WeightGradientParts {
  float* parts;  ///< (slices, weights())
  int slices;
};
/// How many slices the kernels below write; a function of the sizes alone.
template <class T>
int implicit_gemm_slices(const Conv2dSizes&);
template <class T>
int depthwise_slices(const Conv2dSizes&);
template <class T>
void implicit_gemm_weight_gradient(Cuda, const Conv2dBackward<T>&, const WeightGradientParts&);
template <class T>
void depthwise_weight_gradient(Cuda, const Conv2dBackward<T>&, const WeightGradientParts&);

}  // namespace storyteller
