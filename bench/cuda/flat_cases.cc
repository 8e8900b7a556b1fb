// Kernels over flat buffers.
#include <algorithm>
#include <string>
#include <type_traits>

#include "bench/cuda/kernel_case.h"
#include "kernels/activation.h"
#include "kernels/arithmetic.h"
#include "kernels/cast.h"
#include "kernels/optimizer.h"

namespace storyteller {
namespace {

using Call = std::function<void()>;

Cuda cuda() { return case_backend(); }

template <class T>
KernelCase adam_step_case(int64_t n) {
  constexpr bool kShadow = std::is_same_v<T, bfloat16>;
  return make_case<T>("adam_step", {.elements = kShadow ? 2 * n : n, .words = 6 * n},
                      [=](KernelArrays& arrays) -> Call {
                        const AdamStep<T> p{.x = arrays.in<float>(n),
                                            .shadow = kShadow ? arrays.out<T>(n) : nullptr,
                                            .dx = arrays.in<T>(n),
                                            .m = arrays.out<float>(n),
                                            .v = arrays.out<float>(n),
                                            .n = n,
                                            .step = 1,
                                            .rate = 1e-4};
                        return [p] { adam_step(cuda(), p); };
                      });
}

template <class T>
KernelCase sum_of_squares_case(int64_t n) {
  return make_case<T>("sum_of_squares", {.elements = n, .words = 4 * sum_of_squares_blocks(n) + 2},
                      [=](KernelArrays& arrays) -> Call {
                        const SumOfSquares<T> p{
                            .x = arrays.in<T>(n),
                            .partial = arrays.out<double>(sum_of_squares_blocks(n)),
                            .sum = arrays.out<double>(1),
                            .n = n};
                        return [p] { sum_of_squares(cuda(), p); };
                      });
}

template <class T>
KernelCase average_step_case(int64_t n) {
  return make_case<T>("average_step", {.words = 3 * n}, [=](KernelArrays& arrays) -> Call {
    const AverageStep<T> p{
        .x = arrays.in<float>(n), .average = arrays.out<float>(n), .n = n, .decay = 0.999};
    return [p] { average_step(cuda(), p); };
  });
}

template <class T>
KernelCase add_case(int64_t n) {
  return make_case<T>("add", {.elements = 3 * n}, [=](KernelArrays& arrays) -> Call {
    const Add<T> p{.a = arrays.in<T>(n), .b = arrays.in<T>(n), .out = arrays.out<T>(n), .n = n};
    return [p] { add(cuda(), p); };
  });
}

template <class T>
KernelCase activation_forward_case(int64_t n) {
  return make_case<T>("activation_forward tanh", {.elements = 2 * n, .tanhs = 1.0 * n},
                      [=](KernelArrays& arrays) -> Call {
                        const ActivationForward<T> p{.x = arrays.in<T>(n, -4, 4),
                                                     .y = arrays.out<T>(n),
                                                     .n = n,
                                                     .activation = Activation::kTanh};
                        return [p] { activation_forward(cuda(), p); };
                      });
}

/// To the storage type, from what a cache or a master holds.
template <class From, class T>
KernelCase cast_case(const std::string& name, int64_t n) {
  KernelCase made = make_case<T>(name, {.elements = n}, [=](KernelArrays& arrays) -> Call {
    const From* x = nullptr;
    if constexpr (std::is_same_v<From, float16>) {
      x = arrays.halves(n);
    } else {
      x = arrays.in<From>(n);
    }
    const Cast<From, T> p{.x = x, .y = arrays.out<T>(n), .n = n};
    return [p] { cast(cuda(), p); };
  });
  made.bytes += static_cast<double>(n) * sizeof(From);
  return made;
}

template <class T>
void append_cases(const Sizes& size, int64_t most, std::vector<KernelCase>& cases) {
  const auto flat = [&](int64_t odd, int64_t real) { return std::min(size(odd, real), most); };
  const int64_t weights = flat(1003, 30'000'000), n = flat(1003, 1 << 25);
  cases.push_back(adam_step_case<T>(weights));
  cases.push_back(average_step_case<T>(weights));
  cases.push_back(sum_of_squares_case<T>(flat(20003, 30'000'000)));
  cases.push_back(add_case<T>(n));
  cases.push_back(activation_forward_case<T>(n));
  cases.push_back(cast_case<float16, T>("cast from float16", n));
  if constexpr (std::is_same_v<T, bfloat16>) {
    cases.push_back(cast_case<float, T>("cast from float32", n));
  }
}

}  // namespace

std::vector<KernelCase> flat_cases(const Sizes& size, int64_t most) {
  std::vector<KernelCase> cases;
  append_cases<float>(size, most, cases);
  append_cases<bfloat16>(size, most, cases);
  return cases;
}

}  // namespace storyteller
