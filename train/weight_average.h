#pragma once

#include "core/parameters.h"

namespace storyteller {

/// Exponential moving average of the trainable weights (Polyak and Juditsky 1992), which often
/// captions better than the weights themselves. The decay warms up as min(decay, (1+t)/(10+t)), so
/// that the beginning is soon forgotten.
class WeightAverage {
 public:
  /// `decay` 0 makes every member do nothing.
  WeightAverage(double decay, Parameters& parameters);

  bool active() const { return decay_ > 0; }
  /// After update `step`, from 1.
  void update(int64_t step);
  /// Exchanges weights and average; a second call exchanges them back.
  void swap();
  /// Laid out as Parameters::gradients(); empty when not active.
  const Tensor& values() const { return average_; }

 private:
  Tensor trained() const;

  double decay_;
  Parameters& parameters_;
  Tensor average_, exchange_;
};

}  // namespace storyteller
