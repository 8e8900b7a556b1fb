#include "core/dispatch.h"
#include "core/ops/ops.h"
#include "kernels/activation.h"

namespace storyteller {

void rnn_cell(Tape& tape, const Var& gates, const Var& h_out, Activation kind) {
  check_shape("rnn_cell", h_out.shape() == gates.shape(), "h must have the shape of the gates",
              h_out.shape(), gates.shape());
  on("rnn_cell", gates.value(), [&]<class T>(auto backend) {
    activation_forward(backend, ActivationForward<T>{.x = gates.value().data<T>(),
                                                     .y = h_out.value().data<T>(),
                                                     .n = gates.value().elements(),
                                                     .activation = kind});
  });
  if (!gates.tracked() || !h_out.tracked()) return;
  tape.record([gates, h_out, kind] {
    const Tensor dh = gathered_gradient(h_out);
    if (!dh) return;
    const Tensor da = accumulated_gradient(gates);
    on("rnn_cell", dh, [&]<class T>(auto backend) {
      activation_backward(backend, ActivationBackward<T>{.y = h_out.value().data<T>(),
                                                         .dy = dh.data<T>(),
                                                         .dx = da.data<T>(),
                                                         .n = dh.elements(),
                                                         .activation = kind});
    });
  });
}

}  // namespace storyteller
