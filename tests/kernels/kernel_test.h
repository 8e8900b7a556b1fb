#pragma once

#include <omp.h>

#include <cstdint>
#include <vector>

#include "kernels/backend.h"
#include "kernels/cpu/context.h"
#include "kernels/philox.h"

namespace storyteller {

/// The CPU backend of a test.
inline Cpu test_cpu() {
  static CpuContext context;
  return Cpu{&context};
}

/// `n` numbers uniform in [-1, 1), the same for the same `key`.
template <class T>
std::vector<T> random_values(uint64_t key, int64_t n) {
  std::vector<T> values;
  for (int64_t i = 0; i < n; ++i) {
    values.push_back(2 * static_cast<T>(uniform01(philox(key, 1, static_cast<uint64_t>(i))[0])) -
                     1);
  }
  return values;
}

/// Sets the number of threads for a scope.
class ThreadCount {
 public:
  explicit ThreadCount(int threads) : before_(omp_get_max_threads()) {
    omp_set_num_threads(threads);
  }
  ~ThreadCount() { omp_set_num_threads(before_); }
  ThreadCount(const ThreadCount&) = delete;
  ThreadCount& operator=(const ThreadCount&) = delete;

 private:
  int before_;
};

}  // namespace storyteller
