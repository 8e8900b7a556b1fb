// Promise 6: SIGINT and SIGTERM let a run save; the second one ends it at once.
#include "core/system/signals.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <omp.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <thread>

#include "core/error.h"
#include "core/system/threads.h"
#include "tests/in_child.h"
#include "tests/temporary_folder.h"

namespace storyteller::signals_test {
namespace {

TEST(StopSignals, TheFirstSignalSetsTheFlag) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const StopSignals signals;
    EXPECT_FALSE(stop_requested());
    EXPECT_EQ(stop_exit_code(), 0);
    std::raise(signal);
    EXPECT_TRUE(stop_requested());
    EXPECT_EQ(stop_exit_code(), 128 + signal);
  }
  EXPECT_FALSE(stop_requested());
}

TEST(StopSignals, TheSecondSignalEndsTheProcessByThatSignal) {
  for (const int second : {SIGINT, SIGTERM}) {
    const int status = in_child([&] {
      const StopSignals signals;
      std::raise(SIGINT);
      usleep(150'000);
      std::raise(second);
      return 99;
    });
    ASSERT_TRUE(WIFSIGNALED(status)) << status;
    EXPECT_EQ(WTERMSIG(status), second);
  }
}

TEST(StopSignals, TheSameRequestTwiceAtOnceCountsOnce) {
  const int status = in_child([] {
    const StopSignals signals;
    std::raise(SIGTERM);
    std::raise(SIGTERM);
    return stop_exit_code();
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 143);
}

TEST(StopSignals, PreviousHandlersComeBack) {
  const int status = in_child([] {
    { const StopSignals signals; }
    std::raise(SIGINT);
    return 99;
  });
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGINT);
}

TEST(StopSignals, ErrnoSurvivesTheHandler) {
  const StopSignals signals;
  errno = 77;
  std::raise(SIGINT);
  EXPECT_EQ(errno, 77);
}

/// Matrix products may use the stack pointer for something else while a signal arrives.
TEST(StopSignals, TheHandlerHasAStackOfItsOwn) {
  stack_t before{}, during{}, after{};
  sigaltstack(nullptr, &before);
  {
    const StopSignals signals;
    struct sigaction action {};
    for (const int signal : {SIGINT, SIGTERM}) {
      sigaction(signal, nullptr, &action);
      EXPECT_NE(action.sa_flags & SA_ONSTACK, 0);
    }
    sigaltstack(nullptr, &during);
    EXPECT_EQ(during.ss_flags & SS_DISABLE, 0);
    EXPECT_GE(during.ss_size, static_cast<size_t>(sysconf(_SC_SIGSTKSZ)));
  }
  sigaltstack(nullptr, &after);
  EXPECT_EQ(after.ss_sp, before.ss_sp);
  EXPECT_EQ(after.ss_flags, before.ss_flags);
}

TEST(StopSignals, ThreadsThatComputeLeaveThemToTheirMaster) {
  std::thread([] {  // so that the other tests of this program keep their settings
    set_threads(3);
    int master = 0, workers = 0;
#pragma omp parallel num_threads(3) reduction(+ : master, workers)
    {
      sigset_t mask;
      pthread_sigmask(SIG_BLOCK, nullptr, &mask);
      const int blocked = sigismember(&mask, SIGINT) + sigismember(&mask, SIGTERM);
      (omp_get_thread_num() == 0 ? master : workers) += blocked;
    }
    EXPECT_EQ(master, 0);
    EXPECT_EQ(workers, 4);
  })
      .join();
}

TEST(FileSizeSignal, IgnoredItLeavesAnErrorOfTheWrite) {
  const TemporaryFolder folder;
  const std::string path = folder / "file";
  const int status = in_child([&] {
    const rlimit limit{10, 10};
    setrlimit(RLIMIT_FSIZE, &limit);
    ignore_file_size_signal();
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT, 0600);
    const char bytes[11] = {};
    return ::write(file, bytes, 10) == 10 && ::write(file, bytes, 1) == -1 && errno == EFBIG ? 42
                                                                                             : 99;
  });
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 42);
}

TEST(StopSignals, OnlyOneAtATime) {
  const StopSignals signals;
  EXPECT_THROW(const StopSignals again, InternalError);
}

}  // namespace
}  // namespace storyteller::signals_test
