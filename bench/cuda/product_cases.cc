// The products of a training step, and what goes with them.
#include <string>
#include "bench/cuda/kernel_case.h"
#include "kernels/gemm.h"

namespace storyteller {
namespace {

using Call = std::function<void()>;

Cuda cuda() { return case_backend(); }

/// c (M,N) of a step.
struct Product {
  const char* name;
  int64_t M, N, K;
  bool transpose_a = false, transpose_b = false, accumulate = false;
};

template <class T>
KernelCase gemm_case(const Product& g) {
  const int64_t M = g.M, N = g.N, K = g.K;
  return make_case<T>(std::string("product ") + g.name,
                      {.elements = M * K + K * N + (g.accumulate ? 2 : 1) * M * N,
                       .flops = 2.0 * static_cast<double>(M) * static_cast<double>(N * K)},
                      [=](KernelArrays& arrays) -> Call {
                        const Gemm<T> p{.a = arrays.in<T>(M * K),
                                        .b = arrays.in<T>(K * N),
                                        .c = arrays.out<T>(M * N),
                                        .M = M,
                                        .N = N,
                                        .K = K,
                                        .transpose_a = g.transpose_a,
                                        .transpose_b = g.transpose_b,
                                        .accumulate = g.accumulate};
                        return [p] { gemm(cuda(), p); };
                      });
}

template <class T>
KernelCase add_bias_case(int64_t M, int64_t N) {
  return make_case<T>("add_bias", {.elements = 2 * M * N + N}, [=](KernelArrays& arrays) -> Call {
    const AddBias<T> p{.bias = arrays.in<T>(N), .y = arrays.out<T>(M * N), .M = M, .N = N};
    return [p] { add_bias(cuda(), p); };
  });
}

template <class T>
KernelCase bias_gradient_case(int64_t M, int64_t N) {
  return make_case<T>(
      "bias_gradient", {.elements = M * N + 2 * N}, [=](KernelArrays& arrays) -> Call {
        const BiasGradient<T> p{.dy = arrays.in<T>(M * N), .db = arrays.out<T>(N), .M = M, .N = N};
        return [p] { bias_gradient(cuda(), p); };
      });
}

template <class T>
void append_cases(const Sizes& size, std::vector<KernelCase>& cases) {
  const int64_t B = size(3, 64), steps = size(3, 20), N = B * steps, H = size(16, 512),
                A = size(16, 512), D = size(24, 1280), V = size(104, 10000), L = size(7, 49);
  const Product products[] = {
      {"query", B, A, H, false, true},
      {"scalar gate", B, 1, H, false, true},
      {"gates of h", B, 4 * H, H, false, true, true},
      {"gates of z", B, 4 * H, D, false, true, true},
      {"gates of words", N, 4 * H, H, false, true},
      {"keys", B * L, A, D, false, true},
      {"first state", B, H, D, false, true},
      {"logits", N, V, H, false, true},
      {"logits of an odd vocabulary", N, size(105, 2545), H, false, true},
      {"dh of gates", B, H, 4 * H, false, false, true},
      {"dz", B, D, 4 * H},
      {"dh of query", B, H, A, false, false, true},
      {"dh of scalar gate", B, H, 1, false, false, true},
      {"dh of logits", N, H, V},
      {"dW of logits", V, H, N, true, false, true},
      {"dW of gates of h", 4 * H, H, N, true, false, true},
      {"dW of gates of z", 4 * H, D, N, true, false, true},
      {"dW of keys", A, D, B * L, true, false, true},
      {"dW of scalar gate", 1, H, N, true, false, true},
  };
  for (const Product& product : products) cases.push_back(gemm_case<T>(product));
  cases.push_back(add_bias_case<T>(N, V));
  cases.push_back(bias_gradient_case<T>(N, V));
}

}  // namespace

std::vector<KernelCase> product_cases(const Sizes& size) {
  std::vector<KernelCase> cases;
  append_cases<float>(size, cases);
  append_cases<bfloat16>(size, cases);
  return cases;
}

}  // namespace storyteller
