#include "core/ops/ops.h"

namespace storyteller {

Var reshape(Tape& tape, const Var& x, Shape shape) {
  const Var output = tape.output(x.value().reshaped(shape), x.tracked());
  if (!output.tracked()) return output;
  tape.record([x, output] {
    const Tensor dy = gathered_gradient(output);
    if (dy) give_gradient(x, dy.reshaped(x.shape()));
  });
  return output;
}

}  // namespace storyteller
