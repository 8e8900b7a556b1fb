// Promise 6: a program that waits for a pipe ends with the first signal, not with the pipe.
#include "core/system/waiting.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <thread>

#include "core/system/signals.h"
#include "tests/in_child.h"

namespace storyteller::waiting_test {
namespace {

using std::chrono::milliseconds;

class Waiting : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }
  void TearDown() override {
    ::close(ends_[0]);
    close_writing();
  }
  void close_writing() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void write_byte() const { ASSERT_EQ(::write(writing(), "x", 1), 1); }

 private:
  std::array<int, 2> ends_ = {-1, -1};
};

TEST_F(Waiting, ReadableNowSaysWhetherAReadWouldWait) {
  EXPECT_FALSE(readable_now(reading()));
  write_byte();
  EXPECT_TRUE(readable_now(reading()));
  char byte = 0;
  ASSERT_EQ(::read(reading(), &byte, 1), 1);
  EXPECT_FALSE(readable_now(reading()));
  close_writing();
  EXPECT_TRUE(readable_now(reading()));  // its end can be read
}

TEST_F(Waiting, EndsWithWhatCanBeRead) {
  const StopSignals signals;
  std::thread writer([&] {
    std::this_thread::sleep_for(milliseconds(20));
    write_byte();
  });
  wait_until_readable(reading());
  EXPECT_TRUE(readable_now(reading()));
  writer.join();
}

TEST_F(Waiting, EndsWithTheEndOfThePipe) {
  std::thread closer([&] {
    std::this_thread::sleep_for(milliseconds(20));
    close_writing();
  });
  wait_until_readable(reading());
  closer.join();
}

/// Runs `wait` in a process that gets `signal` meanwhile; what it waits for never comes. Returns 0
/// where Stopped ended the wait.
template <class Wait>
int stopped_by(int signal, const Wait& wait) {
  const int status = in_child([&] {
    ::alarm(10);
    const StopSignals signals;
    const pid_t self = ::getpid();
    std::thread sender([&] {
      leave_stop_signals_to_others();
      std::this_thread::sleep_for(milliseconds(50));
      ::kill(self, signal);
    });
    int code = 1;
    try {
      wait();
    } catch (const Stopped&) {
      code = stop_exit_code() == 128 + signal ? 0 : 2;
    }
    sender.join();
    return code;
  });
  EXPECT_TRUE(WIFEXITED(status)) << "ended by signal " << WTERMSIG(status);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(Waiting, ASignalEndsItAtOnce) {
  for (const int signal : {SIGINT, SIGTERM}) {
    EXPECT_EQ(stopped_by(signal, [&] { wait_until_readable(reading()); }), 0);
  }
}

TEST_F(Waiting, ASignalThatCameBeforeEndsItToo) {
  write_byte();
  const StopSignals signals;
  std::raise(SIGTERM);
  EXPECT_THROW(wait_until_readable(reading()), Stopped);
}

}  // namespace
}  // namespace storyteller::waiting_test
