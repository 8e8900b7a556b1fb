#include "kernels/arithmetic.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {
namespace {

void copy_gradient(const Var& x, const Tensor& dy) {
  bool accumulate = false;
  const Tensor dx = written_gradient(x, &accumulate);
  if (!accumulate) return dx.copy_from(dy);
  on("add", dy, [&]<class T>(auto backend) {
    add_scaled(backend,
               AddScaled<T>{.x = dy.data<T>(), .y = dx.data<T>(), .scale = 1, .n = dy.elements()});
  });
}

}  // namespace

Var add(Tape& tape, const Var& a, const Var& b) {
  check_shape("add", a.shape() == b.shape(), "both must have one shape", a.shape(), b.shape());
  const Tensor y = Tensor::empty(a.shape(), a.value().dtype(), a.value().device());
  on("add", y, [&]<class T>(auto backend) {
    add(backend, Add<T>{.a = a.value().data<T>(),
                        .b = b.value().data<T>(),
                        .out = y.data<T>(),
                        .n = y.elements()});
  });
  const Var output = tape.output(y, a.tracked() || b.tracked());
  if (!output.tracked()) return output;
  tape.record([a, b, output] {
    const Tensor dy = gathered_gradient(output);
    if (!dy) return;
    // Only one of the two may take over dy itself: it would be changed under the other's feet.
    if (a.tracked() && b.tracked()) copy_gradient(b, dy);
    give_gradient(a.tracked() ? a : b, dy);
  });
  return output;
}

Var multiply(Tape& tape, const Var& a, const Var& b) {
  check_shape("multiply", a.shape() == b.shape(), "both must have one shape", a.shape(), b.shape());
  const Tensor y = Tensor::empty(a.shape(), a.value().dtype(), a.value().device());
  on("multiply", y, [&]<class T>(auto backend) {
    multiply(backend, Multiply<T>{.a = a.value().data<T>(),
                                  .b = b.value().data<T>(),
                                  .out = y.data<T>(),
                                  .n = y.elements()});
  });
  const Var output = tape.output(y, a.tracked() || b.tracked());
  if (!output.tracked()) return output;
  tape.record([a, b, output] {
    const Tensor dy = gathered_gradient(output);
    if (!dy) return;
    const Tensor da = a.tracked() ? accumulated_gradient(a) : Tensor();
    const Tensor db = b.tracked() ? accumulated_gradient(b) : Tensor();
    on("multiply", dy, [&]<class T>(auto backend) {
      multiply_backward(backend, MultiplyBackward<T>{.a = a.value().data<T>(),
                                                     .b = b.value().data<T>(),
                                                     .dout = dy.data<T>(),
                                                     .da = da.data<T>(),
                                                     .db = db.data<T>(),
                                                     .n = dy.elements()});
    });
  });
  return output;
}

}  // namespace storyteller
