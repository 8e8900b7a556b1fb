#include "core/ops/row_loss.h"

#include "core/dispatch.h"
#include "kernels/row_loss.h"

namespace storyteller {

Var row_loss(Tape& tape, const char* op, const Var& logits, const Tensor& losses, double normaliser,
             bool tracked) {
  const Tensor mean = Tensor::empty({}, losses.dtype(), losses.device());
  on(op, logits.value(), [&]<class T>(auto backend) {
    row_loss_mean(backend, RowLossMean<T>{.loss = losses.data<Wide<T>>(),
                                          .mean = mean.data<Wide<T>>(),
                                          .N = losses.elements(),
                                          .normaliser = normaliser});
  });
  const Var output = tape.output(mean, tracked);
  if (!output.tracked()) return output;
  tape.record([op, logits, output] {
    const Tensor dy = gathered_gradient(output);
    if (!dy) return;
    const Tensor& dlogits = logits.value();  // the kernel left the gradient there
    on(op, dlogits, [&]<class T>(auto backend) {
      row_loss_scale(backend, RowLossScale<T>{.dmean = dy.data<Wide<T>>(),
                                              .x = dlogits.data<T>(),
                                              .n = dlogits.elements()});
    });
    give_gradient(logits, dlogits);
  });
  return output;
}

}  // namespace storyteller
