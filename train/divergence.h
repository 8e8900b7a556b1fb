#pragma once

#include <cstdint>
#include <string>

#include "core/error.h"
#include "model/captioner.h"
#include "train/checkpoint.h"
#include "train/optimization/optimizer.h"
#include "train/optimization/weight_average.h"

namespace storyteller {

/// What makes a step one that does not count, the cause before what follows from it: a weight, "the
/// gradient of" one, or "the loss".
std::string not_finite_in_step(const Parameters& parameters);

/// Name of the first tensor of a run's state that holds a number that is not finite; "": none does.
/// A state with such numbers is of no use to anybody, and would replace one that is.
std::string not_finite_in_state(const Parameters& parameters, const Optimizer& optimizer,
                                const WeightAverage& average);

/// The error of a run that cannot go on behind `step`, which names the last good state.
DivergedError divergence(const std::string& what, int64_t step, double learning_rate,
                         const Checkpoint& checkpoint);

/// The running statistics of before a step, which moves them while it computes, for a step that
/// does not count.
class KeptStatistics {
 public:
  explicit KeptStatistics(Captioner& captioner);
  void keep();
  void restore();

 private:
  Parameters& parameters_;
  Tensor kept_;  // empty where running statistics do not move
};

}  // namespace storyteller
