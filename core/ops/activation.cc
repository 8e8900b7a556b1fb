#include "kernels/activation.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {

Var activation(Tape& tape, const Var& x, Activation kind) {
  const Tensor y = Tensor::empty(x.shape(), x.value().dtype(), x.value().device());
  on("activation", y, [&]<class T>(auto backend) {
    activation_forward(
        backend,
        ActivationForward<T>{
            .x = x.value().data<T>(), .y = y.data<T>(), .n = y.elements(), .activation = kind});
  });
  const Var output = tape.output(y, x.tracked());
  if (!output.tracked()) return output;
  tape.record([x, output, kind] {
    const Tensor dy = gathered_gradient(output);
    if (!dy) return;
    bool accumulate = false;
    const Tensor dx = written_gradient(x, &accumulate);
    on("activation", dy, [&]<class T>(auto backend) {
      activation_backward(backend, ActivationBackward<T>{.y = output.value().data<T>(),
                                                         .dy = dy.data<T>(),
                                                         .dx = dx.data<T>(),
                                                         .n = dy.elements(),
                                                         .activation = kind,
                                                         .accumulate = accumulate});
    });
  });
  return output;
}

}  // namespace storyteller
