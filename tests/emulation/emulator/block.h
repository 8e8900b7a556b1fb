#pragma once

#include <string>
#include <vector>

#include <vector_types.h>

#include "tests/emulation/emulator/fiber.h"
#include "tests/emulation/emulator/order.h"
#include "tests/emulation/emulator/site.h"
#include "tests/emulation/emulator/warp_request.h"

namespace emulation {

/// One CUDA thread.
struct Thread {
  enum class State : unsigned char { kFresh, kReady, kAtBarrier, kAtWarp, kFinished };

  State state = State::kFresh;
  bool checked = true;  ///< whether memcheck looks at what it does
  int number = 0;       ///< in the block
  uint3 index = {};
  Context context;
  const char* operation = "";      ///< what it waits in,
  Site site;                       ///< and where
  WarpRequest* request = nullptr;  ///< if in a warp operation
};

/// Lanes of a warp, a bit each.
struct LaneStates {
  unsigned finished = 0, in_warp_operation = 0;
};

/// What __syncthreads and its variants give every thread.
struct BarrierSums {
  int count = 0, all = 1, any = 0;
};

class Block;

/// The thread that runs now on this thread of the host; null outside of kernels.
extern thread_local constinit Thread* current_thread;
extern thread_local constinit Block* current_block;

/// Runs the threads of one block at a time, as fibers, in turns that `Order` chooses: each thread
/// goes on until it waits or ends. A block that cannot go on has failed.
class Block {
 public:
  explicit Block(Order& order) : order_(order) {}

  /// Runs a block of this shape, whose threads call `body`. Empty when all went well, else what
  /// went wrong.
  std::string run(dim3 shape, void (*body)(const void*), const void* argument);

  // For the running thread.
  BarrierSums barrier(const char* operation, bool predicate, Site site);
  void warp(WarpRequest& request);
  /// Ends the block, and with it the launch, with the message that `make` gives. The thread never
  /// returns: what lies on its stack is not destroyed, so messages are made in here.
  template <class Make>
  [[noreturn]] void fail(const Make& make) {
    current_thread->checked = false;
    failure_ = make();
    leave_failed();
  }

  /// "thread (1,0,0) of block (0,0,0)"
  std::string describe(const Thread& thread) const;
  const Thread& thread(int number) const { return threads_[static_cast<size_t>(number)]; }
  unsigned lanes_of(int warp) const;
  int threads() const { return static_cast<int>(threads_.size()); }

 private:
  static void enter();
  [[noreturn]] void leave_failed();
  void resume(Thread& thread);
  bool run_warp(int warp);
  void wait(Thread& thread, Thread::State state);
  void release_barrier();
  bool all_lanes_wait(const WarpRequest& request, int warp) const;
  void complete(WarpRequest& request, int warp);
  /// Who waits where, a line each.
  std::string waits() const;

  Order& order_;
  StackPool stacks_;
  Context host_;
  std::vector<Thread> threads_;
  std::vector<LaneStates> warps_;
  std::vector<int> warp_places_, lane_places_;
  void (*body_)(const void*) = nullptr;
  const void* argument_ = nullptr;
  int arrived_ = 0, finished_ = 0;
  BarrierSums sums_, released_;
  std::string failure_;
};

}  // namespace emulation
