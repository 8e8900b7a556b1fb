#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "core/ops/ops.h"
#include "tests/op_case.h"

namespace storyteller {

/// Element (i, row, column, c) of an NHWC picture, 0 outside.
struct PictureArray {
  const Array& values;
  int64_t H, W, C;
  double at(int64_t i, int64_t row, int64_t column, int64_t c) const {
    if (row < 0 || row >= H || column < 0 || column >= W) return 0;
    return values[static_cast<size_t>(((i * H + row) * W + column) * C + c)];
  }
};

struct ConvolutionTest {
  std::string name;
  int64_t I, H, W, C, O, kernel_height, kernel_width;
  Conv2dOptions options;
  bool bias = true;
  bool residual = false;
  bool packed = false;

  int64_t out_height() const {
    const Padding& p = options.padding;
    return (H + p.top + p.bottom - kernel_height) / options.stride + 1;
  }
  int64_t out_width() const {
    const Padding& p = options.padding;
    return (W + p.left + p.right - kernel_width) / options.stride + 1;
  }
};

inline Array naive_convolution(const ConvolutionTest& t, const std::vector<Array>& in) {
  const PictureArray x{in[0], t.H, t.W, t.C};
  const int64_t OH = t.out_height(), OW = t.out_width(), stride = t.options.stride;
  const int64_t depth = t.C / t.options.groups, share = t.O / t.options.groups;
  Array y;
  for (int64_t i = 0; i < t.I; ++i) {
    for (int64_t p = 0; p < OH; ++p) {
      for (int64_t q = 0; q < OW; ++q) {
        for (int64_t o = 0; o < t.O; ++o) {
          double sum = t.bias ? in[2][o] : 0;
          if (t.residual) sum += in.back()[y.size()];
          size_t tap = static_cast<size_t>(o * depth * t.kernel_height * t.kernel_width);
          for (int64_t c = 0; c < depth; ++c) {
            for (int64_t r = 0; r < t.kernel_height; ++r) {
              for (int64_t s = 0; s < t.kernel_width; ++s) {
                sum += in[1][tap++] * x.at(i, p * stride + r - t.options.padding.top,
                                           q * stride + s - t.options.padding.left,
                                           o / share * depth + c);
              }
            }
          }
          if (t.options.activation != Activation::kNone) sum = std::max(sum, 0.0);
          if (t.options.activation == Activation::kRelu6) sum = std::min(sum, 6.0);
          y.push_back(sum);
        }
      }
    }
  }
  return y;
}

inline OpCase convolution_case(const ConvolutionTest& t) {
  OpCase op;
  op.name = "Conv2d" + t.name;
  op.inputs = {{.shape = {t.I, t.H, t.W, t.C}},
               {.shape = {t.O, t.C / t.options.groups, t.kernel_height, t.kernel_width}}};
  const Shape out = {t.I, t.out_height(), t.out_width(), t.O};
  if (t.bias) op.inputs.push_back({.shape = {t.O}});
  if (t.residual) op.inputs.push_back({.shape = out, .low = -3, .high = 3});
  op.run = [t](Tape& tape, const std::vector<Var>& in) -> std::vector<Var> {
    PackedWeight packed;
    const Conv2dWeight weight{.weight = in[1],
                              .bias = t.bias ? in[2] : Var(),
                              .packed = t.packed ? &packed : nullptr,
                              .version = 1};
    return {conv2d(tape, in[0], weight, t.options, t.residual ? in.back() : Var())};
  };
  op.reference = [t](const std::vector<Array>& in) -> std::vector<Array> {
    return {naive_convolution(t, in)};
  };
  const int64_t taps = t.C / t.options.groups * t.kernel_height * t.kernel_width;
  op.flops = 2.0 * static_cast<double>(out.elements()) * static_cast<double>(taps);
  return op;
}

inline std::vector<OpCase> convolution_cases(Sizes size) {
  const int64_t batch = size(2, 32), side = size(9, 28), wide = size(7, 28);
  const int64_t C = size(5, 64), O = size(19, 64), channels = size(21, 192);
  const Padding one = Padding::all(1);
  return {
      convolution_case({.name = "Plain",
                        .I = batch,
                        .H = side,
                        .W = wide,
                        .C = C,
                        .O = O,
                        .kernel_height = 3,
                        .kernel_width = 3,
                        .options = {.padding = one},
                        .bias = false}),
      convolution_case(
          {.name = "Strided",
           .I = batch,
           .H = side,
           .W = wide,
           .C = C,
           .O = O,
           .kernel_height = 3,
           .kernel_width = 3,
           .options = {.stride = 2, .padding = {0, 1, 1, 0}, .activation = Activation::kRelu}}),
      convolution_case(
          {.name = "Stem",
           .I = batch,
           .H = size(11, 224),
           .W = size(13, 224),
           .C = 3,
           .O = size(18, 32),
           .kernel_height = 3,
           .kernel_width = 3,
           .options = {.stride = 2, .padding = {0, 0, 1, 1}, .activation = Activation::kRelu6},
           .packed = true}),
      convolution_case({.name = "Pointwise",
                        .I = batch,
                        .H = side,
                        .W = wide,
                        .C = channels,
                        .O = O,
                        .kernel_height = 1,
                        .kernel_width = 1,
                        .options = {},
                        .residual = true,
                        .packed = true}),
      convolution_case({.name = "PointwiseStrided",
                        .I = batch,
                        .H = side,
                        .W = wide,
                        .C = C,
                        .O = O,
                        .kernel_height = 1,
                        .kernel_width = 1,
                        .options = {.stride = 2},
                        .bias = false}),
      convolution_case(
          {.name = "Depthwise",
           .I = batch,
           .H = side,
           .W = wide,
           .C = channels,
           .O = channels,
           .kernel_height = 3,
           .kernel_width = 3,
           .options = {.padding = one, .groups = channels, .activation = Activation::kRelu6},
           .packed = true}),
      convolution_case({.name = "DepthwiseStrided",
                        .I = batch,
                        .H = side + 1,
                        .W = wide + 1,
                        .C = channels,
                        .O = channels,
                        .kernel_height = 3,
                        .kernel_width = 3,
                        .options = {.stride = 2, .padding = {0, 0, 1, 1}, .groups = channels}}),
      convolution_case({.name = "Depthwise5x5",
                        .I = batch,
                        .H = wide,
                        .W = side,
                        .C = channels,
                        .O = channels,
                        .kernel_height = 5,
                        .kernel_width = 5,
                        .options = {.padding = Padding::all(2), .groups = channels},
                        .packed = true}),
      convolution_case({.name = "Depthwise5x5Strided",
                        .I = batch,
                        .H = side + 1,
                        .W = wide + 1,
                        .C = channels,
                        .O = channels,
                        .kernel_height = 5,
                        .kernel_width = 5,
                        .options = {.stride = 2, .padding = {1, 1, 2, 2}, .groups = channels}}),
      convolution_case({.name = "Grouped",
                        .I = batch,
                        .H = side,
                        .W = wide,
                        .C = size(6, 64),
                        .O = size(9, 64),
                        .kernel_height = 3,
                        .kernel_width = 5,
                        .options = {.padding = {2, 1, 0, 3},
                                    .groups = size(3, 4),
                                    .activation = Activation::kRelu},
                        .residual = true}),
  };
}

}  // namespace storyteller
