#include "model/encoder/residual_block.h"

namespace storyteller {

ConvolutionOptions halving_convolution(int64_t kernel, Activation activation) {
  return {.kernel = kernel,
          .stride = 2,
          .activation = activation,
          .padding = PaddingRule::kTensorflowSame};
}

ResidualBlock::ResidualBlock(Parameters& parameters, const std::string& name, int64_t in,
                             int64_t out, bool halving)
    : first_(parameters, name + ".first", in, out,
             halving ? halving_convolution(4, Activation::kRelu)
                     : ConvolutionOptions{.kernel = 3, .activation = Activation::kRelu}),
      second_(parameters, name + ".second", out, out,
              {.kernel = 3, .activation = Activation::kRelu}) {
  if (halving) {
    shortcut_.emplace_back(parameters, name + ".shortcut", in, out,
                           halving_convolution(2, Activation::kNone));
  }
}

Var ResidualBlock::forward(Tape& tape, const Var& x) {
  const Var around = shortcut_.empty() ? x : shortcut_[0].forward(tape, x);
  return second_.forward(tape, first_.forward(tape, x), around);
}

void ResidualBlock::freeze_statistics(bool frozen) {
  first_.freeze_statistics(frozen);
  second_.freeze_statistics(frozen);
  for (NormalisedConvolution& shortcut : shortcut_) shortcut.freeze_statistics(frozen);
}

}  // namespace storyteller
