// The device's memory as one arena of address space, handed out upwards and round again, so that an
// address that was freed is not used again soon, and every block has unused space behind it.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <mutex>
#include <string>

#include "tests/emulation/emulator/arena.h"
#include "tests/emulation/emulator/block.h"
#include "tests/emulation/emulator/device_heap.h"
#include "tests/emulation/emulator/symbolize.h"

namespace emulation {
namespace {

constexpr size_t kPage = 4096;
constexpr size_t kArenaBytes = size_t{64} << 30;  // of address space; memory is taken when touched
constexpr size_t kFirstWindow = size_t{16} << 20;
constexpr size_t kMostGap = 1 << 20;

/// Whole pages, so that what is freed costs nothing any more, and as many unused ones behind a
/// block as it has, so that overruns hit no other block.
size_t taken_by(size_t bytes) {
  const size_t size = (bytes + kPage - 1) / kPage * kPage;
  return size + std::min(size, kMostGap);
}

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

/// Keeps the arena closed to whoever has no DeviceRole. By a protection key where the CPU has them:
/// that is a register of the thread, while mprotect walks all pages at every launch.
class Guard {
 public:
  explicit Guard(Arena& arena) : arena_(arena), key_(pkey_alloc(0, PKEY_DISABLE_ACCESS)) {
    const auto bytes = static_cast<size_t>(arena.high - arena.low);
    if (key_ >= 0 && pkey_mprotect(arena.low, bytes, kAll, key_) == 0) return;
    key_ = -1;
    // The fewer pages the better. Where the system has no large ones, no harm.
    madvise(arena.low, bytes, MADV_HUGEPAGE);
  }

  void open() {
    if (key_ >= 0) {
      pkey_set(key_, 0);
      return;
    }
    const std::lock_guard lock(mutex_);
    if (threads_++ == 0) protect(kAll);
  }
  void close() {
    if (key_ >= 0) {
      pkey_set(key_, PKEY_DISABLE_ACCESS);
      return;
    }
    const std::lock_guard lock(mutex_);
    if (--threads_ == 0) protect(PROT_NONE);
  }
  void open_new() {
    if (key_ < 0) protect(kAll);
  }

 private:
  static constexpr int kAll = PROT_READ | PROT_WRITE;

  void protect(int access) const {
    mprotect(arena_.low, static_cast<size_t>(arena_.end - arena_.low), access);
  }

  Arena& arena_;
  int key_;
  std::mutex mutex_;
  int threads_ = 0;  // that have it open
};

Guard& guard() {
  static auto* guard = new Guard(arena());
  return *guard;
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
    a.end = a.low + kFirstWindow;
    a.high = a.low + kArenaBytes;
    return a;
  }();
  return arena;
}

std::byte* DeviceHeap::take(size_t bytes) {
  Arena& a = arena();
  const size_t taken = taken_by(bytes);
  std::byte* block = a.next;
  for (bool wrapped = false; true;) {
    if (taken > static_cast<size_t>(a.end - block)) {  // go round, or a step further out
      if (wrapped && !a.grow(taken)) return nullptr;
      if (!wrapped) block = a.low + kMostGap;
      wrapped = true;
      continue;
    }
    const auto next = blocks_.upper_bound(reinterpret_cast<uintptr_t>(block) + taken - 1);
    if (next == blocks_.begin()) break;
    const auto& [start, size] = *std::prev(next);
    std::byte* end = reinterpret_cast<std::byte*>(start) + taken_by(size);
    if (end <= block) break;
    block = end;
  }
  a.next = block + taken;
  return block;
}

void DeviceHeap::give_back(std::byte* block, size_t bytes) {
  madvise(block, (bytes + kPage - 1) / kPage * kPage, MADV_DONTNEED);
}

void DeviceHeap::open() { guard().open(); }
void DeviceHeap::close() { guard().close(); }
void DeviceHeap::open_new() { guard().open_new(); }

bool Arena::grow(size_t bytes) {
  if (bytes > static_cast<size_t>(high - end)) return false;
  end += std::min(std::max(bytes, static_cast<size_t>(end - low)), static_cast<size_t>(high - end));
  return true;
}

}  // namespace emulation
