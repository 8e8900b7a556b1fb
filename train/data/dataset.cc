#include "train/data/dataset.h"

#include <xxhash.h>

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>

#include "core/error.h"
#include "core/system/signals.h"

namespace storyteller {
namespace {

/// Calls `each` for [first, end) by a few threads: what is waited for is the disk.
template <class Each>
void by_threads(size_t first, size_t end, const Each& each) {
  constexpr size_t kThreads = 4;
  std::atomic<size_t> next = first;
  const auto work = [&] {
    for (size_t i; (i = next++) < end;) each(i);
  };
  std::vector<std::thread> threads;
  try {
    for (size_t t = 0; t < std::min(kThreads, end - first); ++t) {
      threads.emplace_back([&] {
        leave_stop_signals_to_others();
        work();
      });
    }
  } catch (const std::system_error&) {  // no more are to be had: those there do it all
    if (threads.empty()) work();
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

uint64_t Dataset::picture_hash(size_t i) const {
  try {
    const std::string bytes = picture_bytes(i);
    return XXH3_64bits(bytes.data(), bytes.size());
  } catch (const Error&) {
    return 0;  // there is no such picture: nothing is kept of it either
  }
}

uint64_t Dataset::content(const std::function<void(size_t, size_t)>& progress) const {
  if (content_ != 0) return content_;
  constexpr size_t kChunk = 256;
  std::vector<uint64_t> hashes(size());
  for (size_t first = 0; first < hashes.size(); first += kChunk) {
    const size_t end = std::min(first + kChunk, hashes.size());
    by_threads(first, end, [&](size_t i) { hashes[i] = picture_hash(i); });
    if (progress) progress(end, hashes.size());
  }
  const uint64_t hash =
      XXH3_64bits_withSeed(hashes.data(), hashes.size() * sizeof(uint64_t), fingerprint());
  content_ = std::max<uint64_t>(hash, 1);
  return content_;
}

}  // namespace storyteller
