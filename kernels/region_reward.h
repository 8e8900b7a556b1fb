#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// What hard attention has learned of how good its captions are, in five numbers (wide).
struct RegionRewardState {
  enum : int {
    kBaseline,  ///< b
    kSum,       ///< of the rewards of the step at hand
    kCaptions,  ///< of the step at hand
    kStep,      ///< the step at hand + 1; 0: there was none
    kKnown,     ///< 1 once there is a baseline
    kSize,
  };
};

/// The gradient of hard attention (Williams, 1992; Xu et al., 2015, equations 11 and 12, the reward
/// as their code has it: the mean over a caption's words). Over N packed rows, time-major, of B
/// captions, with the word losses of the step, the regions drawn and T_c words in caption c:
///   r_c = -(1/T_c) sum_t loss_tc     advantage_c = r_c - b
///   value = -1/normaliser sum_n [reward_weight advantage_c(n) ln alpha_n,drawn
///                                + entropy_weight H(alpha_n)]     H(a) = -sum_l a_l ln a_l
/// The moving baseline: b = 0.9 b + 0.1 mean of a step's r, for the steps behind it; until there is
/// one, the mean of the call's own r.
template <class T>
struct RegionRewardForward {
  const Wide<T>* loss;    ///< (N)
  const int32_t* target;  ///< (N); negative: the row does not count
  const Wide<T>* alpha;   ///< (N,L)
  const Wide<T>* drawn;   ///< (N,L) 1 for the region drawn, else 0
  const int64_t* offset;  ///< (steps+1) in HOST memory, on either backend
  Wide<T>* state;         ///< (RegionRewardState::kSize) in, out
  Wide<T>* advantage;     ///< (B) out
  Wide<T>* value;         ///< (1) out
  int64_t steps, B, L;
  int64_t step;  ///< of the optimizer, >= 0: the calls of one step share a baseline
  Wide<T> reward_weight, entropy_weight;
  double normaliser;  ///< > 0
};

///   dalpha_nl += dvalue/normaliser [entropy_weight (ln alpha_nl + 1)
///                                   - reward_weight advantage_c(n) drawn_nl / alpha_nl]
template <class T>
struct RegionRewardBackward {
  const int32_t* target;     ///< (N)
  const Wide<T>* alpha;      ///< (N,L)
  const Wide<T>* drawn;      ///< (N,L)
  const int64_t* offset;     ///< (steps+1) in HOST memory, on either backend
  const Wide<T>* advantage;  ///< (B) from the forward
  const Wide<T>* dvalue;     ///< (1)
  Wide<T>* dalpha;           ///< (N,L) ACCUMULATED
  int64_t steps, B, L;
  Wide<T> reward_weight, entropy_weight;
  double normaliser;  ///< > 0
};

/// Smaller weights count as this one, so that no logarithm is infinite.
inline constexpr float kLeastAlpha = 1e-30F;

template <class T>
void region_reward_forward(Cpu, const RegionRewardForward<T>&);
template <class T>
void region_reward_backward(Cpu, const RegionRewardBackward<T>&);

template <class T>
void region_reward_forward(Cuda, const RegionRewardForward<T>&);
template <class T>
void region_reward_backward(Cuda, const RegionRewardBackward<T>&);

}  // namespace storyteller
