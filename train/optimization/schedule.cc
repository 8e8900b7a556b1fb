#include "train/optimization/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace storyteller {

double learning_rate_factor(const ScheduleOptions& options, int64_t step, int64_t total_steps,
                            int64_t steps_per_epoch) {
  double factor = 1;
  if (options.kind == ScheduleKind::kCosine) {
    const double done = std::min(
        1.0, static_cast<double>(step) / static_cast<double>(std::max<int64_t>(total_steps, 1)));
    factor = options.floor + (1 - options.floor) * 0.5 * (1 + std::cos(std::numbers::pi * done));
  } else if (options.kind == ScheduleKind::kStep) {
    const int64_t drops = step / steps_per_epoch / std::max(options.decay_epochs, 1);
    factor = std::pow(options.decay, static_cast<double>(drops));
  }
  if (step < options.warmup_steps) {
    factor *= static_cast<double>(step + 1) / static_cast<double>(options.warmup_steps + 1);
  }
  return factor;
}

}  // namespace storyteller
