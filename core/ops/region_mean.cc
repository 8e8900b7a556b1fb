#include "kernels/region_mean.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {

Var region_mean(Tape& tape, const Var& x) {
  check_shape("region_mean", x.shape().rank() == 3, "x must be (I,L,D)", x.shape());
  const int64_t I = x.shape()[0], L = x.shape()[1], D = x.shape()[2];
  const Tensor mean = Tensor::empty({I, D}, x.value().dtype(), x.value().device());
  on("region_mean", mean, [&]<class T>(auto backend) {
    region_mean_forward(
        backend, RegionMeanForward<T>{
                     .x = x.value().data<T>(), .mean = mean.data<T>(), .I = I, .L = L, .D = D});
  });
  const Var output = tape.output(mean, x.tracked());
  if (!output.tracked()) return output;
  tape.record([x, output, I, L, D] {
    const Tensor dmean = gathered_gradient(output);
    if (!dmean) return;
    const Tensor dx = accumulated_gradient(x);
    on("region_mean", dmean, [&]<class T>(auto backend) {
      region_mean_backward(
          backend, RegionMeanBackward<T>{
                       .dmean = dmean.data<T>(), .dx = dx.data<T>(), .I = I, .L = L, .D = D});
    });
  });
  return output;
}

}  // namespace storyteller
