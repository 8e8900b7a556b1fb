#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/encoder/convolution.h"

namespace storyteller {

/// Which convolution of a bottleneck halves the picture.
enum class StridePlacement {
  kV1,   ///< the first, 1 x 1 (He et al., 2016)
  kV15,  ///< the second, 3 x 3, as torchvision does
};

/// What differs between two checkpoints of one network.
struct LayerOptions {
  PaddingRule padding = PaddingRule::kTorch;
  StridePlacement stride = StridePlacement::kV15;
  bool folded = false;  ///< batch norms are folded in the file: convolutions have biases instead
};

/// One row of a network's table: a layer or block under the names that torchvision gives it.
/// `kernel` is that of a convolution, a pooling or an inverted residual's filters.
struct LayerRow {
  enum class Kind {
    kConvolution,       ///< name.weight, and name.bias or the batch norm `norm`
    kMaxPool,           ///< nothing to learn
    kBasicBlock,        ///< two 3 x 3 convolutions and a shortcut (He et al., 2016)
    kBottleneck,        ///< 1 x 1 to a quarter of the channels, 3 x 3, 1 x 1
    kInvertedResidual,  ///< expand, filter each channel, project (Sandler et al., 2018)
    kExpansion,         ///< the first of these three alone
    kFire,              ///< squeeze to an eighth of the channels, expand (Iandola et al., 2016)
  };
  Kind kind = Kind::kConvolution;
  std::string name = {};
  std::string norm = {};  ///< of a convolution; empty: it has a bias
  int64_t channels = 0;
  int64_t kernel = 3;
  int64_t stride = 1;
  bool pad = true;         ///< false: no zeros around
  bool ceil_mode = false;  ///< of a pooling
  int64_t expansion = 1;   ///< of an inverted residual
  Activation activation = Activation::kRelu;
  double epsilon = 1e-5;  ///< of its batch norms

  /// Rows, or columns, of the output for `side` of the input.
  int64_t output_side(int64_t side, PaddingRule padding) const;
};

/// A layer with its values.
class Layer {
 public:
  virtual ~Layer() = default;
  virtual Var forward(Tape& tape, const Var& x) = 0;
  virtual void freeze_statistics(bool frozen) = 0;

 protected:
  Layer() = default;
  Layer(const Layer&) = default;
  Layer& operator=(const Layer&) = default;
};

/// Declares the values of `row` for `in` channels, their names behind `prefix`.
std::unique_ptr<Layer> make_layer(Parameters& parameters, const std::string& prefix,
                                  const LayerRow& row, int64_t in, const LayerOptions& options);

}  // namespace storyteller
