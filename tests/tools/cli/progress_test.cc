#include "tools/cli/progress.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace storyteller::progress_test {
namespace {

/// A progress on a string, under a clock that the test moves.
struct Stage {
  double now = 1000;
  std::ostringstream out;
  Progress progress;

  explicit Stage(const ProgressStyle& style) : progress(out, style, [this] { return now; }) {}
  /// What was written since the last call.
  std::string shown() {
    std::string text = out.str();
    out.str("");
    return text;
  }
  ProgressState state{.label = "epoch 1/2", .total = 1000, .unit = "captions"};
  void advance(double seconds, std::int64_t items) {
    now += seconds;
    state.done += items;
    progress.update(state);
  }
};

const ProgressStyle kPlain{.terminal = false, .color = false, .columns = 80, .plain_interval = 10};
const ProgressStyle kTerminal{.terminal = true, .color = false, .columns = 100};

TEST(Duration, MinutesAndHours) {
  EXPECT_EQ(duration_text(0), "0:00");
  EXPECT_EQ(duration_text(59.6), "1:00");
  EXPECT_EQ(duration_text(187), "3:07");
  EXPECT_EQ(duration_text(3765), "1:02:45");
  EXPECT_EQ(duration_text(-5), "0:00");
  EXPECT_EQ(duration_text(1e300), "100000:00:00");
}

TEST(ProgressElsewhere, PlainLinesEveryInterval) {
  Stage s(kPlain);
  s.progress.update(s.state);
  EXPECT_EQ(s.shown(), "");
  for (int i = 0; i < 9; ++i) s.advance(1, 10);
  EXPECT_EQ(s.shown(), "");
  s.state.loss = 2.81341;
  s.advance(1, 10);
  EXPECT_EQ(s.shown(), "epoch 1/2  100/1000 captions  loss 2.8134  10.0 captions/s  ETA 1:30\n");
  for (int i = 0; i < 25; ++i) s.advance(1, 10);
  const std::string text = s.shown();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_EQ(text.find('\r'), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(ProgressElsewhere, FinishShowsTheLastStateOnce) {
  Stage s(kPlain);
  s.progress.update(s.state);
  s.advance(4, 1000);
  s.progress.finish();
  EXPECT_EQ(s.shown(), "epoch 1/2  1000/1000 captions  250 captions/s  ETA 0:00\n");
  s.progress.finish();
  EXPECT_EQ(s.shown(), "");
}

TEST(ProgressOnTerminal, RedrawsOneLineAtMostTenTimesASecond) {
  Stage s(kTerminal);
  s.progress.update(s.state);
  EXPECT_EQ(s.shown(), "\r\x1b[Kepoch 1/2  [>                       ]  0/1000");
  s.advance(0.05, 1);
  EXPECT_EQ(s.shown(), "");
  s.state.loss = 0.5;
  s.advance(1.95, 499);
  EXPECT_EQ(s.shown(),
            "\r\x1b[Kepoch 1/2  [============>           ]  500/1000  loss 0.5000"
            "  250 captions/s  ETA 0:02");
  s.progress.finish();
  EXPECT_EQ(s.shown(), "\r\x1b[K");
}

TEST(ProgressOnTerminal, NoRateIsToldOfLessThanASecond) {
  Stage s(kTerminal);
  s.progress.update(s.state);
  s.advance(0.5, 400);
  EXPECT_EQ(s.shown().find("/s"), std::string::npos);
  s.advance(0.5, 100);
  EXPECT_NE(s.shown().find("500 captions/s"), std::string::npos);
}

TEST(ProgressOnTerminal, EtaCountsWhatFollows) {
  Stage s(kTerminal);
  s.state.later = 1000;
  s.progress.update(s.state);
  s.advance(1, 10);
  EXPECT_NE(s.shown().find("ETA 3:19"), std::string::npos);  // (990 + 1000) / 10
}

TEST(ProgressOnTerminal, LinesStayAboveTheProgress) {
  Stage s(kTerminal);
  s.progress.update(s.state);
  s.shown();
  s.progress.line("CIDEr 0.512");
  EXPECT_EQ(s.shown().find("\r\x1b[KCIDEr 0.512\n\r\x1b[Kepoch 1/2  ["), 0U);
}

TEST(ProgressOnTerminal, NeverWiderThanTheTerminal) {
  for (const int columns : {1, 2, 10, 30, 60, 80, 200}) {
    ProgressStyle style = kTerminal;
    style.columns = columns;
    Stage s(style);
    s.state.loss = 1234.5678;
    s.progress.update(s.state);
    s.advance(1, 10);
    const std::string text = s.shown();
    const std::size_t last = text.rfind("\x1b[K");
    EXPECT_LE(text.size() - last - 3, static_cast<std::size_t>(std::max(columns - 1, 1))) << text;
  }
}

TEST(ProgressOnTerminal, ColourOnlyWhereAsked) {
  ProgressStyle style = kTerminal;
  style.color = true;
  Stage s(style);
  s.progress.update(s.state);
  EXPECT_NE(s.shown().find("\x1b[36m"), std::string::npos);
  Stage plain(kTerminal);
  plain.progress.update(plain.state);
  EXPECT_EQ(plain.shown().find("\x1b[36m"), std::string::npos);
}

TEST(Progress, AResumedRunDoesNotCountWhatItSkipped) {
  Stage s(kTerminal);
  s.state.done = 900;
  s.progress.update(s.state);
  s.advance(1, 10);
  EXPECT_NE(s.shown().find("10.0 captions/s  ETA 0:09"), std::string::npos);
}

TEST(Progress, TheRateIsThatOfTheLastHalfMinute) {
  Stage s(kTerminal);
  s.state.total = 1'000'000;
  for (int i = 0; i < 100; ++i) s.advance(1, 10);
  for (int i = 0; i < 40; ++i) s.advance(1, 100);
  s.shown();
  s.advance(1, 100);
  EXPECT_NE(s.shown().find("  100 captions/s"), std::string::npos);
}

TEST(Progress, UnknownTotalHasNeitherBarNorEta) {
  Stage s(kTerminal);
  s.state.total = 0;
  s.progress.update(s.state);
  s.advance(1, 5);
  const std::string text = s.shown();
  EXPECT_NE(text.find("epoch 1/2  5 captions  5.00 captions/s"), std::string::npos) << text;
  EXPECT_EQ(text.find("ETA"), std::string::npos);
  EXPECT_EQ(text.find('['), text.find("\x1b[K") + 1);
}

TEST(ProgressStyle, NothingIsAnimatedInAPipe) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  setenv("TERM", "xterm", 1);
  const ProgressStyle style = ProgressStyle::detect(ends[1]);
  EXPECT_FALSE(style.terminal);
  EXPECT_FALSE(style.color);
  close(ends[0]);
  close(ends[1]);
}

/// The slave side of a pseudo-terminal, or -1.
int open_terminal(int& master) {
  master = posix_openpt(O_RDWR | O_NOCTTY);
  if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0) return -1;
  return open(ptsname(master), O_RDWR | O_NOCTTY);
}

TEST(ProgressStyle, ATerminalIsColouredUnlessNoColorIsSet) {
  int master = -1;
  const int terminal = open_terminal(master);
  if (terminal < 0) GTEST_SKIP() << "no pseudo-terminals here";
  unsetenv("NO_COLOR");
  setenv("TERM", "xterm", 1);
  EXPECT_TRUE(ProgressStyle::detect(terminal).terminal);
  EXPECT_TRUE(ProgressStyle::detect(terminal).color);
  setenv("NO_COLOR", "1", 1);
  EXPECT_TRUE(ProgressStyle::detect(terminal).terminal);
  EXPECT_FALSE(ProgressStyle::detect(terminal).color);
  unsetenv("NO_COLOR");
  setenv("TERM", "dumb", 1);
  EXPECT_FALSE(ProgressStyle::detect(terminal).terminal);
  close(terminal);
  close(master);
}

}  // namespace
}  // namespace storyteller::progress_test
