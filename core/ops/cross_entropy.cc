#include "kernels/cross_entropy.h"

#include <span>

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {
namespace {

double sum_of(const Tensor& losses) {
  double sum = 0;
  if (losses.dtype() == DType::kFloat64) {
    for (double loss : std::span(losses.data<double>(), losses.elements())) sum += loss;
  } else {
    for (float loss : std::span(losses.data<float>(), losses.elements())) sum += loss;
  }
  return sum;
}

Tensor scalar(double value, DType dtype, Device device) {
  Tensor tensor = Tensor::empty({}, dtype, device);
  const auto single = static_cast<float>(value);
  if (dtype == DType::kFloat64) {
    tensor.copy_from_host(&value);
  } else {
    tensor.copy_from_host(&single);
  }
  return tensor;
}

double value_of(const Tensor& scalar) {
  return scalar.dtype() == DType::kFloat64 ? *scalar.data<double>() : *scalar.data<float>();
}

}  // namespace

Var cross_entropy(Tape& tape, const Var& logits, const Tensor& target, const Tensor& weight,
                  double smoothing, double normaliser) {
  check_shape("cross_entropy", logits.shape().rank() == 2 && target.elements() == logits.shape()[0],
              "logits (N,V) and target (N) must share N", logits.shape(), target.shape());
  const int64_t N = logits.shape()[0], V = logits.shape()[1];
  if (normaliser == 0) normaliser = static_cast<double>(N);
  const DType type = wide(logits.value().dtype());
  const Tensor losses = Tensor::empty({N}, type, logits.value().device());
  const bool with_gradient = tape.recording() && logits.tracked();
  on("cross_entropy", logits.value(), [&]<class T>(auto backend) {
    cross_entropy(backend, CrossEntropy<T>{.logits = logits.value().data<T>(),
                                           .target = target.data<int32_t>(),
                                           .weight = weight ? weight.data<Wide<T>>() : nullptr,
                                           .loss = losses.data<Wide<T>>(),
                                           .N = N,
                                           .V = V,
                                           .smoothing = static_cast<Wide<T>>(smoothing),
                                           .scale = static_cast<Wide<T>>(1 / normaliser),
                                           .with_gradient = with_gradient});
  });
  const Tensor mean = scalar(sum_of(losses) / normaliser, type, losses.device());
  const Var output = tape.output(mean, with_gradient);
  if (!output.tracked()) return output;
  tape.record([logits, output] {
    const Tensor dy = gathered_gradient(output);
    if (!dy) return;
    const double scale = value_of(dy);
    const Tensor& dlogits = logits.value();  // the kernel left the gradient there
    if (scale != 1) {
      on("cross_entropy", dlogits, [&]<class T>(auto) {
        for (T& element : std::span(dlogits.data<T>(), dlogits.elements())) {
          element = static_cast<T>(static_cast<Wide<T>>(element) * static_cast<Wide<T>>(scale));
        }
      });
    }
    give_gradient(logits, dlogits);
  });
  return output;
}

}  // namespace storyteller
