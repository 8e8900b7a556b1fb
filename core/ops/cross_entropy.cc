#include "kernels/cross_entropy.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"
#include "core/ops/row_loss.h"

namespace storyteller {

Var cross_entropy(Tape& tape, const Var& logits, const Tensor& target, const Tensor& weight,
                  double smoothing, double normaliser, int64_t words, Tensor* row_losses) {
  check_shape("cross_entropy", logits.shape().rank() == 2 && target.elements() == logits.shape()[0],
              "logits (N,V) and target (N) must share N", logits.shape(), target.shape());
  const int64_t N = logits.shape()[0], width = logits.shape()[1], V = words > 0 ? words : width;
  if (normaliser == 0) normaliser = static_cast<double>(N);
  const DType type = wide(logits.value().dtype());
  const Tensor losses = Tensor::empty({N}, type, logits.value().device());
  const bool with_gradient = tape.recording() && logits.tracked();
  on("cross_entropy", logits.value(), [&]<class T>(auto backend) {
    cross_entropy(backend, CrossEntropy<T>{.logits = logits.value().data<T>(),
                                           .target = target.data<int32_t>(),
                                           .weight = weight ? weight.data<Wide<T>>() : nullptr,
                                           .loss = losses.data<Wide<T>>(),
                                           .N = N,
                                           .V = V,
                                           .smoothing = static_cast<Wide<T>>(smoothing),
                                           .scale = static_cast<Wide<T>>(1 / normaliser),
                                           .with_gradient = with_gradient,
                                           .stride = width});
  });
  if (row_losses != nullptr) *row_losses = losses;
  return row_loss(tape, "cross_entropy", logits, losses, normaliser, with_gradient);
}

}  // namespace storyteller
