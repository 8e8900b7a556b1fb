#include "model/encoder/convolution.h"

#include <cmath>

namespace storyteller {
namespace {

Shape weight_shape(int64_t in, int64_t out, const ConvolutionOptions& options) {
  return {out, in / options.groups, options.kernel, options.kernel};
}

Conv2dOptions conv2d_options(const Var& x, const ConvolutionOptions& options,
                             Activation activation) {
  const bool same = options.padding == PaddingRule::kTensorflowSame;
  return {.stride = options.stride,
          .padding = !options.pad ? Padding{}
                     : same
                         ? same_padding(x.shape()[1], x.shape()[2], options.kernel, options.stride)
                         : Padding::all(options.kernel / 2),
          .groups = options.groups,
          .activation = activation};
}

/// Standard deviation that keeps the variance of activations through a relu: sqrt(2 / fan_in).
Initializer he_normal(const Shape& weight) {
  return Initializer::normal(std::sqrt(2.0F / static_cast<float>(weight.row_elements())));
}

}  // namespace

Convolution::Convolution(Parameters& parameters, const std::string& name, int64_t in, int64_t out,
                         const ConvolutionOptions& options)
    : parameters_(&parameters),
      options_(options),
      weight_(parameters.declare(name + ".weight", weight_shape(in, out, options),
                                 Initializer::constant(0))),
      bias_(parameters.declare(name + ".bias", {out}, Initializer::constant(0))) {}

Var Convolution::forward(Tape& tape, const Var& x, const Var& residual) {
  const Conv2dWeight weight{.weight = parameters_->var(weight_),
                            .bias = parameters_->var(bias_),
                            .packed = &packed_,
                            .version = parameters_->version()};
  return conv2d(tape, x, weight, conv2d_options(x, options_, options_.activation), residual);
}

NormalisedConvolution::NormalisedConvolution(Parameters& parameters, const NormalisedNames& names,
                                             int64_t in, int64_t out,
                                             const ConvolutionOptions& options)
    : parameters_(&parameters),
      options_(options),
      weight_(parameters.declare(names.convolution + ".weight", weight_shape(in, out, options),
                                 names.random_start ? he_normal(weight_shape(in, out, options))
                                                    : Initializer::constant(0))),
      gamma_(parameters.declare(names.norm + ".weight", {out}, Initializer::constant(1))),
      beta_(parameters.declare(names.norm + ".bias", {out}, Initializer::constant(0))),
      running_mean_(parameters.declare_buffer(names.norm + ".running_mean", {out}, 0)),
      running_variance_(parameters.declare_buffer(names.norm + ".running_var", {out}, 1)) {}

BatchNormState NormalisedConvolution::state() const {
  return {.gamma = parameters_->var(gamma_),
          .beta = parameters_->var(beta_),
          .running_mean = parameters_->value(running_mean_),
          .running_variance = parameters_->value(running_variance_)};
}

void NormalisedConvolution::fold() {
  if (folded_version_ == parameters_->version()) return;
  const Tensor weight = parameters_->var(weight_).value();
  if (!folded_) {
    folded_ = Tensor::empty(weight.shape(), weight.dtype(), weight.device());
    bias_ = Tensor::empty({weight.rows()}, weight.dtype(), weight.device());
  }
  fold_batch_norm(weight, state(), options_.epsilon, folded_, bias_);
  folded_version_ = parameters_->version();
}

Var NormalisedConvolution::forward(Tape& tape, const Var& x, const Var& residual) {
  const Var weight = parameters_->var(weight_);
  if (!tape.recording() || !weight.tracked()) {
    fold();
    const Conv2dWeight folded{
        .weight = Var(folded_), .bias = Var(bias_), .packed = &packed_, .version = folded_version_};
    return conv2d(tape, x, folded, conv2d_options(x, options_, options_.activation), residual);
  }
  const Var y = conv2d(tape, x, {.weight = weight, .bias = {}},
                       conv2d_options(x, options_, Activation::kNone));
  const bool relu_at_once = options_.activation == Activation::kRelu && !residual;
  const Var normal = batch_norm(
      tape, y, state(),
      {.training = !frozen_statistics_, .relu = relu_at_once, .epsilon = options_.epsilon});
  if (residual) return activation(tape, add(tape, normal, residual), options_.activation);
  const bool done = relu_at_once || options_.activation == Activation::kNone;
  return done ? normal : activation(tape, normal, options_.activation);
}

}  // namespace storyteller
