#include "tools/apps/serve/workers.h"

#include <sys/resource.h>

#include <utility>

#include "core/system/signals.h"

namespace storyteller::serve {

void Workers::stop() {
  {
    const std::lock_guard lock(lock_);
    stopping_ = true;
    waiting_.clear();
  }
  changed_.notify_all();
  running_.clear();  // joins
}

void Workers::post(std::function<void()> work) {
  {
    const std::lock_guard lock(lock_);
    if (stopping_) return;
    waiting_.push_back(std::move(work));
    while (running_.size() < threads_) running_.emplace_back([this] { run(); });
  }
  changed_.notify_one();
}

void Workers::run() {
  leave_stop_signals_to_others();
  // Of this thread alone, and of those that it starts.
  constexpr int kNice = 10;
  if (priority_ == Priority::kLow) ::setpriority(PRIO_PROCESS, 0, kNice);
  for (;;) {
    std::function<void()> work;
    {
      std::unique_lock lock(lock_);
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace storyteller::serve
