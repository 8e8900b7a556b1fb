#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "tools/apps/serve/caption_model.h"
#include "tools/apps/serve/metrics.h"

namespace storyteller::serve {

/// Captions a batch whose pictures all have one wish.
using DescribeBatch = std::function<std::vector<Description>(
    std::span<const PreparedPicture* const>, const SearchWish&, BatchTiming*)>;

/// What came of a picture.
struct CaptionedPicture {
  PreparedPicture picture;
  Description description;
  BatchTiming timing;                    ///< of the batch
  std::exception_ptr failure = nullptr;  ///< null: it is captioned
};

/// The one thread that captions. It takes what waits, at most 16 pictures at once; while others are
/// known to come, it waits for them, 10 ms at most.
class CaptionThread {
 public:
  CaptionThread(DescribeBatch describe, Metrics& metrics);
  /// Waits for the batch that was begun; the rest is dropped.
  ~CaptionThread();
  CaptionThread(const CaptionThread&) = delete;
  CaptionThread& operator=(const CaptionThread&) = delete;

  /// A request is being read whose pictures will come: between the two, batches wait for it.
  void announce();
  void settle();
  /// `done` is called once, by the thread; it must be quick, and not throw.
  void add(PreparedPicture picture, const SearchWish& wish,
           std::function<void(CaptionedPicture)> done);

 private:
  struct Waiting {
    PreparedPicture picture;
    SearchWish wish;
    std::function<void(CaptionedPicture)> done;
    std::chrono::steady_clock::time_point since;
  };

  void run();
  /// The next batch; none: the end.
  std::vector<Waiting> next_batch();
  void caption(std::vector<Waiting> batch);

  DescribeBatch describe_;
  Metrics& metrics_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<Waiting> waiting_;
  std::size_t announced_ = 0;
  bool stopping_ = false;
  std::jthread thread_;
};

}  // namespace storyteller::serve
