#include "tests/emulation/emulator/stack_annotations.h"

#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

namespace emulation {

void annotate_fresh_stack(const Stack& stack) {
  ASAN_UNPOISON_MEMORY_REGION(stack.low, stack.bytes);
}

void annotate_departure(void** fake_stack, const Stack& to) {
  __sanitizer_start_switch_fiber(fake_stack, to.low, to.bytes);
}

void annotate_arrival(void* fake_stack, Stack* left) {
  const void* low = nullptr;
  size_t bytes = 0;
  __sanitizer_finish_switch_fiber(fake_stack, &low, &bytes);
  if (left != nullptr) {
    left->low = static_cast<std::byte*>(const_cast<void*>(low));
    left->bytes = bytes;
  }
}

}  // namespace emulation
