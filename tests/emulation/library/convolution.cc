// Stands in for kernels/cuda/convolution_cudnn.cc where the device is emulated: the same contract
// by plain loops, summed in double. It offers what cuDNN offers, so that callers go the same ways:
// not uneven padding, and in one step with the convolution only a bias, with or without residual,
// with or without relu.
#include "kernels/cuda/convolution.h"

#include <cmath>
#include <cstddef>
#include <vector>

#include "kernels/cuda/check.h"
#include "kernels/cuda/context.h"
#include "tests/emulation/emulator/device_heap.h"
#include "tests/emulation/library/operands.h"
#include "tests/emulation/runtime/stream.h"

namespace storyteller {
namespace {

template <class T>
double value(T x) {
  return static_cast<double>(static_cast<float>(x));
}

/// Calls f(output, input, weight) with the offsets of every product.
template <class F>
void for_each_product(const Conv2dSizes& s, F&& f) {
  const Window& window = s.window;
  const int64_t OH = s.out_height(), OW = s.out_width(), group_c = s.C / s.groups;
  for (int64_t y = 0; y < s.outputs(); ++y) {
    const int64_t o = y % s.O, q = y / s.O % OW, p = y / s.O / OW % OH, i = y / s.O / OW / OH;
    const int64_t first_channel = o / (s.O / s.groups) * group_c;
    for (int64_t r = 0; r < window.height; ++r) {
      for (int64_t t = 0; t < window.width; ++t) {
        const int64_t h = p * window.stride + r - window.padding.top;
        const int64_t w = q * window.stride + t - window.padding.left;
        if (h < 0 || h >= s.H || w < 0 || w >= s.W) continue;
        for (int64_t c = 0; c < group_c; ++c) {
          f(y, ((i * s.H + h) * s.W + w) * s.C + first_channel + c,
            ((o * window.height + r) * window.width + t) * group_c + c);
        }
      }
    }
  }
}

template <class T>
void put(const std::vector<double>& sums, T* to) {
  for (size_t i = 0; i < sums.size(); ++i) to[i] = T(static_cast<float>(sums[i]));
  emulation::mark_written(to, sums.size());
}

template <class T>
void forward(const ConvolutionForward<T>& p, bool fused) {
  const Conv2dSizes& s = p.sizes;
  std::vector<double> sums(static_cast<size_t>(s.outputs()));
  for_each_product(s, [&](int64_t y, int64_t x, int64_t w) {
    sums[static_cast<size_t>(y)] += value(p.x[x]) * value(p.weight[w]);
  });
  for (size_t i = 0; fused && i < sums.size(); ++i) {
    sums[i] += value(p.bias[i % static_cast<size_t>(s.O)]);
    if (p.residual != nullptr) sums[i] += value(p.residual[i]);
    if (p.activation == Activation::kRelu) sums[i] = std::fmax(sums[i], 0.0);
  }
  put(sums, p.y);
}

template <class T>
void input_gradient(const ConvolutionInputGradient<T>& p) {
  std::vector<double> sums(static_cast<size_t>(p.sizes.inputs()));
  for (size_t i = 0; p.accumulate && i < sums.size(); ++i) sums[i] = value(p.dx[i]);
  for_each_product(p.sizes, [&](int64_t y, int64_t x, int64_t w) {
    sums[static_cast<size_t>(x)] += value(p.dy[y]) * value(p.weight[w]);
  });
  put(sums, p.dx);
}

template <class T>
void weight_gradient(const ConvolutionWeightGradient<T>& p) {
  std::vector<double> sums(static_cast<size_t>(p.sizes.weights()));
  for_each_product(p.sizes, [&](int64_t y, int64_t x, int64_t w) {
    sums[static_cast<size_t>(w)] += value(p.dy[y]) * value(p.x[x]);
  });
  put(sums, p.dweight);
}

template <class T>
void demand_operands(const T* x, const T* weight, const T* y, const Conv2dSizes& s) {
  emulation::demand_operand(x, static_cast<size_t>(s.inputs()), "convolution: x or dx");
  emulation::demand_operand(weight, static_cast<size_t>(s.weights()), "convolution: weight");
  emulation::demand_operand(y, static_cast<size_t>(s.outputs()), "convolution: y or dy");
}

constexpr size_t kWorkspaceBytes = 256;

/// Gives the stream `f` to do, as the device, and spoils the workspace as a library does.
template <class F>
void submit(const Cuda& backend, void* workspace, F f) {
  check_cuda(cudaMemsetAsync(workspace, 0xFF, kWorkspaceBytes, backend.context->stream()),
             "convolution: workspace");
  const auto operation = [f] {
    const emulation::DeviceRole device;
    f();
    return cudaSuccess;
  };
  check_cuda(emulation::submit(backend.context->stream(), operation), "convolution");
}

}  // namespace

template <class T>
std::optional<size_t> convolution_workspace(Cuda, ConvolutionPass, const Conv2dSizes& s) {
  const Padding& p = s.window.padding;
  if (p.top != p.bottom || p.left != p.right) return std::nullopt;
  return kWorkspaceBytes;
}

template <class T>
Convolved convolution_forward(Cuda backend, const ConvolutionForward<T>& p) {
  const bool fused = p.bias != nullptr && p.activation != Activation::kRelu6;
  demand_operands(p.x, p.weight, static_cast<const T*>(p.y), p.sizes);
  submit(backend, p.workspace, [p, fused] { forward(p, fused); });
  const bool rest = p.bias != nullptr || p.residual != nullptr || p.activation != Activation::kNone;
  return fused || !rest ? Convolved::kFinished : Convolved::kAlone;
}

template <class T>
Convolved convolution_input_gradient(Cuda backend, const ConvolutionInputGradient<T>& p) {
  demand_operands(static_cast<const T*>(p.dx), p.weight, p.dy, p.sizes);
  submit(backend, p.workspace, [p] { input_gradient(p); });
  return Convolved::kFinished;
}

template <class T>
Convolved convolution_weight_gradient(Cuda backend, const ConvolutionWeightGradient<T>& p) {
  demand_operands(p.x, static_cast<const T*>(p.dweight), p.dy, p.sizes);
  submit(backend, p.workspace, [p] { weight_gradient(p); });
  return Convolved::kFinished;
}

#define STORYTELLER_INSTANTIATE(T)                                                            \
  template std::optional<size_t> convolution_workspace<T>(Cuda, ConvolutionPass,              \
                                                          const Conv2dSizes&);                \
  template Convolved convolution_forward<T>(Cuda, const ConvolutionForward<T>&);              \
  template Convolved convolution_input_gradient<T>(Cuda, const ConvolutionInputGradient<T>&); \
  template Convolved convolution_weight_gradient<T>(Cuda, const ConvolutionWeightGradient<T>&);
STORYTELLER_INSTANTIATE(float)
STORYTELLER_INSTANTIATE(bfloat16)
#undef STORYTELLER_INSTANTIATE

}  // namespace storyteller
