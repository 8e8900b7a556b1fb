#include "core/system/signals.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <ctime>

#include "core/error.h"

namespace storyteller {
namespace {

constexpr std::int64_t kSameRequestNanoseconds = 100'000'000;

// A handler may touch lock-free atomics and call async-signal-safe functions (signal-safety(7)).
std::atomic<int> first_signal{0};
std::atomic<std::int64_t> first_time{0};
std::atomic<bool> installed{false};
std::atomic<int> stop_event{-1};
static_assert(std::atomic<int>::is_always_lock_free);
static_assert(std::atomic<std::int64_t>::is_always_lock_free);

struct sigaction previous_interrupt;
struct sigaction previous_terminate;

std::int64_t monotonic_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

stack_t previous_stack;

/// Room for the frame of a handler, which on a processor with AMX takes 11 KB.
alignas(64) std::byte handler_stack[std::size_t{64} << 10];

extern "C" void on_stop_signal(int signal) {
  const int saved_errno = errno;
  const std::int64_t now = monotonic_nanoseconds();
  std::int64_t never = 0;
  if (first_time.compare_exchange_strong(never, now)) {
    first_signal.store(signal);
    constexpr std::uint64_t kOne = 1;
    [[maybe_unused]] const ssize_t ignored = ::write(stop_event.load(), &kOne, sizeof(kOne));
  } else if (now - first_time.load() > kSameRequestNanoseconds) {
    // Blocked while its handler runs: it strikes, with the default action, when this returns.
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
  errno = saved_errno;
}

}  // namespace

StopSignals::StopSignals() {
  if (installed.exchange(true)) throw InternalError("StopSignals: already installed");
  first_signal.store(0);
  first_time.store(0);
  stop_event.store(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  // A product of oneDNN on AVX-512 lets the stack pointer point into a block of the heap for a
  // while (2.6.3, sgemm); a handler's frame there would overwrite what lies below.
  const stack_t stack{.ss_sp = handler_stack, .ss_flags = 0, .ss_size = sizeof(handler_stack)};
  sigaltstack(&stack, &previous_stack);
  struct sigaction action {};
  action.sa_handler = on_stop_signal;
  // Both signals wait for each other; reads and writes on pipes go on after the handler.
  sigemptyset(&action.sa_mask);
  sigaddset(&action.sa_mask, SIGINT);
  sigaddset(&action.sa_mask, SIGTERM);
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  sigaction(SIGINT, &action, &previous_interrupt);
  sigaction(SIGTERM, &action, &previous_terminate);
}

StopSignals::~StopSignals() {
  sigaction(SIGINT, &previous_interrupt, nullptr);
  sigaction(SIGTERM, &previous_terminate, nullptr);
  sigaltstack(&previous_stack, nullptr);
  ::close(stop_event.exchange(-1));
  first_signal.store(0);
  installed.store(false);
}

void ignore_file_size_signal() { std::signal(SIGXFSZ, SIG_IGN); }

void leave_stop_signals_to_others() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

bool stop_requested() { return first_signal.load(std::memory_order_relaxed) != 0; }

int stop_descriptor() { return stop_event.load(); }

int stop_exit_code() {
  const int signal = first_signal.load();
  return signal == 0 ? 0 : 128 + signal;
}

}  // namespace storyteller
