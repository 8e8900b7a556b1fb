#include "kernels/conv2d.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"
#include "kernels/gemm.h"

namespace storyteller {
namespace {

Conv2dSizes checked_sizes(const Var& x, const Conv2dWeight& w, const Conv2dOptions& options,
                          const Var& residual) {
  const Shape &in = x.shape(), &kernel = w.weight.shape();
  check_shape("conv2d", in.rank() == 4 && kernel.rank() == 4,
              "x must be (I,H,W,C) and the weight (O,C/groups,h,w)", in, kernel);
  const int64_t groups = options.groups;
  check_shape(
      "conv2d",
      groups > 0 && in[3] == kernel[1] * groups && kernel[0] % groups == 0 && options.stride > 0,
      "x (I,H,W,C) and the weight (O,C/groups,h,w) do not fit", in, kernel);
  const Conv2dSizes sizes{.I = in[0],
                          .H = in[1],
                          .W = in[2],
                          .C = in[3],
                          .O = kernel[0],
                          .window = {kernel[2], kernel[3], options.stride, options.padding},
                          .groups = groups};
  check_shape("conv2d", sizes.window.fits(sizes.H, sizes.W),
              "the kernel is greater than the padded picture", in, kernel);
  if (w.bias) {
    check_shape("conv2d", w.bias.value().elements() == sizes.O, "the bias must have O elements",
                w.bias.shape(), kernel);
  }
  if (residual) {
    check_shape("conv2d",
                residual.shape() == Shape{sizes.I, sizes.out_height(), sizes.out_width(), sizes.O},
                "the residual must have the output's shape", residual.shape(), in);
  }
  return sizes;
}

/// The packed copy of the weight, made anew when the version or the layout moved; null when nobody
/// keeps one.
template <class T, class Backend>
const void* packed_copy(Backend backend, const Conv2dWeight& w, const Conv2dForward<T>& forward) {
  if (w.packed == nullptr) return nullptr;
  const Conv2dPacking packing = conv2d_packing(backend, forward);
  PackedWeight& copy = *w.packed;
  if (copy.version != w.version || copy.layout != packing.identity) {
    const auto elements = static_cast<int64_t>((packing.bytes + sizeof(T) - 1) / sizeof(T));
    if (!copy.bytes || copy.bytes.elements() != elements) {
      const Tensor& weight = w.weight.value();
      copy.bytes = Tensor::empty({elements}, weight.dtype(), weight.device());
    }
    pack_conv2d_weight(backend, forward, copy.bytes.raw());
    copy.version = w.version;
    copy.layout = packing.identity;
  }
  return copy.bytes.raw();
}

/// The gradient before the activation: that of the output where it has none.
Tensor before_activation(const Tensor& y, const Tensor& dy, Activation activation) {
  if (activation == Activation::kNone) return dy;
  const Tensor gradient = Tensor::empty(dy.shape(), dy.dtype(), dy.device());
  on("conv2d", dy, [&]<class T>(auto backend) {
    activation_backward(backend, ActivationBackward<T>{.y = y.data<T>(),
                                                       .dy = dy.data<T>(),
                                                       .dx = gradient.data<T>(),
                                                       .n = dy.elements(),
                                                       .activation = activation,
                                                       .accumulate = false});
  });
  return gradient;
}

struct RecordedConv2d {
  Var x, weight, bias, residual, output;
  Conv2dSizes sizes;
  Activation activation;
};

void backward(const RecordedConv2d& r) {
  const Tensor above = gathered_gradient(r.output);
  if (!above) return;
  const Tensor dy = before_activation(r.output.value(), above, r.activation);
  bool accumulate_dx = false;
  const Tensor dx = r.x.tracked() ? written_gradient(r.x, &accumulate_dx) : Tensor();
  const Tensor dweight = r.weight.tracked() ? accumulated_gradient(r.weight) : Tensor();
  const Tensor dbias = r.bias.tracked() ? accumulated_gradient(r.bias) : Tensor();
  on("conv2d", dy, [&]<class T>(auto backend) {
    conv2d_backward(backend, Conv2dBackward<T>{.x = r.x.value().data<T>(),
                                               .weight = r.weight.value().data<T>(),
                                               .dy = dy.data<T>(),
                                               .dx = dx.data<T>(),
                                               .dweight = dweight.data<T>(),
                                               .sizes = r.sizes,
                                               .accumulate_dx = accumulate_dx});
    if (dbias) {
      bias_gradient(backend, BiasGradient<T>{.dy = dy.data<T>(),
                                             .db = dbias.data<T>(),
                                             .M = dy.elements() / r.sizes.O,
                                             .N = r.sizes.O});
    }
  });
  if (r.residual.tracked()) give_gradient(r.residual, dy);
}

}  // namespace

Var conv2d(Tape& tape, const Var& x, const Conv2dWeight& w, const Conv2dOptions& options,
           const Var& residual) {
  const Conv2dSizes sizes = checked_sizes(x, w, options, residual);
  const Tensor y = Tensor::empty({sizes.I, sizes.out_height(), sizes.out_width(), sizes.O},
                                 x.value().dtype(), x.value().device());
  on("conv2d", y, [&]<class T>(auto backend) {
    Conv2dForward<T> forward{.x = x.value().data<T>(),
                             .weight = w.weight.value().data<T>(),
                             .packed = nullptr,
                             .bias = w.bias.value().data<T>(),
                             .residual = residual.value().data<T>(),
                             .y = y.data<T>(),
                             .sizes = sizes,
                             .activation = options.activation};
    forward.packed = packed_copy(backend, w, forward);
    conv2d_forward(backend, forward);
  });
  const Var output =
      tape.output(y, x.tracked() || w.weight.tracked() || w.bias.tracked() || residual.tracked());
  if (output.tracked()) {
    tape.record([r = RecordedConv2d{x, w.weight, w.bias, residual, output, sizes,
                                    options.activation}] { backward(r); });
  }
  return output;
}

}  // namespace storyteller
