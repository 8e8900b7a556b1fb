// Stands in for kernels/cuda/matmul_cublaslt.cc where the device is emulated: the same contract by
// plain loops, summed in double.
#include "kernels/cuda/matmul.h"

#include "kernels/cuda/check.h"
#include "kernels/cuda/context.h"
#include "tests/emulation/emulator/device_heap.h"
#include "tests/emulation/library/operands.h"
#include "tests/emulation/runtime/stream.h"

namespace storyteller {
namespace {

template <class T>
double value(T x) {
  return static_cast<double>(static_cast<float>(x));
}

/// Elements from the first of `rows` rows to the last one's end.
size_t extent(int64_t rows, int64_t columns, int64_t stride) {
  return static_cast<size_t>((rows - 1) * stride + columns);
}

template <class T>
cudaError_t multiply(const Matmul<T>& p) {
  const emulation::DeviceRole device;
  for (int64_t m = 0; m < p.M; ++m) {
    for (int64_t n = 0; n < p.N; ++n) {
      T& c = p.c[m * p.c_stride + n];
      double sum = (p.accumulate ? value(c) : 0) + (p.bias != nullptr ? value(p.bias[n]) : 0);
      for (int64_t k = 0; k < p.K; ++k) {
        sum += value(p.a[p.transpose_a ? k * p.a_stride + m : m * p.a_stride + k]) *
               value(p.b[p.transpose_b ? n * p.b_stride + k : k * p.b_stride + n]);
      }
      c = T(static_cast<float>(sum));
    }
    emulation::mark_written(p.c + m * p.c_stride, static_cast<size_t>(p.N));
  }
  return cudaSuccess;
}

}  // namespace

template <class T>
void matmul(Cuda backend, const Matmul<T>& p) {
  // The library works in the context's scratch: what a caller keeps there is lost.
  constexpr size_t kWorkspaceBytes = 64 << 10;
  CudaContext& context = *backend.context;
  check_cuda(
      cudaMemsetAsync(context.scratch(kWorkspaceBytes), 0xFF, kWorkspaceBytes, context.stream()),
      "matmul: workspace");
  const auto operand = [](const T* x, int64_t rows, int64_t columns, int64_t stride,
                          const char* name) {
    emulation::demand_operand(x, extent(rows, columns, stride), name);
  };
  p.transpose_a ? operand(p.a, p.K, p.M, p.a_stride, "matmul: a")
                : operand(p.a, p.M, p.K, p.a_stride, "matmul: a");
  p.transpose_b ? operand(p.b, p.N, p.K, p.b_stride, "matmul: b")
                : operand(p.b, p.K, p.N, p.b_stride, "matmul: b");
  operand(p.c, p.M, p.N, p.c_stride, "matmul: c");
  if (p.bias != nullptr) operand(p.bias, 1, p.N, p.N, "matmul: bias");
  check_cuda(emulation::submit(context.stream(), [p] { return multiply(p); }), "matmul");
}

template void matmul<float>(Cuda, const Matmul<float>&);
template void matmul<bfloat16>(Cuda, const Matmul<bfloat16>&);

}  // namespace storyteller
