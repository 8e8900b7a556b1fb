#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace storyteller::serve {

/// Threads that take work in the order in which it comes. They begin with the first piece of it.
class Workers {
 public:
  enum class Priority { kUsual, kLow };  ///< kLow: behind all that others compute
  /// @param threads at least 1.
  explicit Workers(std::size_t threads, Priority priority = Priority::kUsual)
      : threads_(threads), priority_(priority) {}
  ~Workers() { stop(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// `work` must not throw. Any thread may call it.
  void post(std::function<void()> work);
  /// Waits for what was begun; the rest, and all that comes later, is dropped.
  void stop();

 private:
  void run();

  std::size_t threads_;
  Priority priority_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::jthread> running_;
};

}  // namespace storyteller::serve
