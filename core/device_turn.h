#pragma once

#include <mutex>

namespace storyteller {

/// The calling thread's turn at computing. Kernels of a device share its scratch memory, its
/// primitives and its stream, and each of them uses all threads: so one caller computes at a time,
/// and the others wait. Gives the caller the settings of set_threads(), so that results do not
/// depend on who calls. A thread that has its turn may take another.
class DeviceTurn {
 public:
  DeviceTurn();

 private:
  std::unique_lock<std::recursive_mutex> lock_;
};

}  // namespace storyteller
