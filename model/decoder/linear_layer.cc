#include "model/decoder/linear_layer.h"

#include <cmath>

namespace storyteller {

Initializer linear_uniform(int64_t K) {
  return Initializer::uniform(1.0F / std::sqrt(static_cast<float>(K)));
}

LinearLayer::LinearLayer(Parameters& parameters, const std::string& name, Shape shape, Bias bias)
    : parameters_(&parameters),
      weight_(parameters.declare(name + ".weight", shape, linear_uniform(shape[1]))),
      bias_(bias == Bias::kNone
                ? -1
                : parameters.declare(name + ".bias", {shape[0]}, Initializer::constant(0))) {}

Var LinearLayer::apply(Tape& tape, const Var& x, int64_t width) const {
  return linear(tape, x, parameters_->var(weight_), bias_ < 0 ? Var() : parameters_->var(bias_),
                width);
}

StepWeight StepLinear::weight() {
  return {parameters_->var(weight_), bias_ < 0 ? Var() : parameters_->var(bias_), &packed_,
          &packed_transposed_};
}

void StepLinear::begin(Tape& tape, const Var& x, const Var& y) {
  linear_weight_gradient(tape, x, weight(), y);
}

void StepLinear::step(Tape& tape, const Var& x, const Var& y, bool accumulate) {
  linear_step(tape, x, weight(), y, accumulate);
}

void StepLinear::refresh() { pack(weight(), parameters_->version()); }

Var packed_rows(Tape& tape, int64_t rows, int64_t width, DType type, Device device) {
  return tape.output(Tensor::empty({rows, width}, type, device), true);
}

}  // namespace storyteller
