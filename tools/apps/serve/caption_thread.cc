#include "tools/apps/serve/caption_thread.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/error.h"
#include "core/system/signals.h"
#include "tools/apps/serve/limits.h"

namespace storyteller::serve {

CaptionThread::CaptionThread(DescribeBatch describe, Metrics& metrics)
    : describe_(std::move(describe)), metrics_(metrics), thread_([this] { run(); }) {}

CaptionThread::~CaptionThread() {
  {
    const std::lock_guard lock(lock_);
    stopping_ = true;
  }
  changed_.notify_all();
}

void CaptionThread::announce() {
  const std::lock_guard lock(lock_);
  ++announced_;
}

void CaptionThread::settle() {
  {
    const std::lock_guard lock(lock_);
    --announced_;
  }
  changed_.notify_all();
}

void CaptionThread::add(PreparedPicture picture, const SearchWish& wish,
                        std::function<void(CaptionedPicture)> done) {
  {
    const std::lock_guard lock(lock_);
    waiting_.push_back(
        {std::move(picture), wish, std::move(done), std::chrono::steady_clock::now()});
  }
  changed_.notify_all();
}

std::vector<CaptionThread::Waiting> CaptionThread::next_batch() {
  std::unique_lock lock(lock_);
  changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
  if (stopping_) return {};
  const auto alike = [this] {
    return std::count_if(waiting_.begin(), waiting_.end(), [this](const Waiting& other) {
      return other.wish == waiting_.front().wish;
    });
  };
  changed_.wait_until(lock, waiting_.front().since + kBatchWait, [&] {
    return stopping_ || announced_ == 0 || static_cast<std::size_t>(alike()) >= kMaxPictures;
  });
  if (stopping_) return {};
  std::vector<Waiting> batch;
  const SearchWish wish = waiting_.front().wish;
  for (auto next = waiting_.begin(); next != waiting_.end() && batch.size() < kMaxPictures;) {
    if (next->wish == wish) {
      batch.push_back(std::move(*next));
      next = waiting_.erase(next);
    } else {
      ++next;
    }
  }
  return batch;
}

void CaptionThread::caption(std::vector<Waiting> batch) {
  std::vector<const PreparedPicture*> pictures;
  pictures.reserve(batch.size());
  for (const Waiting& waiting : batch) pictures.push_back(&waiting.picture);
  BatchTiming timing;
  std::vector<Description> found;
  std::exception_ptr failure;
  try {
    found = describe_(pictures, batch.front().wish, &timing);
    if (found.size() != batch.size()) throw InternalError("a batch lost a picture");
  } catch (...) {
    failure = std::current_exception();
  }
  if (failure && batch.size() > 1) {
    // What one of them is to blame for, or memory for all at once, must not fail the others.
    for (Waiting& waiting : batch) {
      std::vector<Waiting> alone;
      alone.push_back(std::move(waiting));
      caption(std::move(alone));
    }
    return;
  }
  metrics_.add_batch(batch.size());
  metrics_.add_stage(Stage::kEncode, timing.encode);
  metrics_.add_stage(Stage::kSearch, timing.search);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    batch[i].done({.picture = std::move(batch[i].picture),
                   .description = failure ? Description{} : std::move(found[i]),
                   .timing = timing,
                   .failure = failure});
  }
}

void CaptionThread::run() {
  leave_stop_signals_to_others();
  for (;;) {
    std::vector<Waiting> batch = next_batch();
    if (batch.empty()) return;
    caption(std::move(batch));
  }
}

}  // namespace storyteller::serve
