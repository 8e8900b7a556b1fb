#include "kernels/pool2d.h"

#include "core/dispatch.h"
#include "core/ops/ops.h"

namespace storyteller {
namespace {

Pool2dSizes checked_sizes(const char* op, const Var& x, const PoolOptions& options) {
  const Shape& in = x.shape();
  const Window& window = options.window;
  check_shape(op, in.rank() == 4, "x must be (I,H,W,C)", in);
  check_shape(op, window.stride > 0 && window.fits(in[1], in[2]),
              "the window is greater than the padded picture", in);
  const auto outputs = [&](int64_t size, int64_t kernel, int64_t before, int64_t after) {
    return pool_outputs(size, kernel, window.stride, before, after, options.ceil_mode);
  };
  const Padding& padding = window.padding;
  return {.I = in[0],
          .H = in[1],
          .W = in[2],
          .C = in[3],
          .OH = outputs(in[1], window.height, padding.top, padding.bottom),
          .OW = outputs(in[2], window.width, padding.left, padding.right),
          .window = window};
}

Tensor output_of(const Var& x, const Pool2dSizes& sizes, DType dtype) {
  return Tensor::empty({sizes.I, sizes.OH, sizes.OW, sizes.C}, dtype, x.value().device());
}

}  // namespace

Var max_pool(Tape& tape, const Var& x, const PoolOptions& options) {
  const Pool2dSizes sizes = checked_sizes("max_pool", x, options);
  const Tensor y = output_of(x, sizes, x.value().dtype());
  const Tensor place = output_of(x, sizes, DType::kInt32);
  on("max_pool", y, [&]<class T>(auto backend) {
    max_pool_forward(backend, MaxPoolForward<T>{.x = x.value().data<T>(),
                                                .y = y.data<T>(),
                                                .place = place.data<int32_t>(),
                                                .sizes = sizes});
  });
  const Var output = tape.output(y, x.tracked());
  if (!output.tracked()) return output;
  tape.record([x, output, place, sizes] {
    const Tensor dy = gathered_gradient(output);
    if (!dy) return;
    const Tensor dx = accumulated_gradient(x);
    on("max_pool", dy, [&]<class T>(auto backend) {
      max_pool_backward(backend, MaxPoolBackward<T>{.dy = dy.data<T>(),
                                                    .place = place.data<int32_t>(),
                                                    .dx = dx.data<T>(),
                                                    .sizes = sizes});
    });
  });
  return output;
}

Var mean_pool(Tape& tape, const Var& x, const PoolOptions& options) {
  const Pool2dSizes sizes = checked_sizes("mean_pool", x, options);
  const bool count_padding = options.count_padding;
  const Tensor y = output_of(x, sizes, x.value().dtype());
  on("mean_pool", y, [&]<class T>(auto backend) {
    mean_pool_forward(backend, MeanPoolForward<T>{.x = x.value().data<T>(),
                                                  .y = y.data<T>(),
                                                  .sizes = sizes,
                                                  .count_padding = count_padding});
  });
  const Var output = tape.output(y, x.tracked());
  if (!output.tracked()) return output;
  tape.record([x, output, sizes, count_padding] {
    const Tensor dy = gathered_gradient(output);
    if (!dy) return;
    const Tensor dx = accumulated_gradient(x);
    on("mean_pool", dy, [&]<class T>(auto backend) {
      mean_pool_backward(backend, MeanPoolBackward<T>{.dy = dy.data<T>(),
                                                      .dx = dx.data<T>(),
                                                      .sizes = sizes,
                                                      .count_padding = count_padding});
    });
  });
  return output;
}

}  // namespace storyteller
