#include "kernels/cross_entropy.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"
#include "kernels/row_loss.h"

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
  const Tensor mean = Tensor::empty({}, type, losses.device());
  on("cross_entropy", logits.value(), [&]<class T>(auto backend) {
    row_loss_mean(backend, RowLossMean<T>{.loss = losses.data<Wide<T>>(),
                                          .mean = mean.data<Wide<T>>(),
                                          .N = N,
                                          .normaliser = normaliser});
  });
  const Var output = tape.output(mean, with_gradient);
  if (!output.tracked()) return output;
  tape.record([logits, output] {
    const Tensor dy = gathered_gradient(output);
    if (!dy) return;
    const Tensor& dlogits = logits.value();  // the kernel left the gradient there
    on("cross_entropy", dlogits, [&]<class T>(auto backend) {
      row_loss_scale(backend, RowLossScale<T>{.dmean = dy.data<Wide<T>>(),
                                              .x = dlogits.data<T>(),
                                              .n = dlogits.elements()});
    });
    give_gradient(logits, dlogits);
  });
  return output;
}

}  // namespace storyteller
