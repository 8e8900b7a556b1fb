#include <algorithm>

#include "core/dispatch.h"
#include "core/ops/ops.h"
#include "kernels/gemm.h"

namespace storyteller {
namespace {

void check_linear(const char* op, const Var& x, const Var& weight, const Var& bias) {
  check_shape(
      op, x.shape().rank() == 2 && weight.shape().rank() == 2 && x.shape()[1] == weight.shape()[1],
      "x (M,K) and weight (N,K) must share K", x.shape(), weight.shape());
  if (bias) {
    check_shape(op, bias.value().elements() == weight.shape()[0], "the bias must have N elements",
                bias.shape(), weight.shape());
  }
}

/// dx += dy · weight
void input_gradient(const Var& x, const Tensor& weight, const Tensor& dy) {
  bool accumulate = false;
  const Tensor dx = written_gradient(x, &accumulate);
  on("linear", dx, [&]<class T>(auto backend) {
    gemm(backend, Gemm<T>{.a = dy.data<T>(),
                          .b = weight.data<T>(),
                          .c = dx.data<T>(),
                          .M = dy.rows(),
                          .N = weight.size(1),
                          .K = weight.size(0),
                          .accumulate = accumulate,
                          .a_stride = dy.size(1)});
  });
}

/// dweight += dyᵀ · x and dbias += the sum of dy's rows
void weight_gradient(const Tensor& x, const Var& weight, const Var& bias, const Tensor& dy) {
  if (weight.tracked()) {
    bool accumulate = false;
    const Tensor dweight = written_gradient(weight, &accumulate);
    on("linear", dy, [&]<class T>(auto backend) {
      gemm(backend, Gemm<T>{.a = dy.data<T>(),
                            .b = x.data<T>(),
                            .c = dweight.data<T>(),
                            .M = dweight.size(0),
                            .N = dweight.size(1),
                            .K = dy.rows(),
                            .transpose_a = true,
                            .accumulate = accumulate,
                            .a_stride = dy.size(1)});
    });
  }
  if (bias.tracked()) {
    const Tensor dbias = accumulated_gradient(bias);
    on("linear", dy, [&]<class T>(auto backend) {
      bias_gradient(backend, BiasGradient<T>{.dy = dy.data<T>(),
                                             .db = dbias.data<T>(),
                                             .M = dy.rows(),
                                             .N = dbias.elements(),
                                             .stride = dy.size(1)});
    });
  }
}

/// The same with the weight's transpose packed, for the few rows of one step.
void packed_input_gradient(const Var& x, const Tensor& transposed, const Tensor& dy) {
  bool accumulate = false;
  const Tensor dx = written_gradient(x, &accumulate);
  on("linear_step", dx, [&]<class T>(auto backend) {
    packed_linear(backend, PackedLinear<T>{.x = dy.data<T>(),
                                           .packed = transposed.raw(),
                                           .bias = nullptr,
                                           .y = dx.data<T>(),
                                           .M = dy.rows(),
                                           .N = dx.size(1),
                                           .K = dy.size(1),
                                           .accumulate = accumulate});
  });
}

/// Packs `weight` or its transpose unless that was done for `version`.
void fill(PackedWeight& packed, const Tensor& weight, uint64_t version, bool transposed) {
  if (packed.version == version) return;
  const int64_t N = weight.size(transposed ? 1 : 0), K = weight.size(transposed ? 0 : 1);
  on("pack", weight, [&]<class T>(auto backend) {
    const auto bytes = static_cast<int64_t>(packed_weight_bytes<T>(backend, N, K));
    if (!packed.bytes) {
      packed.bytes = Tensor::empty({(bytes + 3) / 4}, DType::kInt32, weight.device());
    }
    pack_weight(backend, PackWeight<T>{.weight = weight.data<T>(),
                                       .packed = packed.bytes.raw(),
                                       .N = N,
                                       .K = K,
                                       .transposed = transposed});
  });
  packed.version = version;
}

}  // namespace

int64_t padded_width(Device device, int64_t width) {
  constexpr int64_t kMultiple = 64;
  return device.is_cpu() ? width : (width + kMultiple - 1) / kMultiple * kMultiple;
}

Var linear(Tape& tape, const Var& x, const Var& weight, const Var& bias, int64_t width) {
  check_linear("linear", x, weight, bias);
  const int64_t M = x.shape()[0], N = weight.shape()[0], stride = std::max(width, N);
  const Tensor y = Tensor::empty({M, stride}, x.value().dtype(), x.value().device());
  on("linear", y, [&]<class T>(auto backend) {
    gemm(backend, Gemm<T>{.a = x.value().data<T>(),
                          .b = weight.value().data<T>(),
                          .c = y.data<T>(),
                          .M = M,
                          .N = N,
                          .K = weight.shape()[1],
                          .transpose_b = true,
                          .c_stride = stride});
    if (bias || stride > N) {
      add_bias(backend, AddBias<T>{.bias = bias ? bias.value().data<T>() : nullptr,
                                   .y = y.data<T>(),
                                   .M = M,
                                   .N = N,
                                   .stride = stride});
    }
  });
  const Var output = tape.output(y, x.tracked() || weight.tracked() || bias.tracked());
  if (!output.tracked()) return output;
  tape.record([x, weight, bias, output] {
    const Tensor dy = gathered_gradient(output);
    if (!dy) return;
    if (x.tracked()) input_gradient(x, weight.value(), dy);
    weight_gradient(x.value(), weight, bias, dy);
  });
  return output;
}

void pack(const StepWeight& step, uint64_t version) {
  fill(*step.packed, step.weight.value(), version, false);
  if (step.packed_transposed != nullptr && step.weight.tracked()) {
    fill(*step.packed_transposed, step.weight.value(), version, true);
  }
}

void linear_step(Tape& tape, const Var& x, const StepWeight& step, const Var& y, bool accumulate) {
  check_linear("linear_step", x, step.weight, step.bias);
  check_shape("linear_step",
              y.shape().rank() == 2 && y.shape()[0] == x.shape()[0] &&
                  y.shape()[1] == step.weight.shape()[0],
              "x (M,K) and y (M,N) must share M", x.shape(), y.shape());
  if (accumulate && step.bias) throw InternalError("linear_step: accumulate goes without a bias");
  on("linear_step", x.value(), [&]<class T>(auto backend) {
    packed_linear(backend,
                  PackedLinear<T>{.x = x.value().data<T>(),
                                  .packed = step.packed->bytes.raw(),
                                  .bias = step.bias ? step.bias.value().data<T>() : nullptr,
                                  .y = y.value().data<T>(),
                                  .M = x.shape()[0],
                                  .N = y.shape()[1],
                                  .K = x.shape()[1],
                                  .accumulate = accumulate,
                                  .weight = step.weight.value().data<T>()});
  });
  if (!x.tracked()) return;
  const Tensor weight = step.weight.value();
  const Tensor transposed =
      step.packed_transposed == nullptr ? Tensor() : step.packed_transposed->bytes;
  tape.record([x, weight, transposed, y] {
    const Tensor dy = gathered_gradient(y);
    if (!dy) return;
    transposed ? packed_input_gradient(x, transposed, dy) : input_gradient(x, weight, dy);
  });
}

void linear_weight_gradient(Tape& tape, const Var& x, const StepWeight& step, const Var& y) {
  const Var weight = step.weight, bias = step.bias;
  if (!weight.tracked() && !bias.tracked()) return;
  tape.record([x, weight, bias, y] {
    if (const Tensor dy = gathered_gradient(y)) weight_gradient(x.value(), weight, bias, dy);
  });
}

}  // namespace storyteller
