#pragma once

#include <cstdint>

namespace storyteller {

enum class ScheduleKind : int {
  kConstant,
  kCosine,  ///< from 1 to `floor` along half a cosine over the whole run (Loshchilov 2017)
  kStep,    ///< times `decay` every `decay_epochs` epochs
};

struct ScheduleOptions {
  ScheduleKind kind = ScheduleKind::kCosine;
  double floor = 0.04;
  double decay = 0.8;
  int decay_epochs = 3;
  int64_t warmup_steps = 0;  ///< rises linearly over the first steps
};

/// The factor on the base learning rate at `step` of `total_steps`, both counted from 0;
/// `steps_per_epoch` >= 1. In (0, 1].
double learning_rate_factor(const ScheduleOptions& options, int64_t step, int64_t total_steps,
                            int64_t steps_per_epoch);

}  // namespace storyteller
