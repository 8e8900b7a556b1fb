#pragma once

#include <cstdint>
#include <map>
#include <span>
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

/// Updates all trainable parameters in one pass each over the flat buffers. Whether a step counts
/// is decided on the device, so that nothing waits between the backward pass and the end of the
/// step.
class Optimizer {
 public:
  /// The parameters must be allocated with gradients and outlive the optimizer.
  Optimizer(const OptimizerOptions& options, Parameters& parameters);

  /// Enqueues one update with learning rate `rate` (times each group's scale), after clipping by
  /// the norm of the whole gradient. Where that, `loss` (one element; may be empty) or a weight is
  /// not finite, the update writes nothing: what is infinite may have a finite gradient, and
  /// moments and averages would keep it for ever. Moves the parameters' version.
  void step(double rate, const Tensor& loss = {});

  /// Which groups the steps to come leave alone: neither their values nor their moments move, and
  /// for the bias correction of their moments these steps have not been. All others move.
  /// Names of groups that do not learn at all are passed over.
  void set_frozen(std::span<const std::string> groups);
  const std::vector<std::string>& frozen() const { return frozen_; }
  /// Steps through which each group was frozen; those that never were are left out.
  const std::map<std::string, int64_t>& frozen_steps() const { return frozen_steps_; }
  void set_frozen_steps(std::map<std::string, int64_t> steps) { frozen_steps_ = std::move(steps); }

  /// The square of that norm, for other updates that belong to the step: one number on the
  /// parameters' device that is finite when they may write.
  const double* squared_norm() const;

  /// Waits for the last step and returns the Euclidean norm of its gradient, in double. When that
  /// is not finite, nothing was updated, and steps() no longer counts the step.
  double finish_step();

  /// Updates so far, the last step included until finish_step() finds that it was none.
  int64_t steps() const { return steps_; }
  void set_steps(int64_t steps) { steps_ = steps; }

  /// What a checkpoint keeps besides the step count: names and flat tensors, laid out as
  /// Parameters::gradients().
  std::vector<std::pair<std::string, Tensor>> state() const;

 private:
  void measure_gradient(const Tensor& loss);
  int64_t steps_of(const ParameterGroup& group) const;

  OptimizerOptions options_;
  Parameters& parameters_;
  Tensor first_, second_;  // momentum, or Adam's moments
  Tensor partial_;         // sums of squares of blocks, and last the sum of all
  int64_t steps_ = 0;
  std::map<std::string, int64_t> frozen_steps_;
  std::vector<std::string> frozen_;
  bool unfinished_ = false;
};

}  // namespace storyteller
