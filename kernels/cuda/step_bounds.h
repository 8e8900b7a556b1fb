#pragma once

#include <algorithm>
#include <cstdint>

namespace storyteller {

/// Where the packed rows of consecutive time steps begin: step t holds rows [offset[t],
/// offset[t+1]), the first of the captions. The host made the offsets and loops by them, so they
/// travel in a kernel's parameters: no copy to wait for, and a captured graph holds them.
struct StepBounds {
  static constexpr int kMost = 128;
  int64_t offset[kMost + 1];
  int steps;

  /// Whether caption `row` still has a word at step t; its packed row is then offset[t] + row.
  __device__ bool has(int t, int64_t row) const { return row < offset[t + 1] - offset[t]; }
};

/// Calls launch_steps(bounds) for runs of up to kMost steps, in order of time; once where there are
/// none.
template <class F>
void for_step_runs(const int64_t* offset, int64_t steps, F&& launch_steps) {
  int64_t first = 0;
  do {
    StepBounds bounds = {};
    bounds.steps = static_cast<int>(std::min<int64_t>(StepBounds::kMost, steps - first));
    std::copy_n(offset + first, bounds.steps + 1, bounds.offset);
    launch_steps(bounds);
    first += bounds.steps;
  } while (first < steps);
}

}  // namespace storyteller
