#include "kernels/region_reward.h"

#include <algorithm>
#include <cmath>

namespace storyteller {
namespace {

using State = RegionRewardState;

/// Rows that count, in order of time: f(packed row, caption).
template <class Problem, class F>
void for_rows(const Problem& p, F&& f) {
  for (int64_t t = 0; t < p.steps; ++t) {
    for (int64_t b = 0; b < p.offset[t + 1] - p.offset[t]; ++b) {
      const int64_t n = p.offset[t] + b;
      if (p.target[n] >= 0) f(n, b);
    }
  }
}

template <class T>
T log_alpha(T alpha) {
  return std::log(std::max(alpha, static_cast<T>(kLeastAlpha)));
}

/// r_c in `advantage`; returns of how many captions.
template <class T>
int64_t rewards(const RegionRewardForward<T>& p) {
  int64_t captions = 0;
  for (int64_t b = 0; b < p.B; ++b) {
    T sum = 0, words = 0;
    for (int64_t t = 0; t < p.steps && b < p.offset[t + 1] - p.offset[t]; ++t) {
      const int64_t n = p.offset[t] + b;
      if (p.target[n] < 0) continue;
      sum -= p.loss[n];
      ++words;
    }
    p.advantage[b] = words > 0 ? sum / words : T{0};
    captions += words > 0 ? 1 : 0;
  }
  return captions;
}

/// Begins the step unless it has begun.
template <class T>
void begin_step(T* state, int64_t step) {
  const auto now = static_cast<T>(step + 1);
  if (state[State::kStep] == now) return;
  if (state[State::kCaptions] > 0) {
    const T mean = state[State::kSum] / state[State::kCaptions];
    state[State::kBaseline] =
        state[State::kKnown] > 0 ? T(0.9) * state[State::kBaseline] + T(0.1) * mean : mean;
    state[State::kKnown] = 1;
  }
  state[State::kSum] = 0;
  state[State::kCaptions] = 0;
  state[State::kStep] = now;
}

}  // namespace

template <class T>
void region_reward_forward(Cpu, const RegionRewardForward<T>& p) {
  const int64_t captions = rewards(p);
  double sum = 0;
  for (int64_t b = 0; b < p.B; ++b) sum += static_cast<double>(p.advantage[b]);
  begin_step(p.state, p.step);
  p.state[State::kSum] += static_cast<T>(sum);
  p.state[State::kCaptions] += static_cast<T>(captions);
  const T own = captions > 0 ? static_cast<T>(sum / static_cast<double>(captions)) : T{0};
  const T baseline = p.state[State::kKnown] > 0 ? p.state[State::kBaseline] : own;
  for (int64_t b = 0; b < p.B; ++b) p.advantage[b] -= baseline;

  double value = 0;
  for_rows(p, [&](int64_t n, int64_t b) {
    for (int64_t l = n * p.L; l < (n + 1) * p.L; ++l) {
      const T log = log_alpha(p.alpha[l]);
      value += static_cast<double>(p.entropy_weight * p.alpha[l] * log -
                                   p.reward_weight * p.advantage[b] * p.drawn[l] * log);
    }
  });
  *p.value = static_cast<T>(value / p.normaliser);
}

template <class T>
void region_reward_backward(Cpu, const RegionRewardBackward<T>& p) {
  const T factor = *p.dvalue / static_cast<T>(p.normaliser);
  for_rows(p, [&](int64_t n, int64_t b) {
    for (int64_t l = n * p.L; l < (n + 1) * p.L; ++l) {
      const T alpha = std::max(p.alpha[l], static_cast<T>(kLeastAlpha));
      p.dalpha[l] += factor * (p.entropy_weight * (std::log(alpha) + 1) -
                               p.reward_weight * p.advantage[b] * p.drawn[l] / alpha);
    }
  });
}

template void region_reward_forward<float>(Cpu, const RegionRewardForward<float>&);
template void region_reward_forward<double>(Cpu, const RegionRewardForward<double>&);
template void region_reward_backward<float>(Cpu, const RegionRewardBackward<float>&);
template void region_reward_backward<double>(Cpu, const RegionRewardBackward<double>&);

}  // namespace storyteller
