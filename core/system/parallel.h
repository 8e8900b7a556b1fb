#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "core/system/threads.h"

namespace storyteller {

/// Runs body(i) for 0 <= i < count on `threads` threads (0: default_threads()), which take `block`
/// of them at a time, so that what it does for one i must not depend on another; the first
/// exception is thrown again.
template <class Body>
void parallel_for(size_t count, int threads, Body body, size_t block = 64) {
  const size_t blocks = (count + block - 1) / block;
  const bool one = threads == 1 || blocks <= 1;
  const auto wanted = static_cast<size_t>(one ? 1 : threads > 0 ? threads : default_threads());
  const size_t workers = std::min(wanted, blocks);
  std::atomic<size_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_lock;
  const auto work = [&] {
    try {
      for (size_t begin; (begin = next.fetch_add(block)) < count;) {
        for (size_t i = begin; i < std::min(count, begin + block); ++i) body(i);
      }
    } catch (...) {
      const std::lock_guard lock(failure_lock);
      if (!failure) failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> pool;
    try {
      for (size_t i = 1; i < workers; ++i) pool.emplace_back(work);
    } catch (const std::system_error&) {  // no more threads to be had: those there do it all
    }
    work();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace storyteller
