#include "kernels/soft_cross_entropy.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"
#include "core/ops/row_loss.h"

namespace storyteller {

Var soft_cross_entropy(Tape& tape, const Var& logits, const Tensor& distribution,
                       const Tensor& target, const Tensor& weight, double normaliser,
                       int64_t words) {
  check_shape("soft_cross_entropy",
              logits.shape().rank() == 2 && distribution.shape() == logits.shape(),
              "logits and distribution must be (N,V)", logits.shape(), distribution.shape());
  const int64_t N = logits.shape()[0], width = logits.shape()[1], V = words > 0 ? words : width;
  check_shape("soft_cross_entropy", !target || target.elements() == N,
              "logits (N,V) and target (N) must share N", logits.shape(), target.shape());
  if (normaliser == 0) normaliser = static_cast<double>(N);
  const Tensor losses = Tensor::empty({N}, wide(logits.value().dtype()), logits.value().device());
  const bool with_gradient = tape.recording() && logits.tracked();
  on("soft_cross_entropy", logits.value(), [&]<class T>(auto backend) {
    soft_cross_entropy(backend,
                       SoftCrossEntropy<T>{.logits = logits.value().data<T>(),
                                           .q = distribution.data<Wide<T>>(),
                                           .target = target ? target.data<int32_t>() : nullptr,
                                           .weight = weight ? weight.data<Wide<T>>() : nullptr,
                                           .loss = losses.data<Wide<T>>(),
                                           .N = N,
                                           .V = V,
                                           .scale = static_cast<Wide<T>>(1 / normaliser),
                                           .with_gradient = with_gradient,
                                           .stride = width});
  });
  return row_loss(tape, "soft_cross_entropy", logits, losses, normaliser, with_gradient);
}

void add_softmax(const Tensor& logits, double scale, int64_t words, Tensor* sum) {
  check_shape(
      "add_softmax", logits.shape().rank() == 2 && (!*sum || sum->shape() == logits.shape()),
      "logits and their sum must be (N,V)", logits.shape(), *sum ? sum->shape() : logits.shape());
  const int64_t N = logits.shape()[0], width = logits.shape()[1];
  const bool accumulate = static_cast<bool>(*sum);
  if (!accumulate) *sum = Tensor::empty({N, width}, wide(logits.dtype()), logits.device());
  on("add_softmax", logits, [&]<class T>(auto backend) {
    add_softmax(backend, AddSoftmax<T>{.x = logits.data<T>(),
                                       .q = sum->data<Wide<T>>(),
                                       .N = N,
                                       .V = words > 0 ? words : width,
                                       .scale = static_cast<Wide<T>>(scale),
                                       .accumulate = accumulate,
                                       .stride = width});
  });
}

}  // namespace storyteller
