#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "core/system/threads.h"
#include "core/system/wait_passively.h"

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

/// The main() of a program that measures: an exception is one line on stderr and exit status 1.
template <class Run>
int run_benchmark(const char* name, int argc, char** argv, Run&& run) {
  wait_passively(argv);
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", name, error.what());
    return 1;
  }
}

}  // namespace storyteller
