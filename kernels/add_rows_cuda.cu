// Rows added to rows, either of which may be parts of longer ones (add_rows.h).
//
// Bytes: x is read and y read and written once, 6 an element in bfloat16. Bound by launch latency
// at the rows of one step, by memory beyond.
//
// Design: one thread a 16-byte vector of a row where width, strides and both pointers allow it,
// else one element a thread.
#include "kernels/add_rows.h"

#include "kernels/cuda/pointwise.h"

namespace storyteller {
namespace {

// compiled: no stack, only 16-byte accesses
template <class T, int W>
__global__ void __launch_bounds__(kPointwiseThreads) add_rows_kernel(AddRows<T> p) {
  for_each_vector<W>(p.B * p.W, [&](int64_t i) {
    const int64_t b = i / p.W, j = i % p.W;
    float x[W];
    load(p.x + b * p.x_stride + j, x);
    add_to(p.y + b * p.y_stride + j, x);
  });
}

}  // namespace

template <class T>
void add_rows(Cuda backend, const AddRows<T>& p) {
  const bool vector =
      can_vectorise<T>(p.W, p.x, p.y) && p.x_stride % kLanes<T> == 0 && p.y_stride % kLanes<T> == 0;
  launch(backend, "add_rows", vector ? add_rows_kernel<T, kLanes<T>> : add_rows_kernel<T, 1>,
         pointwise_shape(p.B * p.W, vector ? kLanes<T> : 1), p);
}

template void add_rows<float>(Cuda, const AddRows<float>&);
template void add_rows<bfloat16>(Cuda, const AddRows<bfloat16>&);

}  // namespace storyteller
