#include "kernels/glu.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {

void glu(Tape& tape, const Var& x, const Var& y) {
  const int64_t B = y.shape()[0], H = y.shape()[1];
  check_shape("glu", x.shape() == Shape({B, 2 * H}), "x (B,2H) must go with y (B,H)", x.shape(),
              y.shape());
  on("glu", x.value(), [&]<class T>(auto backend) {
    glu_forward(backend,
                GluForward<T>{.x = x.value().data<T>(), .y = y.value().data<T>(), .B = B, .H = H});
  });
  if (!x.tracked() || !y.tracked()) return;
  tape.record([x, y] {
    const Tensor dy = gathered_gradient(y);
    if (!dy) return;
    const Tensor dx = accumulated_gradient(x);
    on("glu", dy, [&]<class T>(auto backend) {
      glu_backward(backend, GluBackward<T>{.x = x.value().data<T>(),
                                           .dy = dy.data<T>(),
                                           .dx = dx.data<T>(),
                                           .B = y.shape()[0],
                                           .H = y.shape()[1]});
    });
  });
}

}  // namespace storyteller
