#include "core/dispatch.h"
#include "core/ops/ops.h"
#include "kernels/arithmetic.h"

namespace storyteller {

Var scale(Tape& tape, const Var& x, double factor) {
  if (factor == 1) return x;
  const Tensor y = Tensor::empty(x.shape(), x.value().dtype(), x.value().device());
  on("scale", y, [&]<class T>(auto backend) {
    scale(backend, Scale<T>{.x = x.value().data<T>(),
                            .y = y.data<T>(),
                            .scale = static_cast<Wide<T>>(factor),
                            .n = y.elements()});
  });
  const Var output = tape.output(y, x.tracked());
  if (!output.tracked()) return output;
  tape.record([x, output, factor] {
    const Tensor dy = gathered_gradient(output);
    if (!dy) return;
    const Tensor dx = accumulated_gradient(x);
    on("scale", dy, [&]<class T>(auto backend) {
      add_scaled(backend, AddScaled<T>{.x = dy.data<T>(),
                                       .y = dx.data<T>(),
                                       .scale = static_cast<Wide<T>>(factor),
                                       .n = dy.elements()});
    });
  });
  return output;
}

}  // namespace storyteller
