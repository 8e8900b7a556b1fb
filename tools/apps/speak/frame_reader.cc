#include "tools/apps/speak/frame_reader.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "core/system/signals.h"

namespace storyteller::speak {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kFrameBlock = std::size_t{1} << 16;

}  // namespace

FrameReader::FrameReader(int descriptor, const FrameLimits& limits)
    : descriptor_(descriptor),
      splitter_([this](FrameKind kind, std::span<const std::byte> bytes) { put(kind, bytes); },
                limits),
      thread_([this] { run(); }) {}

FrameReader::~FrameReader() { end_.ring(); }

void FrameReader::put(FrameKind kind, std::span<const std::byte> bytes) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t number = ++numbers_;
  if (!seen_first_) {
    seen_first_ = true;
    first_ = Frame{number, kind, {bytes.begin(), bytes.end()}};
  } else {
    if (has_newest_) ++report_.replaced;
    newest_.number = number;
    newest_.kind = kind;
    newest_.bytes.assign(bytes.begin(), bytes.end());
    has_newest_ = true;
  }
  news_.ring();
}

void FrameReader::run() {
  leave_stop_signals_to_others();
  std::vector<std::byte> block(kFrameBlock);
  std::string failure;
  while (true) {
    std::array<pollfd, 2> waited = {
        pollfd{.fd = descriptor_, .events = POLLIN, .revents = 0},
        pollfd{.fd = end_.descriptor(), .events = POLLIN, .revents = 0}};
    if (::poll(waited.data(), waited.size(), -1) < 0 && errno == EINTR) continue;
    if (waited[1].revents != 0) break;
    const ssize_t got = ::read(descriptor_, block.data(), block.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) failure = std::generic_category().message(errno);
    if (got <= 0) break;
    splitter_.push(std::span(block).first(static_cast<std::size_t>(got)));
    const std::lock_guard lock(mutex_);
    report_.counts = splitter_.counts();
  }
  splitter_.finish();
  const std::lock_guard lock(mutex_);
  report_.counts = splitter_.counts();
  report_.failure = failure;
  ended_ = true;
  news_.ring();
}

bool FrameReader::next(Frame& frame, milliseconds timeout) {
  const Clock::time_point until = Clock::now() + timeout;
  while (!stop_requested()) {
    {
      const std::lock_guard lock(mutex_);
      news_.hear();
      if (first_) {
        frame = std::move(*first_);
        first_.reset();
        return true;
      }
      if (std::exchange(has_newest_, false)) {
        std::swap(frame, newest_);
        return true;
      }
      if (ended_) return false;
    }
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
    if (timeout.count() >= 0 && left.count() <= 0) return false;
    std::array<pollfd, 2> waited = {
        pollfd{.fd = news_.descriptor(), .events = POLLIN, .revents = 0},
        pollfd{.fd = stop_descriptor(), .events = POLLIN, .revents = 0}};
    ::poll(waited.data(), waited.size(), timeout.count() < 0 ? -1 : static_cast<int>(left.count()));
  }
  return false;
}

bool FrameReader::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_ && !first_ && !has_newest_;
}

FrameReader::Report FrameReader::report() const {
  const std::lock_guard lock(mutex_);
  return report_;
}

}  // namespace storyteller::speak
