#include "train/weight_average.h"

#include <algorithm>

#include "core/dispatch.h"
#include "kernels/optimizer.h"

namespace storyteller {

WeightAverage::WeightAverage(double decay, Parameters& parameters)
    : decay_(decay), parameters_(parameters) {
  if (!active()) return;
  const auto add = [&](const std::string& name, const Tensor& value) {
    const Tensor average = Tensor::empty(value.shape(), value.dtype(), value.device());
    average.copy_from(value);
    all_.push_back({name, value, average});
  };
  add("average", parameters.values().row_range(0, parameters.gradients().elements()));
  for (Parameters::Id id = 0; id < parameters.size(); ++id) {
    if (parameters.is_buffer(id)) add("average." + parameters.name(id), parameters.value(id));
  }
  exchange_ = Tensor::empty(all_[0].value.shape(), all_[0].value.dtype(), all_[0].value.device());
}

void WeightAverage::update(int64_t step, const double* sum_of_squares, const std::string& asleep) {
  if (!active()) return;
  // Averaging what did not move would still round it.
  for (const ParameterGroup& group : parameters_.groups()) {
    if (!group.trainable || group.name == asleep) continue;
    const int64_t n = group.end - group.begin;
    update(all_[0].value.row_range(group.begin, n), all_[0].average.row_range(group.begin, n), step,
           sum_of_squares);
  }
  for (size_t i = 1; i < all_.size(); ++i) {
    update(all_[i].value, all_[i].average, step, sum_of_squares);
  }
}

void WeightAverage::update(const Tensor& value, const Tensor& average, int64_t step,
                           const double* sum_of_squares) {
  const auto t = static_cast<double>(step);
  on("weight_average", value, [&]<class T>(auto backend) {
    average_step(backend, AverageStep<T>{.x = value.data<Wide<T>>(),
                                         .average = average.data<Wide<T>>(),
                                         .n = value.elements(),
                                         .decay = std::min(decay_, (1 + t) / (10 + t)),
                                         .sum_of_squares = sum_of_squares});
  });
}

void WeightAverage::swap() {
  if (!active()) return;
  for (const Averaged& averaged : all_) {
    const Tensor kept =
        exchange_.row_range(0, averaged.value.elements()).reshaped(averaged.value.shape());
    kept.copy_from(averaged.value);
    averaged.value.copy_from(averaged.average);
    averaged.average.copy_from(kept);
  }
  parameters_.bump_version();
}

std::vector<std::pair<std::string, Tensor>> WeightAverage::state() const {
  std::vector<std::pair<std::string, Tensor>> named;
  for (const Averaged& averaged : all_) named.emplace_back(averaged.name, averaged.average);
  return named;
}

}  // namespace storyteller
