#include "train/scheduled_sampling.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace storyteller {

double sampling_probability(const ScheduledSamplingOptions& options, int64_t epoch) {
  if (epoch < options.start) return 0;
  const int64_t stair = (epoch - options.start) / options.every;
  const auto i = static_cast<double>(stair);
  const double k = options.decay;
  switch (options.schedule) {
    case SamplingSchedule::kOff:
      return 0;
    case SamplingSchedule::kLinear:
      return std::min(options.most, options.rate * i);
    case SamplingSchedule::kExponential:
      return std::min(options.most, 1 - std::pow(k, i));
    case SamplingSchedule::kInverseSigmoid:
      return std::min(options.most, 1 - k / (k + std::exp(i / k)));
  }
  return 0;
}

void check(const ScheduledSamplingOptions& options) {
  if (options.schedule == SamplingSchedule::kExponential && !(options.decay < 1)) {
    throw UsageError("`scheduled_sampling_decay` must be below 1 for the exponential schedule");
  }
  if (options.schedule == SamplingSchedule::kInverseSigmoid && !(options.decay >= 1)) {
    throw UsageError(
        "`scheduled_sampling_decay` must be at least 1 for the inverse sigmoid, such as 5");
  }
}

}  // namespace storyteller
