#include "core/system/memory_reserve.h"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__GLIBC__)
#include <execinfo.h>
#endif

namespace storyteller {
namespace {

std::atomic<void*> reserve = nullptr;

[[noreturn]] void set_free_and_give_up() {
  std::free(reserve.exchange(nullptr));
  throw std::bad_alloc();
}

}  // namespace

void hold_memory_in_reserve() {
  constexpr std::size_t kBytes = std::size_t{4} << 20;  // address space: nobody writes there
  if (reserve == nullptr) reserve = std::malloc(kBytes);
  std::set_new_handler(set_free_and_give_up);
#if defined(__GLIBC__)
  // It loads what ends a thread at its first use, and ends the program where it cannot.
  void* here = nullptr;
  ::backtrace(&here, 1);
#endif
}

}  // namespace storyteller
