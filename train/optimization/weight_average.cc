#include "train/optimization/weight_average.h"

#include <algorithm>

#include "core/dispatch.h"
#include "kernels/optimizer.h"

namespace storyteller {

WeightAverage::WeightAverage(double decay, Parameters& parameters)
    : decay_(decay), parameters_(parameters) {
  if (!active()) return;
  const auto add = [&](const Tensor& value) {
    const Tensor average = Tensor::empty(value.shape(), value.dtype(), value.device());
    average.copy_from(value);
    all_.push_back({value, average});
  };
  add(parameters.values().row_range(0, parameters.gradients().elements()));
  if (parameters.buffers()) add(parameters.buffers());
  const Tensor& last = all_.back().value;
  exchange_ = Tensor::empty({std::max(all_[0].value.elements(), last.elements())}, last.dtype(),
                            last.device());
}

void WeightAverage::update(int64_t step, const double* sum_of_squares, const MovedValues& moved) {
  if (!active()) return;
  // Averaging what did not move would still round it.
  for (const ParameterGroup& group : parameters_.groups()) {
    const bool frozen = std::ranges::find(moved.frozen, group.name) != moved.frozen.end();
    if (!group.trainable || frozen) continue;
    const int64_t n = group.end - group.begin;
    update(all_[0].value.row_range(group.begin, n), all_[0].average.row_range(group.begin, n), step,
           sum_of_squares);
  }
  if (all_.size() > 1 && moved.buffers) {
    update(all_[1].value, all_[1].average, step, sum_of_squares);
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
    const Tensor kept = exchange_.row_range(0, averaged.value.elements());
    kept.copy_from(averaged.value);
    averaged.value.copy_from(averaged.average);
    averaged.average.copy_from(kept);
  }
  parameters_.bump_version();
}

std::vector<std::pair<std::string, Tensor>> WeightAverage::state() const {
  if (!active()) return {};
  std::vector<std::pair<std::string, Tensor>> named = {{"average", all_[0].average}};
  for (Parameters::Id id = 0; id < parameters_.size(); ++id) {
    if (!parameters_.is_buffer(id)) continue;
    named.emplace_back("average." + parameters_.name(id),
                       parameters_.buffer_in(all_[1].average, id));
  }
  return named;
}

}  // namespace storyteller
