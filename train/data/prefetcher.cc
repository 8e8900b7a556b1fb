#include "train/data/prefetcher.h"
#include "core/system/seconds_since.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

namespace storyteller {

Prefetcher::Prefetcher(std::vector<size_t> sizes, int threads, size_t depth, Work work)
    : sizes_(std::move(sizes)), work_(std::move(work)), slots_(std::max<size_t>(depth, 1)) {
  open_slots();
  try {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  } catch (const std::system_error&) {
    // The system starts no more (ulimit -u): fewer do it all, and next() does where there is none.
  }
}

Prefetcher::~Prefetcher() { finish(); }

void Prefetcher::finish() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  can_work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

// Gives every batch within reach of the consumer a slot. The batch handed over last keeps its own.
void Prefetcher::open_slots() {
  const size_t first_kept = consumed_ == 0 ? 0 : consumed_ - 1;
  while (opened_ < sizes_.size() && opened_ < first_kept + slots_.size()) {
    slots_[opened_ % slots_.size()] = {.left = sizes_[opened_], .failed_item = 0, .failure = {}};
    ++opened_;
  }
}

bool Prefetcher::claim(std::unique_lock<std::mutex>& lock, size_t* batch, size_t* item) {
  while (true) {
    while (next_batch_ < opened_ && next_item_ == sizes_[next_batch_]) {
      ++next_batch_;
      next_item_ = 0;
    }
    if (stop_ || next_batch_ == sizes_.size()) return false;
    if (next_batch_ < opened_) {
      *batch = next_batch_;
      *item = next_item_++;
      return true;
    }
    can_work_.wait(lock);
  }
}

void Prefetcher::do_item(size_t batch, size_t item) {
  const size_t index = batch % slots_.size();
  std::exception_ptr failure;
  try {
    work_(index, batch, item);
  } catch (...) {
    failure = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  Slot& slot = slots_[index];
  if (failure && (!slot.failure || item < slot.failed_item)) {
    slot.failure = failure;
    slot.failed_item = item;
  }
  if (--slot.left == 0) is_ready_.notify_all();
}

void Prefetcher::run() {
  size_t batch = 0, item = 0;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      if (!claim(lock, &batch, &item)) return;
    }
    do_item(batch, item);
  }
}

std::ptrdiff_t Prefetcher::next() {
  const auto begin = std::chrono::steady_clock::now();
  size_t batch = 0;
  {
    const std::lock_guard lock(mutex_);
    if (stop_ || consumed_ == sizes_.size()) return -1;
    batch = consumed_++;
    open_slots();
  }
  can_work_.notify_all();
  const size_t index = batch % slots_.size();
  if (threads_.empty()) {
    for (size_t item = 0; item < sizes_[batch]; ++item) do_item(batch, item);
  }
  std::exception_ptr failure;
  {
    std::unique_lock lock(mutex_);
    is_ready_.wait(lock, [&] { return slots_[index].left == 0; });
    failure = slots_[index].failure;
  }
  waited_ += seconds_since(begin);
  if (failure) {
    finish();
    std::rethrow_exception(failure);
  }
  return static_cast<std::ptrdiff_t>(index);
}

}  // namespace storyteller
