#pragma once

#include <cstdint>
#include <string>

#include "core/ops/ops.h"
#include "core/parameters.h"
#include "core/tape.h"

namespace storyteller {

/// How many zeros surround a picture before a convolution of kernel k.
enum class PaddingRule {
  kTorch,           ///< k/2 on every side
  kTensorflowSame,  ///< as many as ceil(size / stride) outputs need, the odd one at the end
};

/// One row of an encoder's table of layers.
struct ConvolutionOptions {
  int64_t kernel = 1;
  int64_t stride = 1;
  int64_t groups = 1;
  Activation activation = Activation::kNone;
  PaddingRule padding = PaddingRule::kTorch;
  bool pad = true;        ///< false: no zeros around the picture, whatever the rule
  double epsilon = 1e-5;  ///< of the batch norm behind it
};

/// A convolution with bias. Its values `<name>.weight` and `<name>.bias` are declared without a
/// random start: they are meant to be loaded.
class Convolution {
 public:
  Convolution(Parameters& parameters, const std::string& name, int64_t in, int64_t out,
              const ConvolutionOptions& options);

  /// activation(x * weight + bias + residual), x (I,H,W,in).
  Var forward(Tape& tape, const Var& x, const Var& residual = {});

 private:
  Parameters* parameters_;
  ConvolutionOptions options_;
  Parameters::Id weight_, bias_;
  PackedWeight packed_;
};

/// What a convolution and the batch norm behind it are called, and how they start.
struct NormalisedNames {
  std::string convolution, norm;
  bool random_start = false;  ///< He initialization (2015); else zeros, which wait to be loaded
};

/// A convolution without bias and a batch norm behind it. In training the norm takes the batch's
/// statistics or, frozen, the running ones; otherwise it is folded into the convolution, once for
/// each version of the parameters.
class NormalisedConvolution {
 public:
  NormalisedConvolution(Parameters& parameters, const NormalisedNames& names, int64_t in,
                        int64_t out, const ConvolutionOptions& options);
  /// `name`.weight and `name`.norm.*, for training from scratch.
  NormalisedConvolution(Parameters& parameters, const std::string& name, int64_t in, int64_t out,
                        const ConvolutionOptions& options)
      : NormalisedConvolution(parameters,
                              {.convolution = name, .norm = name + ".norm", .random_start = true},
                              in, out, options) {}

  /// Whether training uses the running statistics and leaves them as they are.
  void freeze_statistics(bool frozen) { frozen_statistics_ = frozen; }

  /// activation(batch_norm(x * weight) + residual), x (I,H,W,in).
  Var forward(Tape& tape, const Var& x, const Var& residual = {});

 private:
  BatchNormState state() const;
  void fold();

  Parameters* parameters_;
  ConvolutionOptions options_;
  Parameters::Id weight_, gamma_, beta_, running_mean_, running_variance_;
  Tensor folded_, bias_;
  PackedWeight packed_;
  uint64_t folded_version_ = 0;
  bool frozen_statistics_ = false;
};

}  // namespace storyteller
