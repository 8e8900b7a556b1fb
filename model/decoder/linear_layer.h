#pragma once

#include <cstdint>
#include <string>

#include "core/ops/ops.h"
#include "core/parameters.h"

namespace storyteller {

/// The bound that torch.nn.Linear takes for K inputs.
Initializer linear_uniform(int64_t K);

/// x (M,K) -> x · weightᵀ [+ bias].
class LinearLayer {
 public:
  enum class Bias : int { kNone, kZero };

  /// None: apply() must not be called.
  LinearLayer() = default;
  /// Declares `name`.weight of shape (N,K) and, where it has one, `name`.bias (N).
  LinearLayer(Parameters& parameters, const std::string& name, Shape shape,
              Bias bias = Bias::kZero);

  explicit operator bool() const { return parameters_ != nullptr; }
  /// `width`: see linear().
  Var apply(Tape& tape, const Var& x, int64_t width = 0) const;

 private:
  const Parameters* parameters_ = nullptr;
  Parameters::Id weight_ = -1, bias_ = -1;
};

/// A linear map that a loop of steps uses over and over: its weight is kept packed, and its
/// gradient is formed once for all steps.
class StepLinear {
 public:
  StepLinear() = default;
  /// Of parameters that were declared; a negative bias: none.
  StepLinear(const Parameters& parameters, Parameters::Id weight, Parameters::Id bias = -1)
      : parameters_(&parameters), weight_(weight), bias_(bias) {}

  explicit operator bool() const { return parameters_ != nullptr; }
  int64_t outputs() const { return parameters_->shape(weight_)[0]; }
  /// Before the loop: records the gradient of weight and bias, where x (N,K) and y (N,outputs) are
  /// the packed rows of all steps.
  void begin(Tape& tape, const Var& x, const Var& y);
  /// y += x · weightᵀ, or y = x · weightᵀ + bias when not `accumulate`.
  void step(Tape& tape, const Var& x, const Var& y, bool accumulate);
  /// Takes up the parameters' present values.
  void refresh();

 private:
  StepWeight weight();

  const Parameters* parameters_ = nullptr;
  Parameters::Id weight_ = -1, bias_ = -1;
  PackedWeight packed_, packed_transposed_;
};

/// Memory for `rows` packed rows, which the steps of a loop fill one after the other.
Var packed_rows(Tape& tape, int64_t rows, int64_t width, DType type, Device device);

}  // namespace storyteller
