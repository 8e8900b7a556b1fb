#pragma once

#include <cstdint>

namespace storyteller {

/// How the probability grows with which a decoder reads its own word in training, and not the
/// caption's (Bengio 2015, "Scheduled Sampling for Sequence Prediction with Recurrent Neural
/// Networks", section 2.4, where epsilon = 1 - p is the probability of the caption's).
enum class SamplingSchedule : int {
  kOff,             ///< p = 0
  kLinear,          ///< p = rate i
  kExponential,     ///< p = 1 - decay^i
  kInverseSigmoid,  ///< p = 1 - decay / (decay + exp(i / decay))
};

/// i counts stairs of `every` epochs from epoch `start` on, which is 0 in the first of them; before
/// it p is 0. The defaults are those of Luo's self-critical.pytorch: 0, then .05 more every five
/// epochs, up to .25.
struct ScheduledSamplingOptions {
  SamplingSchedule schedule = SamplingSchedule::kOff;
  int start = 0;       ///< epoch, from 0
  int every = 5;       ///< epochs
  double rate = 0.05;  ///< of the linear schedule
  double decay = 0.9;  ///< exponential: below 1; inverse sigmoid: from 1 on
  double most = 0.25;  ///< what p does not exceed
};

/// p in an epoch, from 0.
double sampling_probability(const ScheduledSamplingOptions& options, int64_t epoch);

/// Throws UsageError where the schedule does not take the decay.
void check(const ScheduledSamplingOptions& options);

}  // namespace storyteller
