#include "tests/emulation/emulator/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <new>

#include "tests/emulation/emulator/stack_annotations.h"

// emulation_switch(void** save, void* load): pushes what a called function must preserve, exchanges
// the stack pointers, pops the same of the other side. The floating-point control words are the
// same everywhere and stay.
extern "C" void emulation_switch(void** save, void* load);

#if defined(__x86_64__)
asm(R"(
  .text
  .globl emulation_switch
  .type emulation_switch, @function
emulation_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .size emulation_switch, .-emulation_switch
)");
#elif defined(__aarch64__)
asm(R"(
  .text
  .globl emulation_switch
  .type emulation_switch, %function
emulation_switch:
  sub sp, sp, #160
  stp x19, x20, [sp, #0]
  stp x21, x22, [sp, #16]
  stp x23, x24, [sp, #32]
  stp x25, x26, [sp, #48]
  stp x27, x28, [sp, #64]
  stp x29, x30, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mov x9, sp
  str x9, [x0]
  mov sp, x1
  ldp x19, x20, [sp, #0]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #160
  ret
  .size emulation_switch, .-emulation_switch
)");
#else
#error "The emulator knows how to switch stacks on x86_64 and aarch64 only"
#endif

namespace emulation {
namespace {

constexpr size_t kStackBytes = 256 << 10;  // as far as the CPU's memory goes: what is touched

}  // namespace

Stack StackPool::take() {
  if (!free_.empty()) {
    const Stack stack = free_.back();
    free_.pop_back();
    return stack;
  }
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  void* memory = mmap(nullptr, page + kStackBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  mprotect(memory, page, PROT_NONE);
  return {static_cast<std::byte*>(memory) + page, kStackBytes};
}

void prepare(Context& context, Stack stack, void (*entry)()) {
  annotate_fresh_stack(stack);
  context.stack = stack;
  context.fake_stack = nullptr;
  auto* top = reinterpret_cast<uintptr_t*>(stack.low + stack.bytes);
#if defined(__x86_64__)
  // Below the end: no return address for entry, entry itself, and the six registers. The stack
  // pointer is then 8 short of a multiple of 16 in entry, as after a call.
  top[-1] = 0;
  top[-2] = reinterpret_cast<uintptr_t>(entry);
  for (int i = 3; i <= 8; ++i) top[-i] = 0;
  context.stack_pointer = top - 8;
#else
  for (int i = 1; i <= 20; ++i) top[-i] = 0;
  top[-20 + 11] = reinterpret_cast<uintptr_t>(entry);  // x30
  context.stack_pointer = top - 20;
#endif
}

void switch_context(Context& from, Context& to) {
  annotate_departure(&from.fake_stack, to.stack);
  emulation_switch(&from.stack_pointer, to.stack_pointer);
  annotate_arrival(from.fake_stack, nullptr);
}

void leave_context(Context& from, Context& to) {
  annotate_departure(nullptr, to.stack);
  emulation_switch(&from.stack_pointer, to.stack_pointer);
}

void arrive_in_fiber(Context& host) { annotate_arrival(nullptr, &host.stack); }

}  // namespace emulation
