#include "tests/emulation/runtime/call_log.h"

#include <mutex>
#include <utility>

namespace emulation {
namespace {

struct CallLog {
  std::mutex mutex;
  const char* (*source)() = nullptr;
  std::vector<Call> calls;
};

CallLog& log() {
  static auto* log = new CallLog;
  return *log;
}

}  // namespace

void keep_calls(const char* (*source)()) {
  const std::lock_guard lock(log().mutex);
  log().source = source;
  log().calls.clear();
}

std::vector<Call> take_calls() {
  const std::lock_guard lock(log().mutex);
  return std::exchange(log().calls, {});
}

bool calls_are_kept() { return log().source != nullptr; }

void note_call(CallKind kind, const std::string& name, size_t bytes) {
  if (!calls_are_kept()) return;
  const std::lock_guard lock(log().mutex);
  log().calls.push_back({log().source(), kind, name, bytes});
}

}  // namespace emulation
