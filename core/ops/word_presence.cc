#include "kernels/word_presence.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {

Var word_presence_loss(Tape& tape, const Var& x, const Tensor& present, const Tensor& weight,
                       double sharpness, int64_t words) {
  check_shape("word_presence_loss",
              x.shape().rank() == 3 && present.shape() == Shape({x.shape()[0], x.shape()[2]}) &&
                  weight.shape() == Shape({x.shape()[2]}),
              "scores (I,L,V) must go with presence (I,V) and weight (V)", x.shape(),
              present.shape());
  const int64_t I = x.shape()[0], L = x.shape()[1], V = x.shape()[2];
  const DType type = wide(x.value().dtype());
  const Tensor pooled = Tensor::empty({I, V}, type, x.value().device());
  const Tensor loss = Tensor::empty({}, type, x.value().device());
  on("word_presence_loss", x.value(), [&]<class T>(auto backend) {
    word_presence_forward(backend,
                          WordPresenceForward<T>{.x = x.value().data<T>(),
                                                 .y = present.data<Wide<T>>(),
                                                 .weight = weight.data<Wide<T>>(),
                                                 .pooled = pooled.data<Wide<T>>(),
                                                 .loss = loss.data<Wide<T>>(),
                                                 .I = I,
                                                 .L = L,
                                                 .V = V,
                                                 .sharpness = static_cast<Wide<T>>(sharpness),
                                                 .words = words});
  });
  const Var output = tape.output(loss, x.tracked());
  if (!output.tracked()) return output;
  tape.record([x, present, weight, pooled, sharpness, words, output] {
    const Tensor dloss = gathered_gradient(output);
    if (!dloss) return;
    const Tensor dx = accumulated_gradient(x);
    on("word_presence_loss", dx, [&]<class T>(auto backend) {
      word_presence_backward(backend,
                             WordPresenceBackward<T>{.x = x.value().data<T>(),
                                                     .y = present.data<Wide<T>>(),
                                                     .weight = weight.data<Wide<T>>(),
                                                     .pooled = pooled.data<Wide<T>>(),
                                                     .dloss = dloss.data<Wide<T>>(),
                                                     .dx = dx.data<T>(),
                                                     .I = x.shape()[0],
                                                     .L = x.shape()[1],
                                                     .V = x.shape()[2],
                                                     .sharpness = static_cast<Wide<T>>(sharpness),
                                                     .words = words});
    });
  });
  return output;
}

}  // namespace storyteller
