#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace storyteller {

/// Works ahead on batches with several threads and hands them over in order. Batch b lives in slot
/// b % depth while it is prepared and read; only the batches in the slots are worked on, so memory
/// is bounded and slots are reused. Items of a batch may run on any thread, so what `work` writes
/// must depend on (batch, item) alone; then results do not depend on the number of threads.
class Prefetcher {
 public:
  /// Prepares one item into the slot. What it throws reaches the consumer with the item's batch;
  /// of several in a batch, that of the first item.
  using Work = std::function<void(size_t slot, size_t batch, size_t item)>;

  /// `sizes[b]`: items of batch b. `threads` 0, or a system that starts no thread: `next` does the
  /// work itself. depth >= 1.
  Prefetcher(std::vector<size_t> sizes, int threads, size_t depth, Work work);
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;
  ~Prefetcher();  ///< Waits for the items in flight, abandons the rest.

  /// Waits for the next batch in order and gives its slot, which stays untouched until the next
  /// call; -1 after the last batch. Rethrows what `work` threw; after that the stream is at an end.
  std::ptrdiff_t next();

  /// Seconds spent in next() since construction: what `work` did not do ahead.
  double waited() const { return waited_; }
  size_t depth() const { return slots_.size(); }

 private:
  struct Slot {
    size_t left = 0;  // items not finished
    size_t failed_item = 0;
    std::exception_ptr failure;
  };

  void run();
  void do_item(size_t batch, size_t item);
  bool claim(std::unique_lock<std::mutex>& lock, size_t* batch, size_t* item);
  void open_slots();
  void finish();

  const std::vector<size_t> sizes_;
  const Work work_;
  std::vector<Slot> slots_;
  std::mutex mutex_;
  std::condition_variable can_work_, is_ready_;
  size_t opened_ = 0;                      // batches that have a slot
  size_t next_batch_ = 0, next_item_ = 0;  // the next item to be claimed
  size_t consumed_ = 0;                    // batches handed over
  bool stop_ = false;
  double waited_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace storyteller
