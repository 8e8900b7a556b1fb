// What clang's -fsanitize=thread calls before each access of the code that it instruments. The
// program is not linked with ThreadSanitizer: these are ours.
#include <cstddef>
#include <cstring>

#include "tests/emulation/variants/memcheck/memcheck.h"

using emulation::AccessKind;
using emulation::judge;

#define EMULATION_ACCESS(bytes)                                       \
  void __tsan_read##bytes(void* p) {                                  \
    judge(p, bytes, AccessKind::kRead, __builtin_return_address(0));  \
  }                                                                   \
  void __tsan_write##bytes(void* p) {                                 \
    judge(p, bytes, AccessKind::kWrite, __builtin_return_address(0)); \
  }                                                                   \
  void __tsan_unaligned_read##bytes(void* p) {                        \
    judge(p, bytes, AccessKind::kRead, __builtin_return_address(0));  \
  }                                                                   \
  void __tsan_unaligned_write##bytes(void* p) {                       \
    judge(p, bytes, AccessKind::kWrite, __builtin_return_address(0)); \
  }

extern "C" {

EMULATION_ACCESS(1)
EMULATION_ACCESS(2)
EMULATION_ACCESS(4)
EMULATION_ACCESS(8)
EMULATION_ACCESS(16)

void __tsan_init() {}
void __tsan_func_entry(void*) {}
void __tsan_func_exit() {}
void __tsan_vptr_update(void**, void*) {}
void __tsan_vptr_read(void**) {}

// Copies of large structs: the names to which memcpy, memmove and memset of instrumented objects
// are changed after they were compiled.
void* emulation_memcpy(void* to, const void* from, size_t bytes) {
  judge(from, bytes, AccessKind::kRead, __builtin_return_address(0));
  judge(to, bytes, AccessKind::kWrite, __builtin_return_address(0));
  return std::memcpy(to, from, bytes);
}

void* emulation_memmove(void* to, const void* from, size_t bytes) {
  judge(from, bytes, AccessKind::kRead, __builtin_return_address(0));
  judge(to, bytes, AccessKind::kWrite, __builtin_return_address(0));
  return std::memmove(to, from, bytes);
}

void* emulation_memset(void* to, int value, size_t bytes) {
  judge(to, bytes, AccessKind::kWrite, __builtin_return_address(0));
  return std::memset(to, value, bytes);
}

}  // extern "C"
