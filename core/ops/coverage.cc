#include "kernels/coverage.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {

Var coverage_loss(Tape& tape, const Var& alpha, StepRows rows, double weight) {
  check_shape("coverage_loss", alpha.shape().rank() == 2 && alpha.shape()[0] == rows.total(),
              "alpha must be (N,L)", alpha.shape());
  const int64_t B = rows.count(0), L = alpha.shape()[1];
  const DType type = alpha.value().dtype();
  const Tensor missing = Tensor::empty({B, L}, type, alpha.value().device());
  const Tensor loss = Tensor::empty({}, type, alpha.value().device());
  on("coverage_loss", loss, [&]<class T>(auto backend) {
    coverage_forward(backend, CoverageForward<T>{.alpha = alpha.value().data<Wide<T>>(),
                                                 .offset = rows.offset,
                                                 .missing = missing.data<Wide<T>>(),
                                                 .loss = loss.data<Wide<T>>(),
                                                 .steps = rows.steps,
                                                 .B = B,
                                                 .L = L,
                                                 .weight = static_cast<Wide<T>>(weight)});
  });
  const Var output = tape.output(loss, alpha.tracked());
  if (!output.tracked()) return output;
  tape.record([alpha, missing, output, rows, weight] {
    const Tensor dloss = gathered_gradient(output);
    if (!dloss) return;
    const Tensor dalpha = accumulated_gradient(alpha);
    on("coverage_loss", dloss, [&]<class T>(auto backend) {
      coverage_backward(backend, CoverageBackward<T>{.missing = missing.data<Wide<T>>(),
                                                     .offset = rows.offset,
                                                     .dloss = dloss.data<Wide<T>>(),
                                                     .dalpha = dalpha.data<Wide<T>>(),
                                                     .steps = rows.steps,
                                                     .B = missing.size(0),
                                                     .L = missing.size(1),
                                                     .weight = static_cast<Wide<T>>(weight)});
    });
  });
  return output;
}

}  // namespace storyteller
