#include "train/weight_average.h"

#include <algorithm>

#include "core/dispatch.h"
#include "kernels/optimizer.h"

namespace storyteller {

WeightAverage::WeightAverage(double decay, Parameters& parameters)
    : decay_(decay), parameters_(parameters) {
  if (!active()) return;
  average_ = Tensor::empty(parameters.gradients().shape(), parameters.values().dtype(),
                           parameters.values().device());
  exchange_ = Tensor::empty(average_.shape(), average_.dtype(), average_.device());
  average_.copy_from(trained());
}

Tensor WeightAverage::trained() const {
  return parameters_.values().row_range(0, parameters_.gradients().elements());
}

void WeightAverage::update(int64_t step) {
  if (!active()) return;
  const auto t = static_cast<double>(step);
  const Tensor values = trained();
  on("weight_average", values, [&]<class T>(auto backend) {
    average_step(backend, AverageStep<T>{.x = values.data<T>(),
                                         .average = average_.data<T>(),
                                         .n = values.elements(),
                                         .decay = std::min(decay_, (1 + t) / (10 + t))});
  });
}

void WeightAverage::swap() {
  if (!active()) return;
  const Tensor values = trained();
  exchange_.copy_from(values);
  values.copy_from(average_);
  average_.copy_from(exchange_);
  parameters_.bump_version();
}

}  // namespace storyteller
