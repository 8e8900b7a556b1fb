#include "kernels/embedding.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {

namespace {

/// `begin` and `rows`: the CSR of the tokens; empty: not at hand.
Var gathered_rows(const char* op, Tape& tape, const Var& weight, const Tensor& tokens,
                  const Tensor& begin, const Tensor& rows) {
  check_shape(op, weight.shape().rank() == 2, "the weight must be (V,E)", weight.shape());
  check_shape(op, tokens.shape().rank() == 1, "the tokens must be (N)", tokens.shape());
  const int64_t N = tokens.size(0), E = weight.shape()[1];
  const Tensor y = Tensor::empty({N, E}, weight.value().dtype(), weight.value().device());
  on(op, y, [&]<class T>(auto backend) {
    embedding_forward(backend, EmbeddingForward<T>{.weight = weight.value().data<T>(),
                                                   .token = tokens.data<int32_t>(),
                                                   .out = y.data<T>(),
                                                   .N = N,
                                                   .E = E});
  });
  const Var output = tape.output(y, weight.tracked());
  if (!output.tracked()) return output;
  tape.record([op, weight, tokens, begin, rows, output] {
    const Tensor dy = gathered_gradient(output);
    if (!dy) return;
    const Tensor dweight = accumulated_gradient(weight);
    on(op, dy, [&]<class T>(auto backend) {
      embedding_backward(backend, EmbeddingBackward<T>{.token = tokens.data<int32_t>(),
                                                       .dout = dy.data<T>(),
                                                       .dweight = dweight.data<T>(),
                                                       .N = dy.size(0),
                                                       .E = dy.size(1),
                                                       .begin = begin.data<int32_t>(),
                                                       .rows = rows.data<int32_t>(),
                                                       .V = weight.shape()[0]});
    });
  });
  return output;
}

}  // namespace

Var embedding(Tape& tape, const Var& weight, const Tensor& tokens) {
  return gathered_rows("embedding", tape, weight, tokens, {}, {});
}

Var gather_rows(Tape& tape, const Var& x, const Tensor& index) {
  return gathered_rows("gather_rows", tape, x, index, {}, {});
}

Var picture_rows(Tape& tape, const Var& x, const RowMap& map) {
  return gathered_rows("embedding", tape, x, map.row_to_image, map.image_begin, map.image_rows);
}

}  // namespace storyteller
