#pragma once

#include <exception>

namespace storyteller {

/// Thrown out of a long phase, or out of waiting for input, when a signal asked to stop; the
/// program then exits with stop_exit_code().
class Stopped : public std::exception {
 public:
  const char* what() const noexcept override { return "stopped by a signal"; }
};

/// Turns SIGINT and SIGTERM into a flag for as long as it lives, so that a run can finish its step,
/// save and leave. The first signal sets the flag; a second one ends the process at once, by that
/// signal, as if nothing had been installed. Wrappers such as timeout(1) send the same signal to
/// the process and to its group: a repetition within 0.1 s counts as the same request.
///
/// At most one object at a time; the previous handlers come back with the destructor. The handler
/// runs on a stack of its own in the thread that made the object, which should be the main thread:
/// the system prefers it, and threads that compute leave the signals to it (set_threads).
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
};

/// True from the first SIGINT or SIGTERM on, until the `StopSignals` ends. Any thread may ask.
bool stop_requested();

/// Becomes readable with the first signal and stays so: what waits for something polls it as well,
/// since a wait that a signal has interrupted goes on after it. -1 where no `StopSignals` lives.
int stop_descriptor();

/// From now on a write beyond the limit of a file's size (ulimit -f) fails with EFBIG, as others
/// fail on a full disk, instead of ending the process by SIGXFSZ. For the beginning of main().
void ignore_file_size_signal();

/// Blocks both signals for the calling thread.
void leave_stop_signals_to_others();

/// 128 + signal, what a shell reports: 130 after SIGINT, 143 after SIGTERM; 0 without a request.
int stop_exit_code();

}  // namespace storyteller
