#include "kernels/word_presence.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {

Var word_presence_loss(Tape& tape, const Var& x, const Tensor& present) {
  check_shape("word_presence_loss",
              x.shape().rank() == 3 && present.shape() == Shape({x.shape()[0], x.shape()[2]}),
              "scores (I,L,V) must go with presence (I,V)", x.shape(), present.shape());
  const int64_t I = x.shape()[0], L = x.shape()[1], V = x.shape()[2];
  const Tensor best = Tensor::empty({I, V}, DType::kInt32, x.value().device());
  const Tensor loss = Tensor::empty({}, wide(x.value().dtype()), x.value().device());
  on("word_presence_loss", x.value(), [&]<class T>(auto backend) {
    word_presence_forward(backend, WordPresenceForward<T>{.x = x.value().data<T>(),
                                                          .y = present.data<Wide<T>>(),
                                                          .best_region = best.data<int32_t>(),
                                                          .loss = loss.data<Wide<T>>(),
                                                          .I = I,
                                                          .L = L,
                                                          .V = V});
  });
  const Var output = tape.output(loss, x.tracked());
  if (!output.tracked()) return output;
  tape.record([x, present, best, output] {
    const Tensor dloss = gathered_gradient(output);
    if (!dloss) return;
    const Tensor dx = accumulated_gradient(x);
    on("word_presence_loss", dx, [&]<class T>(auto backend) {
      word_presence_backward(backend, WordPresenceBackward<T>{.x = x.value().data<T>(),
                                                              .y = present.data<Wide<T>>(),
                                                              .best_region = best.data<int32_t>(),
                                                              .dloss = dloss.data<Wide<T>>(),
                                                              .dx = dx.data<T>(),
                                                              .I = x.shape()[0],
                                                              .L = x.shape()[1],
                                                              .V = x.shape()[2]});
    });
  });
  return output;
}

}  // namespace storyteller
