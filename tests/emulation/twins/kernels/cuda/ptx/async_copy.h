#pragma once

#include <cstdint>

#include <cuda_runtime.h>

#include "tests/emulation/device/warp_collective.h"

namespace storyteller {

/// Stands in for kernels/cuda/ptx/async_copy.h where the device is emulated: copies run as late as
/// they may, at the wait, so that a wait that is missing or too weak shows.
class AsyncCopies {
 public:
  void start(void* to, const void* from, int bytes, const char* file = __builtin_FILE(),
             int line = __builtin_LINE()) {
    const emulation::Site site{file, line};
    const auto misplaced = [](const void* p) { return reinterpret_cast<uintptr_t>(p) % 16 != 0; };
    if (misplaced(to) || misplaced(from)) {
      emulation::fail_kernel("cp.async: an address is no multiple of 16 bytes", site, -1, 0);
    }
    if (bytes < 0 || bytes > 16 || bytes % 2 != 0 || count_ == kMost) {
      emulation::fail_kernel("cp.async: more than a copy, or a thread, can hold", site, -1, bytes);
    }
    copies_[count_++] = {static_cast<Piece*>(to), static_cast<const Piece*>(from), bytes, groups_};
  }

  void close_group() { ++groups_; }

  template <int kPending>
  void wait() {
    int kept = 0;
    for (int i = 0; i < count_; ++i) {
      if (copies_[i].group < groups_ - kPending) {
        run(copies_[i]);
      } else {
        copies_[kept++] = copies_[i];
      }
    }
    count_ = kept;
  }

 private:
  struct alignas(16) Piece {
    uint16_t element[8];
  };
  struct Copy {
    Piece* to;
    const Piece* from;
    int bytes, group;
  };
  static constexpr int kMost = 64;

  static void run(const Copy& copy) {
    if (copy.bytes == 16) {
      *copy.to = *copy.from;
      return;
    }
    Piece piece = {};
    for (int i = 0; i < copy.bytes / 2; ++i) piece.element[i] = copy.from->element[i];
    *copy.to = piece;
  }

  Copy copies_[kMost];
  int count_ = 0, groups_ = 0;
};

}  // namespace storyteller
