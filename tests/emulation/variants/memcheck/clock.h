#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tests/emulation/emulator/warp_request.h"
#include "tests/emulation/variants/memcheck/shadow.h"

namespace emulation {

/// Which accesses come before the running thread's by the barriers between them. One clock counts
/// launches, blocks and barriers; since threads take turns on one thread of the host, an access
/// that a barrier followed has an earlier time than the barrier.
///   other launch                   before: launches of a stream run in order
///   other block                    never ordered
///   other warp of the block        by __syncthreads
///   other lane of the warp         by __syncthreads and __syncwarp, also by way of a third lane;
///                                  shuffles and votes order no memory
class Clock {
 public:
  uint32_t now() const { return now_; }
  void launch_begins() { launch_ = ++now_; }
  void block_begins(uint32_t block, int threads);
  void block_barrier() { barrier_ = ++now_; }
  void warp_barrier(int warp, unsigned mask);

  uint32_t who(int thread) const { return block_ * kThreads + static_cast<uint32_t>(thread); }
  static uint32_t block_of(uint32_t who) { return who / kThreads; }
  static int thread_of(uint32_t who) { return static_cast<int>(who % kThreads); }

  /// Whether nothing makes `earlier` come before what `thread` does now.
  bool unordered(const Access& earlier, int thread) const {
    if (earlier.when < launch_ || earlier.who == who(thread)) return false;
    if (block_of(earlier.who) != block_) return true;
    if (earlier.when < barrier_) return false;
    const int other = thread_of(earlier.who);
    if (other / kWarpLanes != thread / kWarpLanes) return true;
    return earlier.when >= seen_[static_cast<size_t>(thread)][other % kWarpLanes];
  }

 private:
  static constexpr uint32_t kThreads = 1024;
  uint32_t now_ = 1, launch_ = 1, barrier_ = 1, block_ = 0;
  // seen_[thread][lane]: what that lane of its warp did before this time is ordered before it.
  std::vector<std::array<uint32_t, kWarpLanes>> seen_;
};

}  // namespace emulation
