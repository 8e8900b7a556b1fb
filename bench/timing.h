#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace storyteller {

/// Calls `call` warmup + reps times and prints the milliseconds of the last `reps` as one line of
/// JSON, the same as bench/peers/timing.py.
template <class Call>
void measure(const std::string& name, int reps, int warmup, Call&& call) {
  if (reps < 1) return;
  for (int i = 0; i < warmup; ++i) call();
  std::vector<double> ms;
  for (int i = 0; i < reps; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    call();
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - begin;
    ms.push_back(taken.count());
  }
  std::sort(ms.begin(), ms.end());
  const size_t half = ms.size() / 2;
  const double median = ms.size() % 2 == 1 ? ms[half] : (ms[half - 1] + ms[half]) / 2;
  std::printf(R"({"name": "%s", "median_ms": %.4f, "min_ms": %.4f, "max_ms": %.4f, "reps": %d})"
              "\n",
              name.c_str(), median, ms.front(), ms.back(), reps);
  std::fflush(stdout);
}

}  // namespace storyteller
