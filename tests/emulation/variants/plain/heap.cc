// The device's memory as one arena of address space, handed out upwards, so that an address that
// was freed is not used again soon and every block has unused space behind it.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/emulation/emulator/arena.h"
#include "tests/emulation/emulator/block.h"
#include "tests/emulation/emulator/device_heap.h"
#include "tests/emulation/emulator/symbolize.h"

namespace emulation {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kArenaBytes = size_t{64} << 30;  // of address space; memory is taken when touched
constexpr size_t kMostGap = 1 << 20;

/// What a violation of the memory's bounds says before the program ends: a test that dies must
/// tell where.
void report_fault(int, siginfo_t* info, void* context) {
  const auto* address = static_cast<const std::byte*>(info->si_addr);
  const void* code = nullptr;
#if defined(__x86_64__)
  code = reinterpret_cast<void*>(static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_RIP]);
#else
  code = reinterpret_cast<void*>(static_cast<ucontext_t*>(context)->uc_mcontext.pc);
#endif
  const char* what = "an invalid address";
  if (current_thread != nullptr) {
    what = "an invalid address from a kernel, or more stack than a thread has";
  } else if (arena().holds(address)) {
    what = "device memory from the host";
  }
  std::fprintf(stderr, "emulation: access to %s (%p), at %s\n", what, info->si_addr,
               source_of(code).c_str());
  std::signal(SIGSEGV, SIG_DFL);  // on return the access is tried again, and ends the program
}

void install_fault_handler() {
  static char stack[64 << 10];
  stack_t alternative = {};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof stack;
  sigaltstack(&alternative, nullptr);
  struct sigaction action = {};
  action.sa_sigaction = report_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGSEGV, &action, nullptr);
}

}  // namespace

Arena& arena() {
  static Arena arena = [] {
    install_fault_handler();
    Arena a;
    void* memory =
        mmap(nullptr, kArenaBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
      std::perror("emulation: no address space for the device's memory");
      std::abort();
    }
    a.low = static_cast<std::byte*>(memory);
    a.next = a.low + kMostGap;
    a.high = a.low + kArenaBytes;
    return a;
  }();
  return arena;
}

std::byte* DeviceHeap::take(size_t bytes) {
  Arena& a = arena();
  std::byte* block = a.next;
  // As much space behind a block as it is large, so that overruns hit no other block.
  const size_t gap = std::clamp<size_t>(bytes, 1024, kMostGap);
  const size_t taken = (bytes + gap + 1023) / 1024 * 1024;
  if (taken > static_cast<size_t>(a.high - block)) return nullptr;
  a.next += taken;
  return block;
}

void DeviceHeap::give_back(std::byte* block, size_t bytes) {
  const auto start = (reinterpret_cast<uintptr_t>(block) + kPage - 1) / kPage * kPage;
  const auto end = (reinterpret_cast<uintptr_t>(block) + bytes) / kPage * kPage;
  if (end > start) madvise(reinterpret_cast<void*>(start), end - start, MADV_DONTNEED);
}

void DeviceHeap::open() { arena().protect(PROT_READ | PROT_WRITE); }
void DeviceHeap::close() { arena().protect(PROT_NONE); }

void Arena::protect(int access) const {
  const auto used = (static_cast<size_t>(next - low) + kPage - 1) / kPage * kPage;
  if (used > 0) mprotect(low, used, access);
}

}  // namespace emulation
