#pragma once

#include <string>
#include <vector>

#include "model/encoder/convolution.h"

namespace storyteller {

/// A halving convolution of even kernel, whose outputs are centred on the cells that they stand
/// for: with the usual 3 x 3 and one zero on every side, three of them see 3.5 pixels up and to the
/// left, and the attention's peak misses the object.
ConvolutionOptions halving_convolution(int64_t kernel, Activation activation);

/// relu( norm(conv( relu(norm(conv(x))) )) + shortcut(x) ), He et al. 2016; the shortcut of a block
/// that halves the picture is a 2 x 2 convolution.
class ResidualBlock {
 public:
  ResidualBlock(Parameters& parameters, const std::string& name, int64_t in, int64_t out,
                bool halving);
  Var forward(Tape& tape, const Var& x);
  void freeze_statistics(bool frozen);

 private:
  NormalisedConvolution first_, second_;
  std::vector<NormalisedConvolution> shortcut_;  // one or none
};

}  // namespace storyteller
