// Kernels of the encoders.
#include <string>
#include "bench/cuda/kernel_case.h"
#include "kernels/batch_norm.h"
#include "kernels/concat.h"
#include "kernels/conv2d.h"
#include "kernels/cuda/own_convolution.h"
#include "kernels/pool2d.h"
#include "kernels/region_mean.h"

namespace storyteller {
namespace {

using Call = std::function<void()>;

Cuda cuda() { return case_backend(); }

template <class T>
KernelCase batch_norm_forward_case(int64_t N, int64_t C) {
  return make_case<T>("batch_norm_forward", {.elements = 3 * N * C + 2 * C, .words = 8 * C},
                      [=](KernelArrays& arrays) -> Call {
                        const BatchNormForward<T> p{.x = arrays.in<T>(N * C),
                                                    .gamma = arrays.in<T>(C),
                                                    .beta = arrays.in<T>(C),
                                                    .y = arrays.out<T>(N * C),
                                                    .mean = arrays.out<float>(C),
                                                    .inv_std = arrays.out<float>(C),
                                                    .running_mean = arrays.out<float>(C),
                                                    .running_variance = arrays.out<float>(C),
                                                    .N = N,
                                                    .C = C,
                                                    .training = true,
                                                    .relu = true};
                        return [p] { batch_norm_forward(cuda(), p); };
                      });
}

template <class T>
KernelCase batch_norm_backward_case(int64_t N, int64_t C) {
  return make_case<T>("batch_norm_backward", {.elements = 7 * N * C + 5 * C, .words = 4 * C},
                      [=](KernelArrays& arrays) -> Call {
                        const BatchNormBackward<T> p{.x = arrays.in<T>(N * C),
                                                     .y = arrays.in<T>(N * C),
                                                     .gamma = arrays.in<T>(C),
                                                     .mean = arrays.in<float>(C),
                                                     .inv_std = arrays.in<float>(C, 1, 2),
                                                     .dy = arrays.in<T>(N * C),
                                                     .dx = arrays.out<T>(N * C),
                                                     .dgamma = arrays.out<T>(C),
                                                     .dbeta = arrays.out<T>(C),
                                                     .N = N,
                                                     .C = C,
                                                     .training = true,
                                                     .relu = true,
                                                     .accumulate_dx = false};
                        return [p] { batch_norm_backward(cuda(), p); };
                      });
}

struct ConvolutionCase {
  std::string name;
  Conv2dSizes sizes;
};

template <class T>
KernelCase convolution_forward_case(const ConvolutionCase& c) {
  const Conv2dSizes s = c.sizes;
  const double per_output = 2.0 * static_cast<double>(s.weights()) / static_cast<double>(s.O);
  return make_case<T>(c.name + " forward",
                      {.elements = s.inputs() + s.weights() + s.O + s.outputs(),
                       .flops = per_output * static_cast<double>(s.outputs())},
                      [=](KernelArrays& arrays) -> Call {
                        Conv2dForward<T> p{.x = arrays.in<T>(s.inputs()),
                                           .weight = arrays.in<T>(s.weights()),
                                           .packed = nullptr,
                                           .bias = arrays.in<T>(s.O),
                                           .residual = nullptr,
                                           .y = arrays.out<T>(s.outputs()),
                                           .sizes = s,
                                           .activation = Activation::kRelu};
                        const auto bytes = static_cast<int64_t>(conv2d_packing(cuda(), p).bytes);
                        void* packed = arrays.out<float>((bytes + 3) / 4);
                        pack_conv2d_weight(cuda(), p, packed);
                        p.packed = packed;
                        return [p] { conv2d_forward(cuda(), p); };
                      });
}

template <class T>
KernelCase convolution_backward_case(const ConvolutionCase& c) {
  const Conv2dSizes s = c.sizes;
  const double per_output = 2.0 * static_cast<double>(s.weights()) / static_cast<double>(s.O);
  // The weight is packed; its gradient is written in parts, which are added up.
  const int64_t slices = is_depthwise(s) ? depthwise_slices<T>(s) : implicit_gemm_slices<T>(s);
  return make_case<T>(c.name + " backward",
                      {.elements = 2 * s.inputs() + 5 * s.weights() + 2 * s.outputs(),
                       .words = 2 * slices * s.weights(),
                       .flops = 2 * per_output * static_cast<double>(s.outputs())},
                      [=](KernelArrays& arrays) -> Call {
                        const Conv2dBackward<T> p{.x = arrays.in<T>(s.inputs()),
                                                  .weight = arrays.in<T>(s.weights()),
                                                  .dy = arrays.in<T>(s.outputs()),
                                                  .dx = arrays.out<T>(s.inputs()),
                                                  .dweight = arrays.out<T>(s.weights()),
                                                  .sizes = s,
                                                  .accumulate_dx = false};
                        return [p] { conv2d_backward(cuda(), p); };
                      });
}

Pool2dSizes pool_sizes(const Sizes& size) {
  const int64_t side = size(9, 112), outputs = pool_outputs(side, 3, 2, 1, 1, false);
  return {size(2, 64), side, side, size(24, 64), outputs, outputs, {3, 3, 2, Padding::all(1)}};
}

template <class T>
KernelCase max_pool_forward_case(const Pool2dSizes& s) {
  const int64_t in = s.I * s.H * s.W * s.C, out = s.I * s.OH * s.OW * s.C;
  return make_case<T>("max_pool_forward", {.elements = in + out, .words = out},
                      [=](KernelArrays& arrays) -> Call {
                        const MaxPoolForward<T> p{.x = arrays.in<T>(in),
                                                  .y = arrays.out<T>(out),
                                                  .place = arrays.out<int32_t>(out),
                                                  .sizes = s};
                        return [p] { max_pool_forward(cuda(), p); };
                      });
}

template <class T>
KernelCase max_pool_backward_case(const Pool2dSizes& s) {
  const int64_t in = s.I * s.H * s.W * s.C, out = s.I * s.OH * s.OW * s.C;
  return make_case<T>("max_pool_backward", {.elements = 2 * in + out, .words = out},
                      [=](KernelArrays& arrays) -> Call {
                        const MaxPoolBackward<T> p{.dy = arrays.in<T>(out),
                                                   .place = arrays.drawn_integers(out, s.H * s.W),
                                                   .dx = arrays.out<T>(in),
                                                   .sizes = s};
                        return [p] { max_pool_backward(cuda(), p); };
                      });
}

template <class T>
KernelCase mean_pool_case(const Pool2dSizes& s) {
  const int64_t in = s.I * s.H * s.W * s.C, out = s.I * s.OH * s.OW * s.C;
  return make_case<T>(
      "mean_pool_forward", {.elements = in + out}, [=](KernelArrays& arrays) -> Call {
        const MeanPoolForward<T> p{.x = arrays.in<T>(in), .y = arrays.out<T>(out), .sizes = s};
        return [p] { mean_pool_forward(cuda(), p); };
      });
}

template <class T>
KernelCase concat_case(int64_t N, int64_t A, int64_t B) {
  return make_case<T>("concat_forward", {.elements = 2 * N * (A + B)},
                      [=](KernelArrays& arrays) -> Call {
                        const ConcatForward<T> p{.a = arrays.in<T>(N * A),
                                                 .b = arrays.in<T>(N * B),
                                                 .y = arrays.out<T>(N * (A + B)),
                                                 .N = N,
                                                 .A = A,
                                                 .B = B};
                        return [p] { concat_forward(cuda(), p); };
                      });
}

template <class T>
KernelCase region_mean_case(int64_t I, int64_t L, int64_t D) {
  return make_case<T>(
      "region_mean_forward", {.elements = I * L * D + I * D}, [=](KernelArrays& arrays) -> Call {
        const RegionMeanForward<T> p{
            .x = arrays.in<T>(I * L * D), .mean = arrays.out<T>(I * D), .I = I, .L = L, .D = D};
        return [p] { region_mean_forward(cuda(), p); };
      });
}

template <class T>
void append_cases(const Sizes& size, std::vector<KernelCase>& cases) {
  const int64_t I = size(2, 64), side = size(9, 56), C = size(24, 64);
  // ResNet-50's first stage, and MobileNetV2's widest depthwise layer.
  cases.push_back(batch_norm_forward_case<T>(size(45, 64 * 56 * 56), C));
  cases.push_back(batch_norm_backward_case<T>(size(45, 64 * 56 * 56), C));
  const Window three = {3, 3, 1, Padding::all(1)};
  const ConvolutionCase convolutions[] = {
      {"convolution 3x3", {I, side, side, C, C, three}},
      {"convolution 1x1", {I, side, side, C, size(40, 256), {1, 1}}},
      {"convolution depthwise",
       {I, side, side, size(24, 144), size(24, 144), three, size(24, 144)}}};
  for (const ConvolutionCase& convolution : convolutions) {
    cases.push_back(convolution_forward_case<T>(convolution));
    cases.push_back(convolution_backward_case<T>(convolution));
  }
  const Pool2dSizes pool = pool_sizes(size);
  cases.push_back(max_pool_forward_case<T>(pool));
  cases.push_back(max_pool_backward_case<T>(pool));
  cases.push_back(mean_pool_case<T>(pool));
  cases.push_back(concat_case<T>(size(50, 64 * 27 * 27), size(24, 128), size(40, 128)));
  cases.push_back(region_mean_case<T>(I, size(7, 49), size(72, 2048)));
}

}  // namespace

std::vector<KernelCase> picture_cases(const Sizes& size) {
  std::vector<KernelCase> cases;
  append_cases<float>(size, cases);
  append_cases<bfloat16>(size, cases);
  return cases;
}

}  // namespace storyteller
