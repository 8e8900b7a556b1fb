#pragma once

#include <algorithm>
#include <cstdint>

#include <omp.h>

namespace storyteller {

/// Calls f(begin, end) on contiguous shares of [0, n), one share a thread, when the work (in
/// elements touched) is worth the threads; shares depend on n and the thread count alone, and their
/// borders are multiples of `grain`, so results do not vary from run to run.
template <class F>
void parallel_shares(int64_t n, int64_t work, int64_t grain, F&& f) {
  constexpr int64_t kWorthwhile = 16384;
  const int threads = work < kWorthwhile || n <= grain ? 1 : omp_get_max_threads();
  if (threads == 1) {
    if (n > 0) f(int64_t{0}, n);
    return;
  }
#pragma omp parallel num_threads(threads)
  {
    const int64_t grains = (n + grain - 1) / grain;
    const int64_t t = omp_get_thread_num(), all = omp_get_num_threads();
    const int64_t begin = std::min(grains * t / all * grain, n);
    const int64_t end = std::min(grains * (t + 1) / all * grain, n);
    if (begin < end) f(begin, end);
  }
}

}  // namespace storyteller
