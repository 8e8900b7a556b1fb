// Convolution (formulas in conv2d.h): chooses who computes it, and what surrounds that.
//   depthwise                                kernels/conv2d_depthwise_cuda.cu
//   the library offers it, and is wanted     kernels/cuda/convolution.h (cuDNN)
//   else                                     kernels/conv2d_implicit_gemm_cuda.cu
//
// Design: all of them want the channels of a tap side by side, so weights, (O,C,h,w) in the files
// of every framework, are packed: once for inference, at each call in training, where they change
// at every step. Gradients of weights come back the same way, in slices that are added up here, in
// order.
//
// Bytes: packing reads and writes each weight once, little beside its 2 I OH OW operations.
#include "kernels/conv2d.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "kernels/cuda/columns.h"
#include "kernels/cuda/convolution.h"
#include "kernels/cuda/epilogue.h"
#include "kernels/cuda/error.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/own_convolution.h"
#include "kernels/cuda/pointwise.h"
#include "kernels/cuda/vector.h"

namespace storyteller {
namespace {

/// Sizes of a weight (O,C,taps), C and O those of a group, and its packed layout.
struct PackedLayout {
  int64_t O, C, taps;
  WeightLayout layout;

  PackedLayout(const Conv2dSizes& s, WeightLayout chosen)
      : O(s.O / s.groups),
        C(s.C / s.groups),
        taps(s.window.height * s.window.width),
        layout(chosen) {}

