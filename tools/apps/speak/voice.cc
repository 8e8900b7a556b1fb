#include "tools/apps/speak/voice.h"

#include <poll.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/system/signals.h"
#include "tools/apps/speak/missing_program.h"
#include "tools/apps/speak/spoken_text.h"

namespace storyteller::speak {

using std::chrono::milliseconds;

Voice::Voice(Pipeline speaker, milliseconds longest)
    : speaker_(std::move(speaker)), longest_(longest), thread_([this] { run(); }) {}

Voice::~Voice() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  bell_.ring();
}

void Voice::say(std::string_view text, Interrupt interrupt) {
  hand_over({.text = spoken(text), .cuts = interrupt == Interrupt::kNew});
}

void Voice::say_whole(std::string_view text) { hand_over({.text = spoken(text), .whole = true}); }

void Voice::hand_over(Sentence sentence) {
  {
    const std::lock_guard lock(mutex_);
    moment_.reset();
    if (sentence.text.empty() || closing_ || stopped_) return;
    if (waiting_) ++replaced_;
    waiting_ = std::move(sentence);
  }
  bell_.ring();
}

void Voice::await(milliseconds after) {
  {
    const std::lock_guard lock(mutex_);
    moment_ = Clock::now() + after;
  }
  bell_.ring();
}

void Voice::await_no_more() {
  const std::lock_guard lock(mutex_);
  moment_.reset();
}

bool Voice::wait_until_silent() {
  std::unique_lock lock(mutex_);
  silent_.wait(lock, [&] { return stopped_ || (!waiting_ && !speaking_); });
  return !stopped_;
}

std::optional<Voice::Trouble> Voice::trouble() const {
  const std::lock_guard lock(mutex_);
  return trouble_;
}

std::uint64_t Voice::replaced() const {
  const std::lock_guard lock(mutex_);
  return replaced_;
}

void Voice::note(const std::string& what, bool missing) {
  const std::lock_guard lock(mutex_);
  if (!trouble_) trouble_ = Trouble{what, missing};
}

void Voice::run() {
  leave_stop_signals_to_others();
  while (true) {
    if (stop_requested()) {
      running_.reset();
      const std::lock_guard lock(mutex_);
      stopped_ = true;
      speaking_ = false;
      waiting_.reset();
      silent_.notify_all();
      return;
    }
    end_running();
    if (const auto next = take_next()) begin(*next);
    {
      const std::lock_guard lock(mutex_);
      if (closing_) break;
      speaking_ = running_.has_value();
      if (!speaking_ && !waiting_) silent_.notify_all();
    }
    wait();
  }
  running_.reset();
}

std::optional<Voice::Sentence> Voice::take_next() {
  const std::lock_guard lock(mutex_);
  if (!waiting_ && !running_ && moment_ && Clock::now() >= *moment_) {
    moment_.reset();
    waiting_ = Sentence{.text = kOneMoment, .filler = true};
  }
  if (!waiting_) return std::nullopt;
  const bool cuts = waiting_ && (waiting_->cuts || running_filler_);
  if (running_ && (running_whole_ || !cuts)) return std::nullopt;
  speaking_ = true;
  return std::exchange(waiting_, std::nullopt);
}

void Voice::begin(const Sentence& sentence) {
  running_.reset();
  // A signal that came meanwhile must find nothing that it would not silence.
  if (stop_requested()) return;
  try {
    const OpenFile text = file_of(sentence.text + '\n');
    running_.emplace(speaker_, GroupStreams{.in = text.get(), .err = quiet_errors_ ? -1 : 2});
    quiet_errors_ = true;
    running_whole_ = sentence.whole;
    running_filler_ = sentence.filler;
    until_ = Clock::now() + longest_;
  } catch (const MissingProgram& error) {
    note(error.what(), true);
  } catch (const IoError& error) {
    note(error.what(), false);
  }
}

void Voice::end_running() {
  if (!running_) return;
  if (running_->ended()) {
    const GroupEnd end = running_->end();
    running_.reset();
    if (!end.trouble.empty()) note(end.trouble, false);
  } else if (Clock::now() >= until_) {
    running_.reset();
    note(speaker_.front().front() + " did not end within " +
             std::to_string(std::chrono::duration_cast<std::chrono::seconds>(longest_).count()) +
             " s and was stopped",
         false);
  }
}

int Voice::milliseconds_to_wait() const {
  std::optional<Clock::time_point> next;
  if (running_) next = until_;
  if (!running_ && moment_) next = moment_;
  if (!next) return -1;
  const auto left = std::chrono::ceil<milliseconds>(*next - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(0, left.count()));
}

void Voice::wait() const {
  std::vector<pollfd> waited;
  if (running_) waited = running_->waited();
  // Where the system does not tell of the end of programs they are looked at.
  const bool told =
      std::all_of(waited.begin(), waited.end(), [](const pollfd& p) { return p.fd >= 0; });
  waited.push_back({.fd = bell_.descriptor(), .events = POLLIN, .revents = 0});
  waited.push_back({.fd = stop_descriptor(), .events = POLLIN, .revents = 0});
  int timeout = 0;
  {
    const std::lock_guard lock(mutex_);
    timeout = milliseconds_to_wait();
  }
  constexpr int kLook = 10;
  if (!told) timeout = timeout < 0 ? kLook : std::min(timeout, kLook);
  ::poll(waited.data(), waited.size(), timeout);
  bell_.hear();
}

}  // namespace storyteller::speak
