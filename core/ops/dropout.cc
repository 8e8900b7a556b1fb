#include "kernels/dropout.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {
namespace {

void run(const Tensor& x, const Tensor& y, float rate, DropoutKey key, bool accumulate) {
  on("dropout", x, [&]<class T>(auto backend) {
    dropout(backend, Dropout<T>{.x = x.data<T>(),
                                .row_key = key.row_key,
                                .y = y.data<T>(),
                                .N = x.rows(),
                                .W = x.shape().row_elements(),
                                .key = key.key,
                                .rate = rate,
                                .accumulate = accumulate});
  });
}

}  // namespace

Var dropout(Tape& tape, const Var& x, float rate, DropoutKey key) {
  if (rate == 0 || !tape.recording()) return x;
  if (!(rate > 0 && rate < 1)) throw InternalError("dropout: the rate must lie in [0, 1)");
  const Tensor y = Tensor::empty(x.shape(), x.value().dtype(), x.value().device());
  run(x.value(), y, rate, key, false);
  const Var output = tape.output(y, x.tracked());
  if (!output.tracked()) return output;
  tape.record([x, output, rate, key] {
    const Tensor dy = gathered_gradient(output);
    if (!dy) return;
    bool accumulate = false;
    const Tensor dx = written_gradient(x, &accumulate);
    run(dy, dx, rate, key, accumulate);
  });
  return output;
}

}  // namespace storyteller
