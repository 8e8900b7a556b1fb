#include "kernels/cast.h"
#include "core/cuda_built.h"
#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {
namespace {

template <class From, class To>
void run(const Tensor& x, const Tensor& y, bool accumulate) {
  const SourceOp source("cast");
  storyteller::cast(
      x.device().cuda_backend(),
      Cast<From, To>{
          .x = x.data<From>(), .y = y.data<To>(), .n = x.elements(), .accumulate = accumulate});
}

void run(const Tensor& x, const Tensor& y, bool accumulate = false) {
  const auto are = [&](DType from, DType to) { return x.dtype() == from && y.dtype() == to; };
  if constexpr (kCudaBuilt) {
    if (!x.device().is_cpu() && x.device() == y.device()) {
      if (are(DType::kFloat32, DType::kBFloat16)) return run<float, bfloat16>(x, y, accumulate);
      if (are(DType::kBFloat16, DType::kFloat32)) return run<bfloat16, float>(x, y, accumulate);
      if (are(DType::kFloat16, DType::kFloat32)) return run<float16, float>(x, y, accumulate);
      if (are(DType::kFloat16, DType::kBFloat16)) {
        return run<float16, bfloat16>(x, y, accumulate);
      }
    }
  }
  throw InternalError(std::string("cast: from ") + name_of(x.dtype()) + " to " +
                      name_of(y.dtype()) + " on " + x.device().name());
}

}  // namespace

Var cast(Tape& tape, const Var& x, DType dtype) {
  if (x.value().dtype() == dtype) return x;
  const Tensor y = Tensor::empty(x.shape(), dtype, x.value().device());
  run(x.value(), y);
  const Var output = tape.output(y, x.tracked());
  if (!output.tracked()) return output;
  tape.record([x, output] {
    const Tensor dy = gathered_gradient(output);
    if (!dy) return;
    bool accumulate = false;
    const Tensor dx = written_gradient(x, &accumulate);
    run(dy, dx, accumulate);
  });
  return output;
}

void cast_values(const Tensor& from, const Tensor& to) {
  check_shape("cast_values", from.shape() == to.shape(), "both must have one shape", from.shape(),
              to.shape());
  run(from, to);
}

void add_cast_values(const Tensor& from, const Tensor& to) {
  check_shape("add_cast_values", from.shape() == to.shape(), "both must have one shape",
              from.shape(), to.shape());
  run(from, to, true);
}

}  // namespace storyteller
