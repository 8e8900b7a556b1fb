#include "core/ops/constant.h"

#include "core/ops/ops.h"

namespace storyteller {

Tensor constant(Shape shape, const std::vector<float>& values, DType dtype, Device device) {
  if (dtype == DType::kFloat64) {
    return Tensor::from(shape, std::vector<double>(values.begin(), values.end()), device);
  }
  Tape tape(Tape::Mode::kInfer);
  return cast(tape, Var(Tensor::from(shape, values, device)), dtype).value();
}

}  // namespace storyteller
