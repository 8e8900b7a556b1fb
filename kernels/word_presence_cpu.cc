#include "kernels/word_presence.h"

#include <algorithm>
#include <cmath>

namespace storyteller {

template <class T>
void word_presence_forward(Cpu, const WordPresenceForward<T>& p) {
  double sum = 0;
  for (int64_t i = 0; i < p.I; ++i) {
    int32_t* best = p.best_region + i * p.V;
    const T* x = p.x + i * p.L * p.V;
    std::fill_n(best, p.V, 0);
    for (int64_t l = 1; l < p.L; ++l) {
      for (int64_t v = 0; v < p.V; ++v) {
        if (x[l * p.V + v] > x[best[v] * p.V + v]) best[v] = static_cast<int32_t>(l);
      }
    }
    for (int64_t v = 0; v < p.V; ++v) {
      const auto s = static_cast<double>(x[best[v] * p.V + v]);
      // log(1 + e^s) without overflow
      const double softplus = std::max(s, 0.0) + std::log1p(std::exp(-std::abs(s)));
      sum += softplus - static_cast<double>(p.y[i * p.V + v]) * s;
    }
  }
  *p.loss = static_cast<Wide<T>>(sum / static_cast<double>(p.I * p.V));
}

template <class T>
void word_presence_backward(Cpu, const WordPresenceBackward<T>& p) {
  const auto share = static_cast<double>(*p.dloss) / static_cast<double>(p.I * p.V);
  for (int64_t i = 0; i < p.I; ++i) {
    for (int64_t v = 0; v < p.V; ++v) {
      const int64_t at = (i * p.L + p.best_region[i * p.V + v]) * p.V + v;
      const double sigmoid = 1 / (1 + std::exp(-static_cast<double>(p.x[at])));
      p.dx[at] += static_cast<T>(share * (sigmoid - static_cast<double>(p.y[i * p.V + v])));
    }
  }
}

template void word_presence_forward<float>(Cpu, const WordPresenceForward<float>&);
template void word_presence_forward<double>(Cpu, const WordPresenceForward<double>&);
template void word_presence_backward<float>(Cpu, const WordPresenceBackward<float>&);
template void word_presence_backward<double>(Cpu, const WordPresenceBackward<double>&);

}  // namespace storyteller
