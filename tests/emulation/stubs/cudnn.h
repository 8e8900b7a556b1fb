#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "kernels/cuda/cudnn_api.h"
#include "tests/emulation/stubs/element.h"
#include "tests/emulation/stubs/living.h"

// What the stub of cuDNN keeps behind NVIDIA's opaque pointers.
namespace stubs {

struct DnnHandle {
  cudaStream_t stream = nullptr;
};

/// Of a picture, (count, height, width, channels), or of a filter, (outputs, height, width,
/// channels of a group): both NHWC. Empty until it is set.
struct Tensor {
  Element type = Element::kFloat;
  int64_t count = 0, height = 0, width = 0, channels = 0;

  int64_t elements() const { return count * height * width * channels; }
  size_t bytes() const { return static_cast<size_t>(elements()) * bytes_of(type); }
  bool operator==(const Tensor&) const = default;
};
struct Filter : Tensor {};

struct Activation {
  std::optional<bool> relu;  ///< false: identity
};

struct Convolution {
  int64_t padding_height = 0, padding_width = 0, stride_height = 0, stride_width = 0;
  int64_t groups = 1;
  std::optional<storyteller::cudnnMathType_t> math;
};

using DnnHandles = Living<DnnHandle, storyteller::cudnnHandle_t>;
using Tensors = Living<Tensor, storyteller::cudnnTensorDescriptor_t>;
using Filters = Living<Filter, storyteller::cudnnFilterDescriptor_t>;
using Activations = Living<Activation, storyteller::cudnnActivationDescriptor_t>;
using Convolutions = Living<Convolution, storyteller::cudnnConvolutionDescriptor_t>;
DnnHandles& dnn_handles();
Tensors& tensors();
Filters& filters();
Activations& activations();
Convolutions& convolutions();

/// What a pass is over; x, w and y stand for their gradients, too.
struct Shape {
  Tensor x, y;
  Filter w;
  Convolution convolution;

  bool tf32() const {
    return x.type == Element::kFloat && convolution.math == storyteller::CUDNN_DEFAULT_MATH;
  }
  /// "2x7x6x3-5": count, height, width and channels of x, and outputs.
  std::string text() const;
};

/// Demands that the descriptors fit each other: y is what the convolution of x and w gives.
Shape shape_of(storyteller::cudnnTensorDescriptor_t x, storyteller::cudnnFilterDescriptor_t w,
               storyteller::cudnnConvolutionDescriptor_t convolution,
               storyteller::cudnnTensorDescriptor_t y);

/// What a pass wants by an algorithm: none, 256 or 512 bytes, by the sizes.
size_t workspace_of(const Shape& shape, int algorithm);

/// Calls f(output, input, weight) with the offsets of every product.
template <class F>
void for_each_product(const Shape& s, const F& f) {
  const int64_t group_outputs = s.y.channels / s.convolution.groups;
  for (int64_t y = 0; y < s.y.elements(); ++y) {
    const int64_t o = y % s.y.channels, q = y / s.y.channels % s.y.width,
                  p = y / s.y.channels / s.y.width % s.y.height,
                  i = y / s.y.channels / s.y.width / s.y.height;
    const int64_t first = o / group_outputs * s.w.channels;
    for (int64_t r = 0; r < s.w.height; ++r) {
      const int64_t h = p * s.convolution.stride_height + r - s.convolution.padding_height;
      if (h < 0 || h >= s.x.height) continue;
      for (int64_t t = 0; t < s.w.width; ++t) {
        const int64_t w = q * s.convolution.stride_width + t - s.convolution.padding_width;
        if (w < 0 || w >= s.x.width) continue;
        for (int64_t c = 0; c < s.w.channels; ++c) {
          f(y, ((i * s.x.height + h) * s.x.width + w) * s.x.channels + first + c,
            ((o * s.w.height + r) * s.w.width + t) * s.w.channels + c);
        }
      }
    }
  }
}

}  // namespace stubs
