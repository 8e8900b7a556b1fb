#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace storyteller {

/// How progress is shown. On a terminal one line is redrawn in place; elsewhere (a file, a pipe, a
/// batch system's log) nothing is animated: a plain line every `plain_interval` seconds.
struct ProgressStyle {
  bool terminal = false;
  bool color = false;
  int columns = 80;            ///< width of the terminal
  double plain_interval = 10;  ///< seconds between plain lines

  /// What suits the file descriptor (2 = stderr): a terminal unless TERM is "dumb"; colour unless
  /// NO_COLOR is set to anything (no-color.org).
  static ProgressStyle detect(int descriptor);
};

/// Where a long job stands.
struct ProgressState {
  std::string label;           ///< "epoch 3/15", "features"
  std::int64_t done = 0;       ///< items of this phase that are done, 0 to total
  std::int64_t total = 0;      ///< items of this phase; 0 = unknown, then neither bar nor ETA
  std::string unit = "items";  ///< plural: "captions", "photos"
  std::optional<double> loss = std::nullopt;
  std::int64_t later = 0;  ///< items that follow after this phase; the ETA includes them
};

/// "3:07" or "1:02:45".
std::string duration_text(double seconds);

/// Shows progress on one stream. The rate is that of the last half minute, over items done since
/// the object was made or the phase changed (so a resumed run does not count what it skipped).
class Progress {
 public:
  /// Seconds, never decreasing; tests give their own.
  using Clock = std::function<double()>;

  Progress(std::ostream& out, const ProgressStyle& style, Clock clock = steady_seconds);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Cheap: draws at most ten times a second (on a terminal) or every `plain_interval`.
  void update(const ProgressState& state);
  /// A line that stays, e.g. the scores of an epoch; the progress line goes on below it.
  void line(std::string_view text);
  /// Ends the phase: the progress line is wiped off the terminal, elsewhere the last state is
  /// printed where it had not been yet.
  void finish();

  static double steady_seconds();

 private:
  struct Sample {
    double time;
    std::int64_t done;
  };
  double rate() const;
  std::string fields(const ProgressState& state) const;
  std::string bar_line(const ProgressState& state) const;
  void erase();
  void draw();

  std::ostream& out_;
  ProgressStyle style_;
  Clock clock_;
  std::deque<Sample> samples_;  // of the last half minute
  std::optional<ProgressState> state_;
  double drawn_at_ = 0;
  bool drawn_current_ = false;  // what is on show is `state_`
  bool line_open_ = false;      // the cursor stands on a progress line
};

}  // namespace storyteller
