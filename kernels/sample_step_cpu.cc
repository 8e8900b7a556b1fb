#include "kernels/sample_step.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "kernels/cpu/log_sum_exp.h"
#include "kernels/cpu/parallel.h"
#include "kernels/philox.h"

namespace storyteller {
namespace {

/// -log(-log(1 - u)). Of u near 0, which decides, float keeps all the bits; 1 itself is left out.
template <class T>
T gumbel(uint32_t bits) {
  constexpr T kBelowOne = 1 - std::numeric_limits<T>::epsilon() / 2;
  const T u = std::min((static_cast<T>(bits) + T{0.5}) * T{0x1p-32}, kBelowOne);
  return -std::log(-std::log1p(-u));
}

template <class T>
int32_t sampled(const SampleStep<T>& p, int64_t b) {
  const T* x = p.logits + b * p.V;
  const bool greedy = p.temperature == 0;
  const T inverse = greedy ? T{1} : 1 / p.temperature;
  std::array<uint32_t, 4> bits = {};
  T best = -std::numeric_limits<T>::infinity();
  int64_t word = 0;
  for (int64_t v = 0; v < p.V; ++v) {
    if (!greedy && v % 4 == 0) bits = philox(p.key, p.row_key[b], static_cast<uint64_t>(v / 4));
    const T score = x[v] * inverse + (greedy ? T{0} : gumbel<T>(bits[v % 4]));
    if (score > best) {
      best = score;
      word = v;
    }
  }
  return static_cast<int32_t>(word);
}

}  // namespace

template <class T>
void sample_step(Cpu, const SampleStep<T>& p) {
  parallel_shares(p.B, 8 * p.B * p.V, 1, [&](int64_t begin, int64_t end) {
    for (int64_t b = begin; b < end; ++b) {
      p.word[b] = sampled(p, b);
      if (p.log_probability == nullptr) continue;
      const T* x = p.logits + b * p.V;
      p.log_probability[b] = x[p.word[b]] - log_sum_exp(x, p.V);
    }
  });
}

template void sample_step<float>(Cpu, const SampleStep<float>&);
template void sample_step<double>(Cpu, const SampleStep<double>&);

}  // namespace storyteller
