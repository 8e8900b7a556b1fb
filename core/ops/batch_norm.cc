#include "kernels/batch_norm.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {
namespace {

struct RecordedBatchNorm {
  Var x, gamma, beta, output;
  Tensor mean, inv_std;
  int64_t N, C;
  bool training, relu;
};

void backward(const RecordedBatchNorm& r) {
  const Tensor dy = gathered_gradient(r.output);
  if (!dy) return;
  bool accumulate_dx = false;
  const Tensor dx = r.x.tracked() ? written_gradient(r.x, &accumulate_dx) : Tensor();
  const Tensor dgamma = r.gamma.tracked() ? accumulated_gradient(r.gamma) : Tensor();
  const Tensor dbeta = r.beta.tracked() ? accumulated_gradient(r.beta) : Tensor();
  on("batch_norm", dy, [&]<class T>(auto backend) {
    batch_norm_backward(backend, BatchNormBackward<T>{.x = r.x.value().data<T>(),
                                                      .y = r.output.value().data<T>(),
                                                      .gamma = r.gamma.value().data<T>(),
                                                      .mean = r.mean.data<Wide<T>>(),
                                                      .inv_std = r.inv_std.data<Wide<T>>(),
                                                      .dy = dy.data<T>(),
                                                      .dx = dx.data<T>(),
                                                      .dgamma = dgamma.data<T>(),
                                                      .dbeta = dbeta.data<T>(),
                                                      .N = r.N,
                                                      .C = r.C,
                                                      .training = r.training,
                                                      .relu = r.relu,
                                                      .accumulate_dx = accumulate_dx});
  });
}

void check_state(const Var& x, const BatchNormState& state, const BatchNormOptions& options,
                 int64_t N, int64_t C) {
  for (const Shape& shape : {state.gamma.shape(), state.beta.shape(), state.running_mean.shape(),
                             state.running_variance.shape()}) {
    check_shape("batch_norm", shape.elements() == C, "every value must have C elements", shape,
                x.shape());
  }
  check_shape("batch_norm", N > 1 || !options.training,
              "training needs the statistics of at least two rows", x.shape());
}

}  // namespace

Var batch_norm(Tape& tape, const Var& x, const BatchNormState& state,
               const BatchNormOptions& options) {
  check_shape("batch_norm", x.shape().rank() >= 2, "x must have rows and channels", x.shape());
  const int64_t C = x.shape()[x.shape().rank() - 1], N = x.value().elements() / C;
  check_state(x, state, options, N, C);
  const DType dtype = x.value().dtype();
  const Device device = x.value().device();
  const Tensor y = Tensor::empty(x.shape(), dtype, device);
  const Tensor mean = Tensor::empty({C}, wide(dtype), device);
  const Tensor inv_std = Tensor::empty({C}, wide(dtype), device);
  on("batch_norm", y, [&]<class T>(auto backend) {
    batch_norm_forward(
        backend, BatchNormForward<T>{.x = x.value().data<T>(),
                                     .gamma = state.gamma.value().data<T>(),
                                     .beta = state.beta.value().data<T>(),
                                     .y = y.data<T>(),
                                     .mean = mean.data<Wide<T>>(),
                                     .inv_std = inv_std.data<Wide<T>>(),
                                     .running_mean = state.running_mean.data<Wide<T>>(),
                                     .running_variance = state.running_variance.data<Wide<T>>(),
                                     .N = N,
                                     .C = C,
                                     .training = options.training,
                                     .relu = options.relu,
                                     .epsilon = static_cast<Wide<T>>(options.epsilon),
                                     .momentum = static_cast<Wide<T>>(options.momentum)});
  });
  const Var output = tape.output(y, x.tracked() || state.gamma.tracked() || state.beta.tracked());
  if (output.tracked()) {
    tape.record([r = RecordedBatchNorm{x, state.gamma, state.beta, output, mean, inv_std, N, C,
                                       options.training, options.relu}] { backward(r); });
  }
  return output;
}

void fold_batch_norm(const Tensor& weight, const BatchNormState& state, double epsilon,
                     const Tensor& folded, const Tensor& bias) {
  check_shape("fold_batch_norm", folded.shape() == weight.shape(),
              "both weights must have one shape", folded.shape(), weight.shape());
  check_shape("fold_batch_norm",
              bias.elements() == weight.rows() && state.gamma.shape() == bias.shape(),
              "bias and gamma must have O elements", bias.shape(), state.gamma.shape());
  on("fold_batch_norm", weight, [&]<class T>(auto backend) {
    fold_batch_norm(backend,
                    FoldBatchNorm<T>{.weight = weight.data<T>(),
                                     .gamma = state.gamma.value().data<T>(),
                                     .beta = state.beta.value().data<T>(),
                                     .running_mean = state.running_mean.data<Wide<T>>(),
                                     .running_variance = state.running_variance.data<Wide<T>>(),
                                     .folded = folded.data<T>(),
                                     .bias = bias.data<T>(),
                                     .O = weight.rows(),
                                     .K = weight.shape().row_elements(),
                                     .epsilon = static_cast<Wide<T>>(epsilon)});
  });
}

}  // namespace storyteller
