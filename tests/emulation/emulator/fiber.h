#pragma once

#include <cstddef>
#include <vector>

namespace emulation {

/// The memory of one fiber's stack, with a page below it that nobody may touch.
struct Stack {
  std::byte* low = nullptr;  ///< lowest usable byte
  size_t bytes = 0;

  bool holds(const void* p) const {
    const auto* byte = static_cast<const std::byte*>(p);
    return byte >= low && byte < low + bytes;
  }
};

/// Keeps the stacks that fibers gave back. A thread that never waits needs one for a moment only,
/// so most kernels run all their threads on the same, warm stack.
class StackPool {
 public:
  Stack take();
  void give_back(Stack stack) { free_.push_back(stack); }

 private:
  std::vector<Stack> free_;
};

/// What is left of a fiber, or of the host, while another one runs.
struct Context {
  void* stack_pointer = nullptr;
  Stack stack;                 ///< of the fiber; filled for the host at the first switch
  void* fake_stack = nullptr;  ///< AddressSanitizer's
};

/// Makes `context` begin in `entry` on `stack` when it is switched to. `entry` never returns.
void prepare(Context& context, Stack stack, void (*entry)());

/// Goes on in `to`; returns when somebody switches to `from`.
void switch_context(Context& from, Context& to);
/// The same from a fiber that will never run again.
void leave_context(Context& from, Context& to);
/// A fiber's first act.
void arrive_in_fiber(Context& host);

}  // namespace emulation
