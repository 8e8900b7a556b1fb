#include "kernels/embedding.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {

Var embedding(Tape& tape, const Var& weight, const Tensor& tokens) {
  check_shape("embedding", weight.shape().rank() == 2, "the weight must be (V,E)", weight.shape());
  check_shape("embedding", tokens.shape().rank() == 1, "the tokens must be (N)", tokens.shape());
  const int64_t N = tokens.size(0), E = weight.shape()[1];
  const Tensor y = Tensor::empty({N, E}, weight.value().dtype(), weight.value().device());
  on("embedding", y, [&]<class T>(auto backend) {
    embedding_forward(backend, EmbeddingForward<T>{.weight = weight.value().data<T>(),
                                                   .token = tokens.data<int32_t>(),
                                                   .out = y.data<T>(),
                                                   .N = N,
                                                   .E = E});
  });
  const Var output = tape.output(y, weight.tracked());
  if (!output.tracked()) return output;
  tape.record([weight, tokens, output] {
    const Tensor dy = gathered_gradient(output);
    if (!dy) return;
    const Tensor dweight = accumulated_gradient(weight);
    on("embedding", dy, [&]<class T>(auto backend) {
      embedding_backward(backend, EmbeddingBackward<T>{.token = tokens.data<int32_t>(),
                                                       .dout = dy.data<T>(),
                                                       .dweight = dweight.data<T>(),
                                                       .N = dy.size(0),
                                                       .E = dy.size(1)});
    });
  });
  return output;
}

}  // namespace storyteller
