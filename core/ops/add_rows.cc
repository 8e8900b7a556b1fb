#include "kernels/add_rows.h"
#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {

void add_rows(Tape& tape, const Var& from, const Var& to, int64_t column) {
  const int64_t M = to.shape()[0], N = to.shape()[1], W = from.shape()[1];
  check_shape("add_rows", M <= from.shape()[0] && column >= 0 && column + W <= N,
              "from (B,W) must have the rows of to (M,N), which must have its columns",
              from.shape(), to.shape());
  on("add_rows", to.value(), [&]<class T>(auto backend) {
    add_rows(backend, AddRows<T>{.x = from.value().data<T>(),
                                 .y = to.value().data<T>() + column,
                                 .B = M,
                                 .W = W,
                                 .x_stride = W,
                                 .y_stride = N});
  });
  if (!from.tracked() || !to.tracked()) return;
  tape.record([from, to, column] {
    const Tensor dto = gathered_gradient(to);
    if (!dto) return;
    const Tensor dfrom = accumulated_gradient(from);
    on("add_rows", dto, [&]<class T>(auto backend) {
      add_rows(backend, AddRows<T>{.x = dto.data<T>() + column,
                                   .y = dfrom.data<T>(),
                                   .B = dto.size(0),
                                   .W = dfrom.size(1),
                                   .x_stride = dto.size(1),
                                   .y_stride = dfrom.size(1)});
    });
  });
}

}  // namespace storyteller
