#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/parameters.h"

namespace storyteller {

enum class OptimizerKind : int { kSgd, kNesterov, kAdam, kAdamW };

struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::kAdam;
  double momentum = 0.9;  ///< of SGD and Nesterov
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  double weight_decay = 0;
  double clip_norm = 5;   ///< bound of the global norm of the gradient; 0: none
  double clip_value = 0;  ///< bound of each element; 0: none
};

/// Updates all trainable parameters in one pass each over the flat buffers.
class Optimizer {
 public:
  /// The parameters must be allocated with gradients and outlive the optimizer.
  Optimizer(const OptimizerOptions& options, Parameters& parameters);

  /// The Euclidean norm of the whole gradient, in double; not finite when any element is not.
  double gradient_norm();

  /// One update with learning rate `rate` (times each group's scale), after clipping. `norm` is
  /// gradient_norm(), which must be finite. Moves the parameters' version.
  void step(double rate, double norm);

  int64_t steps() const { return steps_; }
  void set_steps(int64_t steps) { steps_ = steps; }

  /// What a checkpoint keeps besides the step count: names and flat tensors, laid out as
  /// Parameters::gradients().
  std::vector<std::pair<std::string, Tensor>> state() const;

 private:
  OptimizerOptions options_;
  Parameters& parameters_;
  Tensor first_, second_;  // momentum, or Adam's moments
  Tensor partial_;
  int64_t steps_ = 0;
};

}  // namespace storyteller
