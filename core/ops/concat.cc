#include "kernels/concat.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {

Var concat(Tape& tape, const Var& a, const Var& b) {
  const int last = a.shape().rank() - 1;
  check_shape("concat", a.shape().rank() == 4 && b.shape().rank() == 4, "both must be (I,H,W,C)",
              a.shape(), b.shape());
  const int64_t A = a.shape()[last], B = b.shape()[last];
  const Shape shape = {a.shape()[0], a.shape()[1], a.shape()[2], A + B};
  check_shape("concat", b.shape() == Shape({shape[0], shape[1], shape[2], B}),
              "both must have equal pictures, rows and columns", a.shape(), b.shape());
  const int64_t N = shape[0] * shape[1] * shape[2];
  const Tensor y = Tensor::empty(shape, a.value().dtype(), a.value().device());
  on("concat", y, [&]<class T>(auto backend) {
    concat_forward(backend, ConcatForward<T>{.a = a.value().data<T>(),
                                             .b = b.value().data<T>(),
                                             .y = y.data<T>(),
                                             .N = N,
                                             .A = A,
                                             .B = B});
  });
  const Var output = tape.output(y, a.tracked() || b.tracked());
  if (!output.tracked()) return output;
  tape.record([a, b, output, N, A, B] {
    const Tensor dy = gathered_gradient(output);
    if (!dy) return;
    const Tensor da = a.tracked() ? accumulated_gradient(a) : Tensor();
    const Tensor db = b.tracked() ? accumulated_gradient(b) : Tensor();
    on("concat", dy, [&]<class T>(auto backend) {
      concat_backward(
          backend,
          ConcatBackward<T>{
              .dy = dy.data<T>(), .da = da.data<T>(), .db = db.data<T>(), .N = N, .A = A, .B = B});
    });
  });
  return output;
}

}  // namespace storyteller
