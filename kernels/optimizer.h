#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// Sum of squares of n elements in double, by blocks of fixed size added in order: the same bits
/// on every run of a backend, whatever the thread count. NaN or infinite elements give a result
/// that is not finite.
template <class T>
struct SumOfSquares {
  const T* x;       ///< (n)
  double* partial;  ///< scratch, (sum_of_squares_blocks(n))
  double* sum;      ///< (1) out
  int64_t n;
  const Wide<T>* guard = nullptr;    ///< (1), e.g. the loss: when it is not finite, the sum is not
  const Wide<T>* watched = nullptr;  ///< (n), e.g. the weights: where one is not, the sum is not
};
inline constexpr int64_t kSumOfSquaresBlock = 1 << 14;
constexpr int64_t sum_of_squares_blocks(int64_t n) {
  return (n + kSumOfSquaresBlock - 1) / kSumOfSquaresBlock;
}

/// What every optimizer does to a gradient first: g = clamp(scale * dx, ±clip_value), where scale
/// clips the global norm (Pascanu et al., 2013):
///   norm = sqrt(sum_of_squares)   scale = norm > max_norm ? max_norm / norm : 1
/// The sum is read where it was computed, so that a step waits for nothing. Where it is not finite
/// the whole update writes nothing.
template <class T>
struct GradientScaling {
  const double* sum_of_squares = nullptr;  ///< (1) of the whole gradient; null: scale 1
  double max_norm = 0;                     ///< 0: none
  Wide<T> clip_value = 0;                  ///< 0: none
};

// Weights, moments and averages are Wide<T>. A model that computes in bfloat16 reads a second,
// rounded copy of the weights, the shadow, which every update writes along.

/// Stochastic gradient descent with momentum as torch.optim.SGD defines it:
///   g += weight_decay * x   m = momentum * m + g   x -= rate * (nesterov ? g + momentum * m : m)
template <class T>
struct SgdStep {
  Wide<T>* x;           ///< (n) in, out
  T* shadow = nullptr;  ///< (n) out: x rounded; null: not wanted, as for float and double
  const T* dx;          ///< (n)
  Wide<T>* momentum;    ///< (n) in, out; zero before the first step; null: momentum_factor is 0
  int64_t n;
  Wide<T> rate, momentum_factor = 0, weight_decay = 0;
  bool nesterov = false;
  GradientScaling<T> gradient = {};
};

/// Adam (Kingma and Ba, 2015, algorithm 1) and AdamW (Loshchilov and Hutter, 2019):
///   m = b1 m + (1-b1) g   v = b2 v + (1-b2) g^2
///   x -= rate * (m / (1-b1^t)) / (sqrt(v / (1-b2^t)) + epsilon)
/// Weight decay is added to g (Adam) or shrinks x by rate * weight_decay first (AdamW: decoupled).
template <class T>
struct AdamStep {
  Wide<T>* x;           ///< (n) in, out
  T* shadow = nullptr;  ///< (n) out: x rounded; null: not wanted, as for float and double
  const T* dx;          ///< (n)
  Wide<T>* m;           ///< (n) in, out; zero before the first step
  Wide<T>* v;           ///< (n) in, out; zero before the first step
  int64_t n;
  int64_t step;  ///< t, from 1
  double rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weight_decay = 0;
  bool decoupled = false;
  GradientScaling<T> gradient = {};
};

/// average = decay * average + (1-decay) * x: an exponential moving average of the weights
/// (Polyak and Juditsky, 1992).
template <class T>
struct AverageStep {
  const Wide<T>* x;  ///< (n)
  Wide<T>* average;  ///< (n) in, out
  int64_t n;
  double decay;
  const double* sum_of_squares = nullptr;  ///< as in GradientScaling; null: always written
};

template <class T>
void sum_of_squares(Cpu, const SumOfSquares<T>&);
template <class T>
void sgd_step(Cpu, const SgdStep<T>&);
template <class T>
void adam_step(Cpu, const AdamStep<T>&);
template <class T>
void average_step(Cpu, const AverageStep<T>&);

template <class T>
void sum_of_squares(Cuda, const SumOfSquares<T>&);
template <class T>
void sgd_step(Cuda, const SgdStep<T>&);
template <class T>
void adam_step(Cuda, const AdamStep<T>&);
template <class T>
void average_step(Cuda, const AverageStep<T>&);

}  // namespace storyteller
