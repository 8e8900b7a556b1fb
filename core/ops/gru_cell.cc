#include "kernels/gru_cell.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {

Var gru_cell(Tape& tape, const Var& gates, const Var& ah, const Var& state, const Var& h_out) {
  const int64_t B = state.shape()[0], H = state.shape()[1];
  check_shape("gru_cell", gates.shape() == Shape({B, 3 * H}),
              "gates (B,3H) must go with the state (B,H)", gates.shape(), state.shape());
  check_shape("gru_cell", ah.shape() == gates.shape(), "ah must have the shape of the gates",
              ah.shape(), gates.shape());
  check_shape("gru_cell", h_out.shape() == state.shape(), "h must have the shape of the state",
              h_out.shape(), state.shape());
  const Tensor state_out =
      Tensor::empty(state.shape(), state.value().dtype(), state.value().device());
  on("gru_cell", gates.value(), [&]<class T>(auto backend) {
    gru_cell_forward(backend, GruCellForward<T>{.ax = gates.value().data<T>(),
                                                .ah = ah.value().data<T>(),
                                                .state = state.value().data<Wide<T>>(),
                                                .gates = gates.value().data<T>(),
                                                .state_out = state_out.data<Wide<T>>(),
                                                .h_out = h_out.value().data<T>(),
                                                .B = B,
                                                .H = H});
  });
  const Var output = tape.output(state_out, gates.tracked() || ah.tracked() || state.tracked());
  if (!output.tracked()) return output;
  tape.record([gates, ah, state, h_out, output] {
    const Tensor dh_out = gathered_gradient(h_out), dstate_out = gathered_gradient(output);
    if (!dh_out && !dstate_out) return;
    const auto wanted = [](const Var& x) {
      return x.tracked() ? accumulated_gradient(x) : Tensor();
    };
    const Tensor dax = wanted(gates), dah = wanted(ah), dstate = wanted(state);
    on("gru_cell", gates.value(), [&]<class T>(auto backend) {
      gru_cell_backward(backend, GruCellBackward<T>{.gates = gates.value().data<T>(),
                                                    .ah = ah.value().data<T>(),
                                                    .state = state.value().data<Wide<T>>(),
                                                    .dh_out = dh_out.data<T>(),
                                                    .dstate_out = dstate_out.data<Wide<T>>(),
                                                    .dax = dax.data<T>(),
                                                    .dah = dah.data<T>(),
                                                    .dstate = dstate.data<Wide<T>>(),
                                                    .B = output.shape()[0],
                                                    .H = output.shape()[1]});
    });
  });
  return output;
}

}  // namespace storyteller