  /// Where element `packed` of the packed weight lies in the plain one.
  __device__ int64_t plain(int64_t packed, int64_t all) const {
    switch (layout) {
      case WeightLayout::kTapsThenChannels: {
        const int64_t c = packed % C, tap = packed / C % taps, o = packed / C / taps;
        return (o * C + c) * taps + tap;
      }
      case WeightLayout::kTapsThenOutputs: {
        const int64_t o = packed % O, tap = packed / O % taps, c = packed / O / taps % C;
        const int64_t group = packed / O / taps / C;
        return ((group * O + o) * C + c) * taps + tap;
      }
      case WeightLayout::kChannelsLast:
        break;
    }
    const int64_t channels = all / taps;
    return packed % channels * taps + packed / channels;
  }
};

template <class T>
__global__ void __launch_bounds__(kPointwiseThreads)
    pack_conv2d_weight_kernel(const T* weight, T* packed, PackedLayout layout, int64_t n) {
  for_each_vector<1>(n, [&](int64_t i) { packed[i] = weight[layout.plain(i, n)]; });
}

/// dweight += the packed parts, slice by slice.
template <class S, class T>
__global__ void __launch_bounds__(kPointwiseThreads)
    conv2d_add_weight_gradient_kernel(const S* parts, int slices, T* dweight, PackedLayout layout,
                                      int64_t n) {
  for_each_vector<1>(n, [&](int64_t i) {
    float sum = 0;
    for (int slice = 0; slice < slices; ++slice) sum += widen(parts[slice * n + i]);
    T& to = dweight[layout.plain(i, n)];
    to = narrow<T>(widen(to) + sum);
  });
}

/// y = activation(y + bias + residual), where the library gave the convolution alone.
// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kColumnThreads)
    conv2d_epilogue_kernel(Epilogue<T> epilogue, int64_t pixels, int64_t O) {
  const ColumnWalk<W> at(O);
  if (!at.inside) return;
  for (int64_t pixel = at.row; pixel < pixels; pixel += at.step) {
    float sum[W];
    load(epilogue.y + pixel * O + at.column, sum);
    epilogue.finish(pixel, at.column, sum);
  }
}

WeightLayout forward_layout(const Conv2dSizes& s) {
  return is_depthwise(s) ? WeightLayout::kChannelsLast : WeightLayout::kTapsThenChannels;
}

/// Pixels are counted in 32 bits, where division is cheap.
void check_sizes(const Conv2dSizes& s) {
  if (s.I * std::max(s.H * s.W, s.out_height() * s.out_width()) > int64_t{UINT32_MAX}) {
    throw CudaError("conv2d: " + std::to_string(s.I) + " pictures of " + std::to_string(s.H) +
                    " x " + std::to_string(s.W) + " pixels in one call: at most 2^32 pixels");
  }
}

template <class T>
size_t weight_bytes(const Conv2dSizes& s) {
  return static_cast<size_t>(s.weights()) * sizeof(T);
}

/// Rounded up so that what follows in scratch is aligned as scratch is.
size_t aligned(size_t bytes) { return (bytes + 255) / 256 * 256; }

template <class T>
void pack(const Cuda& backend, const Conv2dSizes& s, const T* weight, WeightLayout layout,
          void* packed) {
  launch(backend, "pack_conv2d_weight", pack_conv2d_weight_kernel<T>,
         pointwise_shape(s.weights(), 1), weight, static_cast<T*>(packed), PackedLayout(s, layout),
         s.weights());
}

/// The library's workspace where a pass goes to the library.
template <class T>
std::optional<size_t> library_workspace(const Cuda& backend, ConvolutionPass pass,
                                        const Conv2dSizes& s) {
  if (is_depthwise(s) || backend.context->options().own_convolutions) return std::nullopt;
  return convolution_workspace<T>(backend, pass, s);
}

/// False when the library refused after all.
template <class T>
bool library_forward(const Cuda& backend, const Conv2dForward<T>& p, void* workspace) {
  const Conv2dSizes& s = p.sizes;
  const Convolved result =
      convolution_forward(backend, ConvolutionForward<T>{.x = p.x,
                                                         .weight = static_cast<const T*>(p.packed),
                                                         .bias = p.bias,
                                                         .residual = p.residual,
                                                         .y = p.y,
                                                         .sizes = s,
                                                         .activation = p.activation,
                                                         .workspace = workspace});
  if (result != Convolved::kAlone) return result == Convolved::kFinished;
  const bool vector = can_vectorise<T>(s.O, p.y, p.bias, p.residual);
  const int64_t pixels = s.outputs() / s.O;
  launch(backend, "conv2d_forward epilogue",
         vector ? conv2d_epilogue_kernel<T, kLanes<T>> : conv2d_epilogue_kernel<T, 1>,
         column_shape(pixels, s.O, vector ? kLanes<T> : 1, kMostBlocksAlongY),
         Epilogue<T>{.y = p.y,
                     .stride = s.O,
                     .bias = p.bias,
                     .residual = p.residual,
                     .activation = p.activation},
         pixels, s.O);
  return true;
}

/// False when the library does not offer it, or refuses.
template <class T>
bool library_input_gradient(const Cuda& backend, const Conv2dBackward<T>& p) {
  const Conv2dSizes& s = p.sizes;
  const auto library = library_workspace<T>(backend, ConvolutionPass::kInputGradient, s);
  if (!library.has_value()) return false;
  const size_t packed_bytes = aligned(weight_bytes<T>(s));
  auto* scratch = static_cast<std::byte*>(backend.context->scratch(packed_bytes + *library));
  pack(backend, s, p.weight, WeightLayout::kTapsThenChannels, scratch);
  return convolution_input_gradient(
             backend, ConvolutionInputGradient<T>{.weight = reinterpret_cast<const T*>(scratch),
                                                  .dy = p.dy,
                                                  .dx = p.dx,
                                                  .sizes = s,
                                                  .accumulate = p.accumulate_dx,
                                                  .workspace = scratch + packed_bytes}) ==
         Convolved::kFinished;
}

template <class T>
void own_input_gradient(const Cuda& backend, const Conv2dBackward<T>& p) {
  const Conv2dSizes& s = p.sizes;
  auto* packed = static_cast<T*>(backend.context->scratch(weight_bytes<T>(s)));
  if (is_depthwise(s)) {
    pack(backend, s, p.weight, WeightLayout::kChannelsLast, packed);
    depthwise_input_gradient(backend, p, packed);
  } else {
    pack(backend, s, p.weight, WeightLayout::kTapsThenOutputs, packed);
    implicit_gemm_input_gradient(backend, p, packed);
  }
}

template <class S, class T>
void add_parts(const Cuda& backend, const Conv2dBackward<T>& p, const S* parts, int slices) {
  const int64_t n = p.sizes.weights();
  launch(backend, "conv2d_backward, sum of parts", conv2d_add_weight_gradient_kernel<S, T>,
         pointwise_shape(n, 1), parts, slices, p.dweight,
         PackedLayout(p.sizes, forward_layout(p.sizes)), n);
}

/// False when the library does not offer it, or refuses.
template <class T>
bool library_weight_gradient(const Cuda& backend, const Conv2dBackward<T>& p) {
  const Conv2dSizes& s = p.sizes;
  const auto library = library_workspace<T>(backend, ConvolutionPass::kWeightGradient, s);
  if (!library.has_value()) return false;
  const size_t gradient_bytes = aligned(weight_bytes<T>(s));
  auto* scratch = static_cast<std::byte*>(backend.context->scratch(gradient_bytes + *library));
  auto* gradient = reinterpret_cast<T*>(scratch);
  const Convolved result = convolution_weight_gradient(
      backend, ConvolutionWeightGradient<T>{.x = p.x,
                                            .dy = p.dy,
                                            .dweight = gradient,
                                            .sizes = s,
                                            .workspace = scratch + gradient_bytes});
  if (result == Convolved::kNothing) return false;
  add_parts(backend, p, static_cast<const T*>(gradient), 1);
  return true;
}

template <class T>
void own_weight_gradient(const Cuda& backend, const Conv2dBackward<T>& p) {
  const Conv2dSizes& s = p.sizes;
  const int slices = is_depthwise(s) ? depthwise_slices<T>(s) : implicit_gemm_slices<T>(s);
  const WeightGradientParts out{
      static_cast<float*>(backend.context->scratch(slices * weight_bytes<float>(s))), slices};
  is_depthwise(s) ? depthwise_weight_gradient(backend, p, out)
                  : implicit_gemm_weight_gradient(backend, p, out);
  add_parts(backend, p, static_cast<const float*>(out.parts), slices);
}

}  // namespace

template <class T>
Conv2dPacking conv2d_packing(Cuda, const Conv2dForward<T>& p) {
  return {weight_bytes<T>(p.sizes), static_cast<uint64_t>(forward_layout(p.sizes)) + 1};
}

template <class T>
void pack_conv2d_weight(Cuda backend, const Conv2dForward<T>& p, void* packed) {
  pack(backend, p.sizes, p.weight, forward_layout(p.sizes), packed);
}

template <class T>
void conv2d_forward(Cuda backend, const Conv2dForward<T>& given) {
  const Conv2dSizes& s = given.sizes;
  if (s.outputs() == 0) return;
  check_sizes(s);
  Conv2dForward<T> p = given;
  const auto library = library_workspace<T>(backend, ConvolutionPass::kForward, s);
  const size_t packed_bytes = p.packed == nullptr ? aligned(weight_bytes<T>(s)) : 0;
  std::byte* workspace = nullptr;
  if (const size_t bytes = packed_bytes + library.value_or(0); bytes > 0) {
    auto* scratch = static_cast<std::byte*>(backend.context->scratch(bytes));
    workspace = scratch + packed_bytes;
    if (p.packed == nullptr) {
      pack(backend, s, p.weight, forward_layout(s), scratch);
      p.packed = scratch;
    }
  }
  if (library.has_value() && library_forward(backend, p, workspace)) return;
  is_depthwise(s) ? depthwise_forward(backend, p) : implicit_gemm_forward(backend, p);
}

template <class T>
void conv2d_backward(Cuda backend, const Conv2dBackward<T>& p) {
  if (p.sizes.outputs() == 0) return;
  check_sizes(p.sizes);
  if (p.dx != nullptr && !library_input_gradient(backend, p)) own_input_gradient(backend, p);
  if (p.dweight != nullptr && !library_weight_gradient(backend, p)) own_weight_gradient(backend, p);
}

#define STORYTELLER_INSTANTIATE(T)                                           \
  template void conv2d_forward<T>(Cuda, const Conv2dForward<T>&);            \
  template Conv2dPacking conv2d_packing<T>(Cuda, const Conv2dForward<T>&);   \
  template void pack_conv2d_weight<T>(Cuda, const Conv2dForward<T>&, void*); \
  template void conv2d_backward<T>(Cuda, const Conv2dBackward<T>&);
STORYTELLER_INSTANTIATE(float)
STORYTELLER_INSTANTIATE(bfloat16)
#undef STORYTELLER_INSTANTIATE

}  // namespace storyteller
