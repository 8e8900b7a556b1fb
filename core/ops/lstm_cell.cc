#include "kernels/lstm_cell.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"
#include "kernels/arithmetic.h"

namespace storyteller {

Var lstm_cell(Tape& tape, const Var& gates, const Var& c, const Var& h_out, LstmForm form,
              const Var& sentinel_out) {
  const int64_t B = c.shape()[0], H = c.shape()[1];
  check_shape("lstm_cell", gates.shape() == Shape({B, lstm_gates(form) * H}),
              "gates (B,G*H) must go with c (B,H)", gates.shape(), c.shape());
  check_shape("lstm_cell", h_out.shape() == c.shape(), "h must have the shape of c", h_out.shape(),
              c.shape());
  const bool with_sentinel = form == LstmForm::kSentinel;
  check_shape("lstm_cell", with_sentinel ? sentinel_out.shape() == c.shape() : !sentinel_out,
              "a sentinel goes with its form and has the shape of c", c.shape());
  const Tensor c_out = Tensor::empty(c.shape(), c.value().dtype(), c.value().device());
  on("lstm_cell", gates.value(), [&]<class T>(auto backend) {
    lstm_cell_forward(backend, LstmCellForward<T>{.a = gates.value().data<T>(),
                                                  .c = c.value().data<Wide<T>>(),
                                                  .gates = gates.value().data<T>(),
                                                  .c_out = c_out.data<Wide<T>>(),
                                                  .h_out = h_out.value().data<T>(),
                                                  .B = B,
                                                  .H = H,
                                                  .form = form,
                                                  .sentinel_out = sentinel_out.value().data<T>()});
  });
  const Var output = tape.output(c_out, gates.tracked() || c.tracked());
  if (!output.tracked()) return output;
  tape.record([gates, c, h_out, form, sentinel_out, output] {
    const Tensor dh = gathered_gradient(h_out), dc_out = gathered_gradient(output);
    const Tensor dsentinel = sentinel_out ? gathered_gradient(sentinel_out) : Tensor();
    if (!dh && !dc_out && !dsentinel) return;
    const Tensor da = accumulated_gradient(gates);
    const Tensor dc = c.tracked() ? accumulated_gradient(c) : Tensor();
    on("lstm_cell", gates.value(), [&]<class T>(auto backend) {
      lstm_cell_backward(backend, LstmCellBackward<T>{.gates = gates.value().data<T>(),
                                                      .c = c.value().data<Wide<T>>(),
                                                      .c_out = output.value().data<Wide<T>>(),
                                                      .dh_out = dh.data<T>(),
                                                      .dc_out = dc_out.data<Wide<T>>(),
                                                      .da = da.data<T>(),
                                                      .dc = dc.data<Wide<T>>(),
                                                      .B = output.shape()[0],
                                                      .H = output.shape()[1],
                                                      .form = form,
                                                      .dsentinel_out = dsentinel.data<T>()});
    });
  });
  return output;
}

void carry_rows(Tape& tape, const Var& from, const Var& to) {
  check_shape(
      "carry_rows",
      to.shape() == from.shape().with_rows(to.shape()[0]) && to.shape()[0] <= from.shape()[0],
      "the rows must be the first of the source", to.shape(), from.shape());
  const SourceOp source("carry_rows");
  to.value().copy_from(from.value().row_range(0, to.shape()[0]));
  if (!from.tracked() || !to.tracked()) return;
  tape.record([from, to] {
    const Tensor dto = gathered_gradient(to);
    if (!dto) return;
    const Tensor dfrom = accumulated_gradient(from);
    on("carry_rows", dto, [&]<class T>(auto backend) {
      add_scaled(
          backend,
          AddScaled<T>{.x = dto.data<T>(), .y = dfrom.data<T>(), .scale = 1, .n = dto.elements()});
    });
  });
}

}  // namespace storyteller
