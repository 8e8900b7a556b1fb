#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/parameters.h"

namespace storyteller {

/// What an update moved.
struct MovedValues {
  std::span<const std::string> frozen = {};  ///< all trainable groups but these
  bool buffers = true;                       ///< running statistics
};

/// Exponential moving average of the trainable weights (Polyak and Juditsky 1992), which often
/// captions better than the weights themselves, and of the running statistics that go with them.
/// The decay warms up as min(decay, (1+t)/(10+t)), so that the beginning is soon forgotten.
class WeightAverage {
 public:
  /// `decay` 0 makes every member do nothing.
  WeightAverage(double decay, Parameters& parameters);

  bool active() const { return decay_ > 0; }
  /// After update `step`, from 1. `sum_of_squares` says whether there was one, as
  /// Optimizer::squared_norm(); null: there was.
  void update(int64_t step, const double* sum_of_squares = nullptr, const MovedValues& moved = {});
  /// Exchanges weights and average; a second call exchanges them back.
  void swap();
  /// What a checkpoint keeps, by name: the weights' average, laid out as Parameters::gradients(),
  /// and one of each buffer. Empty when not active.
  std::vector<std::pair<std::string, Tensor>> state() const;

 private:
  /// A tensor of the model and its average.
  struct Averaged {
    Tensor value, average;
  };

  void update(const Tensor& value, const Tensor& average, int64_t step,
              const double* sum_of_squares);

  double decay_;
  Parameters& parameters_;
  std::vector<Averaged> all_;  // the trainable values, and the buffers where there are any
  Tensor exchange_;            // as large as the larger
};

/// The model has the average of its weights, where there is one, for as long as this lives: what is
/// validated and kept.
class AveragedWeights {
 public:
  explicit AveragedWeights(WeightAverage& average) : average_(average) { average_.swap(); }
  ~AveragedWeights() { average_.swap(); }
  AveragedWeights(const AveragedWeights&) = delete;
  AveragedWeights& operator=(const AveragedWeights&) = delete;

 private:
  WeightAverage& average_;
};

}  // namespace storyteller
