// The gradient of hard attention (formulas in region_reward.h; Xu et al., 2015), forward and
// backward.
//
// Bytes: forward reads the word losses and alpha and drawn once, 8NL, backward reads them and reads
// and writes dalpha, 16NL. At N = 1280, L = 49 that is 500 KB and 1 MB: bound by the launches.
//
// Design: a thread owns a caption for the rewards, and a caption's region for value and gradient,
// and adds over time in order; rows of a step are the first captions, so an element stands at the
// same distance from the beginning of every step. One block turns rewards into advantages. The
// value is summed in double, per block into scratch and in a last launch by one block: the same
// bits every run.
#include "kernels/region_reward.h"

#include "kernels/cuda/partial_sums.h"
#include "kernels/cuda/pointwise.h"
#include "kernels/cuda/step_bounds.h"

namespace storyteller {
namespace {

using State = RegionRewardState;

/// reward (B) and words (B), 0 before the first run of steps.
// compiled: no stack
__global__ void __launch_bounds__(kPointwiseThreads)
    region_reward_sum_kernel(const float* loss, const int32_t* target, const StepBounds steps,
                             int64_t B, bool begin, float* reward, float* words) {
  for_each_vector<1>(B, [&](int64_t b) {
    float sum = begin ? 0 : reward[b], count = begin ? 0 : words[b];
    for (int t = 0; t < steps.steps && steps.has(t, b); ++t) {
      const int64_t n = steps.offset[t] + b;
      if (target[n] < 0) continue;
      sum -= loss[n];
      ++count;
    }
    reward[b] = sum;
    words[b] = count;
  });
}

/// One thread begins the step unless it has begun, and adds what the call has; returns b.
__device__ inline float baseline_of(float* state, int64_t step, double sum, double captions) {
  const auto now = static_cast<float>(step + 1);
  if (state[State::kStep] != now) {
    if (state[State::kCaptions] > 0) {
      const float mean = state[State::kSum] / state[State::kCaptions];
      state[State::kBaseline] =
          state[State::kKnown] > 0 ? 0.9F * state[State::kBaseline] + 0.1F * mean : mean;
      state[State::kKnown] = 1;
    }
    state[State::kSum] = 0;
    state[State::kCaptions] = 0;
    state[State::kStep] = now;
  }
  state[State::kSum] += static_cast<float>(sum);
  state[State::kCaptions] += static_cast<float>(captions);
  if (state[State::kKnown] > 0) return state[State::kBaseline];
  return captions > 0 ? static_cast<float>(sum / captions) : 0;
}

/// advantage (B) holds the sums of the rewards, and then the advantages. One block.
// compiled: no stack
__global__ void __launch_bounds__(kPointwiseThreads)
    region_reward_baseline_kernel(const float* words, int64_t B, int64_t step, float* state,
                                  float* advantage) {
  SharedMemory shared;
  double* of_warps = shared.array<double>(kBlockPartials);
  float* baseline = shared.array<float>(1);
  double sum = 0, captions = 0;
  for (int64_t b = threadIdx.x; b < B; b += kPointwiseThreads) {
    const float reward = words[b] > 0 ? advantage[b] / words[b] : 0;
    advantage[b] = reward;
    sum += reward;
    captions += words[b] > 0 ? 1 : 0;
  }
  sum = block_sum(sum, of_warps);
  captions = block_sum(captions, of_warps);
  if (threadIdx.x == 0) *baseline = baseline_of(state, step, sum, captions);
  __syncthreads();
  for (int64_t b = threadIdx.x; b < B; b += kPointwiseThreads) advantage[b] -= *baseline;
}

/// partial (blocks): sums of the value before the normaliser.
// compiled: no stack
__global__ void __launch_bounds__(kPointwiseThreads)
    region_reward_value_kernel(const RegionRewardForward<float> p, const StepBounds steps,
                               bool begin, double* partial) {
  SharedMemory shared;
  double* of_warps = shared.array<double>(kBlockPartials);
  double value = 0;
  for_each_vector<1>(p.B * p.L, [&](int64_t i) {
    const int64_t b = i / p.L;
    const float reward = p.reward_weight * p.advantage[b];
    for (int t = 0; t < steps.steps && steps.has(t, b); ++t) {
      if (p.target[steps.offset[t] + b] < 0) continue;
      const int64_t at = steps.offset[t] * p.L + i;
      const float alpha = p.alpha[at], log = logf(fmaxf(alpha, kLeastAlpha));
      value += p.entropy_weight * alpha * log - reward * p.drawn[at] * log;
    }
  });
  value = block_sum(value, of_warps);
  if (threadIdx.x == 0) partial[blockIdx.x] = begin ? value : partial[blockIdx.x] + value;
}

// compiled: no stack
__global__ void __launch_bounds__(kPointwiseThreads)
    region_reward_backward_kernel(const RegionRewardBackward<float> p, const StepBounds steps) {
  const float factor = *p.dvalue / static_cast<float>(p.normaliser);
  for_each_vector<1>(p.B * p.L, [&](int64_t i) {
    const int64_t b = i / p.L;
    const float reward = p.reward_weight * p.advantage[b];
    for (int t = 0; t < steps.steps && steps.has(t, b); ++t) {
      if (p.target[steps.offset[t] + b] < 0) continue;
      const int64_t at = steps.offset[t] * p.L + i;
      const float alpha = fmaxf(p.alpha[at], kLeastAlpha);
      p.dalpha[at] +=
          factor * (p.entropy_weight * (logf(alpha) + 1) - reward * p.drawn[at] / alpha);
    }
  });
}

/// The kernels see float alone, whatever the storage type.
template <class T>
RegionRewardForward<float> of_floats(const RegionRewardForward<T>& p) {
  return {.loss = p.loss,
          .target = p.target,
          .alpha = p.alpha,
          .drawn = p.drawn,
          .offset = p.offset,
          .state = p.state,
          .advantage = p.advantage,
          .value = p.value,
          .steps = p.steps,
          .B = p.B,
          .L = p.L,
          .step = p.step,
          .reward_weight = p.reward_weight,
          .entropy_weight = p.entropy_weight,
          .normaliser = p.normaliser};
}
template <class T>
RegionRewardBackward<float> of_floats(const RegionRewardBackward<T>& p) {
  return {.target = p.target,
          .alpha = p.alpha,
          .drawn = p.drawn,
          .offset = p.offset,
          .advantage = p.advantage,
          .dvalue = p.dvalue,
          .dalpha = p.dalpha,
          .steps = p.steps,
          .B = p.B,
          .L = p.L,
          .reward_weight = p.reward_weight,
          .entropy_weight = p.entropy_weight,
          .normaliser = p.normaliser};
}

}  // namespace

template <class T>
void region_reward_forward(Cuda backend, const RegionRewardForward<T>& p) {
  if (p.B * p.L == 0) return;
  LaunchShape shape = pointwise_shape(p.B * p.L, 1);
  shape.shared_bytes = shared_bytes<double>(kBlockPartials);
  const size_t partials = shape.grid.x * sizeof(double);
  auto* partial = static_cast<double*>(
      backend.context->scratch(partials + static_cast<size_t>(p.B) * sizeof(float)));
  auto* words = reinterpret_cast<float*>(partial + shape.grid.x);
  bool begin = true;
  for_step_runs(p.offset, p.steps, [&](const StepBounds& steps) {
    launch(backend, "region_reward_sum", region_reward_sum_kernel, pointwise_shape(p.B, 1), p.loss,
           p.target, steps, p.B, begin, p.advantage, words);
    begin = false;
  });
  launch(backend, "region_reward_baseline", region_reward_baseline_kernel,
         {.grid = 1,
          .block = kPointwiseThreads,
          .shared_bytes = shared_bytes<double>(kBlockPartials) + shared_bytes<float>(1)},
         words, p.B, p.step, p.state, p.advantage);
  begin = true;
  for_step_runs(p.offset, p.steps, [&](const StepBounds& steps) {
    launch(backend, "region_reward_value", region_reward_value_kernel, shape, of_floats(p), steps,
           begin, partial);
    begin = false;
  });
  sum_partials(backend, "region_reward", partial, shape.grid.x, 1 / p.normaliser, p.value);
}

template <class T>
void region_reward_backward(Cuda backend, const RegionRewardBackward<T>& p) {
  for_step_runs(p.offset, p.steps, [&](const StepBounds& steps) {
    launch(backend, "region_reward_backward", region_reward_backward_kernel,
           pointwise_shape(p.B * p.L, 1), of_floats(p), steps);
  });
}

template void region_reward_forward<float>(Cuda, const RegionRewardForward<float>&);
template void region_reward_forward<bfloat16>(Cuda, const RegionRewardForward<bfloat16>&);
template void region_reward_backward<float>(Cuda, const RegionRewardBackward<float>&);
template void region_reward_backward<bfloat16>(Cuda, const RegionRewardBackward<bfloat16>&);

}  // namespace storyteller
