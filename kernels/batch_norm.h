#pragma once

#include <cstdint>

#include "kernels/backend.h"

namespace storyteller {

/// Batch normalisation over N rows of C channels (Ioffe and Szegedy, 2015); N = I*H*W for NHWC.
///   y = gamma (x - mean) inv_std + beta,   inv_std = 1 / sqrt(variance + epsilon)
/// training: mean and (biased) variance are those of the rows, in two passes; then
///   running += momentum (batch - running), the variance there with N/(N-1), as PyTorch does.
/// frozen: they are the running ones, which stay as they are.
template <class T>
struct BatchNormForward {
  const T* x;                 ///< (N,C)
  const T* gamma;             ///< (C)
  const T* beta;              ///< (C)
  T* y;                       ///< (N,C) out; may be x when frozen
  Wide<T>* mean;              ///< (C) out, what was subtracted
  Wide<T>* inv_std;           ///< (C) out
  Wide<T>* running_mean;      ///< (C) updated in training, read when frozen
  Wide<T>* running_variance;  ///< (C) likewise, >= 0
  int64_t N, C;               ///< N >= 2 in training
  bool training;
  bool relu = false;  ///< y = max(0, y)
  Wide<T> epsilon = static_cast<Wide<T>>(1e-5);
  Wide<T> momentum = static_cast<Wide<T>>(0.1);
};

/// With xhat = (x - mean) inv_std, and dy zeroed where y is, after a relu:
///   dgamma = sum dy xhat   dbeta = sum dy
///   training: dx = gamma inv_std (dy - dbeta / N - xhat dgamma / N)
///   frozen:   dx = gamma inv_std dy
template <class T>
struct BatchNormBackward {
  const T* x;              ///< (N,C)
  const T* y;              ///< (N,C) output of the forward; read with relu alone
  const T* gamma;          ///< (C)
  const Wide<T>* mean;     ///< (C) of the forward
  const Wide<T>* inv_std;  ///< (C) of the forward
  const T* dy;             ///< (N,C)
  T* dx;                   ///< (N,C) out, ACCUMULATED when accumulate_dx; null: not wanted
  T* dgamma;               ///< (C) ACCUMULATED; null: not wanted
  T* dbeta;                ///< (C) ACCUMULATED; null: not wanted
  int64_t N, C;
  bool training;
  bool relu = false;
  bool accumulate_dx = true;
};

/// A frozen batch norm behind a convolution without bias is a convolution with bias:
///   scale[o] = gamma[o] / sqrt(running_variance[o] + epsilon)
///   folded[o,:] = weight[o,:] scale[o]   bias[o] = beta[o] - running_mean[o] scale[o]
template <class T>
struct FoldBatchNorm {
  const T* weight;                  ///< (O,K), K = all other axes of the weight
  const T* gamma;                   ///< (O)
  const T* beta;                    ///< (O)
  const Wide<T>* running_mean;      ///< (O)
  const Wide<T>* running_variance;  ///< (O)
  T* folded;                        ///< (O,K) out; may be weight
  T* bias;                          ///< (O) out
  int64_t O, K;
  Wide<T> epsilon = static_cast<Wide<T>>(1e-5);
};

template <class T>
void batch_norm_forward(Cpu, const BatchNormForward<T>&);
template <class T>
void batch_norm_backward(Cpu, const BatchNormBackward<T>&);
template <class T>
void fold_batch_norm(Cpu, const FoldBatchNorm<T>&);

template <class T>
void batch_norm_forward(Cuda, const BatchNormForward<T>&);
template <class T>
void batch_norm_backward(Cuda, const BatchNormBackward<T>&);
template <class T>
void fold_batch_norm(Cuda, const FoldBatchNorm<T>&);

}  // namespace storyteller
