#include "tools/cli/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <ostream>
#include <utility>

#include "core/system/environment.h"
#include "core/text/number_format.h"
#include "tools/cli/flag_names.h"

namespace storyteller {
namespace {

constexpr double kRedrawInterval = 0.1;
constexpr double kRateWindow = 30;
constexpr double kSampleInterval = 0.25;
constexpr int kBarWidth = 24;

constexpr std::string_view kEraseLine = "\r\x1b[K";
constexpr std::string_view kBarColor = "\x1b[36m";  // cyan
constexpr std::string_view kPlainColor = "\x1b[0m";

std::string bar(double fraction) {
  const int full = static_cast<int>(std::lround(std::clamp(fraction, 0.0, 1.0) * kBarWidth));
  std::string text(static_cast<std::size_t>(full), '=');
  if (full < kBarWidth) text += '>';
  text.resize(kBarWidth, ' ');
  return text;
}

}  // namespace

ProgressStyle ProgressStyle::detect(int descriptor) {
  ProgressStyle style;
  const char* term = std::getenv("TERM");
  style.terminal = ::isatty(descriptor) == 1 && term != nullptr && std::string_view(term) != "dumb";
  style.color = style.terminal && environment("NO_COLOR").empty();
  winsize size{};
  if (style.terminal && ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.columns = size.ws_col;
  }
  return style;
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::llround(std::clamp(seconds, 0.0, 3.6e8)));
  const auto two = [](std::int64_t value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
  };
  const std::string minutes_seconds = two(whole / 60 % 60) + ":" + two(whole % 60);
  if (whole >= 3600) return std::to_string(whole / 3600) + ":" + minutes_seconds;
  return std::to_string(whole / 60) + ":" + two(whole % 60);
}

Progress::Progress(std::ostream& out, const ProgressStyle& style, Clock clock)
    : out_(out), style_(style), clock_(std::move(clock)) {}

// A line left open would swallow the shell's prompt; an exception may be on its way.
Progress::~Progress() {
  try {
    erase();
    out_.flush();
  } catch (...) {
    line_open_ = false;
  }
}

double Progress::steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double Progress::rate() const {
  constexpr double kShortest = 1;  // less would make millions a second of thirty pictures
  if (samples_.size() < 2) return 0;
  const double seconds = samples_.back().time - samples_.front().time;
  const auto items = static_cast<double>(samples_.back().done - samples_.front().done);
  return seconds >= kShortest ? items / seconds : 0;
}

/// "loss 2.8134  136.2 captions/s  ETA 3:12", what is unknown left out.
std::string Progress::fields(const ProgressState& state) const {
  std::string text;
  if (state.loss) text += "  loss " + decimal(*state.loss, 4);
  const double items_per_second = rate();
  if (items_per_second <= 0) return text;
  const int digits = items_per_second < 10 ? 2 : items_per_second < 100 ? 1 : 0;
  text += "  " + decimal(items_per_second, digits) + " " + state.unit + "/s";
  if (state.total > 0) {
    const auto left = static_cast<double>(state.total - state.done + state.later);
    text += "  ETA " + duration_text(left / items_per_second);
  }
  return text;
}

/// Fits the terminal: without the bar where it is narrow, cut where it is narrower still (a line
/// that wraps cannot be redrawn).
std::string Progress::bar_line(const ProgressState& state) const {
  const std::string count = state.total > 0
                                ? std::to_string(state.done) + "/" + std::to_string(state.total)
                                : std::to_string(state.done) + " " + state.unit;
  const std::string tail = count + fields(state);
  const std::size_t columns = static_cast<std::size_t>(std::max(style_.columns, 2)) - 1;
  const std::size_t with_bar = state.label.size() + 2 + kBarWidth + 2 + 2 + tail.size();
  if (state.total <= 0 || with_bar > columns) {
    return (state.label + "  " + tail).substr(0, columns);
  }
  const std::string inside =
      bar(static_cast<double>(state.done) / static_cast<double>(state.total));
  std::string line = state.label + "  [";
  if (style_.color) line += kBarColor;
  line += inside;
  if (style_.color) line += kPlainColor;
  return line + "]  " + tail;
}

void Progress::erase() {
  if (!line_open_) return;
  out_ << kEraseLine;
  line_open_ = false;
}

void Progress::draw() {
  if (!state_) return;
  drawn_at_ = clock_();
  drawn_current_ = true;
  if (style_.terminal) {
    out_ << kEraseLine << bar_line(*state_) << std::flush;
    line_open_ = true;
    return;
  }
  out_ << state_->label << "  " << state_->done;
  if (state_->total > 0) out_ << '/' << state_->total;
  out_ << ' ' << state_->unit << fields(*state_) << '\n' << std::flush;
}

void Progress::update(const ProgressState& state) {
  const double now = clock_();
  // A new phase counts from its own zero, at a speed of its own.
  const bool new_phase = !state_ || state_->unit != state.unit || state.done < state_->done;
  if (new_phase) samples_.clear();
  if (!state_) drawn_at_ = style_.terminal ? now - kRedrawInterval : now;
  state_ = state;
  drawn_current_ = false;
  // The last sample moves with the state; it stays behind when the next one is due.
  if (samples_.size() >= 2 && now - samples_[samples_.size() - 2].time < kSampleInterval) {
    samples_.back() = {now, state.done};
  } else {
    samples_.push_back({now, state.done});
  }
  while (samples_.size() > 2 && now - samples_[1].time >= kRateWindow) samples_.pop_front();
  const double interval = style_.terminal ? kRedrawInterval : style_.plain_interval;
  if (now - drawn_at_ >= interval) draw();
}

void Progress::line(std::string_view text) {
  const bool was_open = line_open_;
  erase();
  out_ << with_flags(text) << '\n' << std::flush;
  if (was_open) draw();
}

void Progress::finish() {
  if (style_.terminal) {
    erase();
    out_.flush();
  } else if (!drawn_current_) {
    draw();
  }
  samples_.clear();
  state_.reset();
}

}  // namespace storyteller
