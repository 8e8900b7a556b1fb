#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/temporary_folder.h"

namespace storyteller {

/// How a program ended; `code` as a shell reports it: 128 + signal when one killed it.
struct Ended {
  int code = -1;
  bool killed = false;  ///< by a signal, rather than having left by itself
  std::string out, err;
};

/// Path of the program that this build made.
std::string storyteller_program();

struct ProgramOptions {
  std::string input = "";                                             ///< on standard input
  std::vector<std::pair<std::string, std::string>> environment = {};  ///< set on top of ours
  std::optional<rlim_t> file_size = std::nullopt;                     ///< RLIMIT_FSIZE in bytes
  std::string program = storyteller_program();
  std::string out_file = "";  ///< where standard output goes, e.g. /dev/full
};

/// The project's program, running.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments, const ProgramOptions& options = {}) {
    arguments.insert(arguments.begin(), options.program);
    write_text(folder_ / "in", options.input);
    const std::string out =
        options.out_file.empty() ? (folder_ / "out").string() : options.out_file;
    const std::string err = folder_ / "err", in = folder_ / "in";
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    process_ = ::fork();
    if (process_ != 0) return;
    // Between fork and exec: this thread alone exists.
    const auto put = [](const std::string& path, int flags, int descriptor) {
      const int file = ::open(path.c_str(), flags, 0600);
      if (file < 0 || ::dup2(file, descriptor) < 0) ::_exit(126);
    };
    put(in, O_RDONLY, 0);
    put(out, O_WRONLY | O_CREAT, 1);
    put(err, O_WRONLY | O_CREAT, 2);
    ::setenv("OMP_WAIT_POLICY", "passive", 1);
    for (const char* name : {"STORYTELLER_MODEL", "STORYTELLER_DATA"}) ::unsetenv(name);
    for (const auto& [name, value] : options.environment) {
      ::setenv(name.c_str(), value.c_str(), 1);
    }
    if (options.file_size) {
      const rlimit limit{*options.file_size, *options.file_size};
      ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ~Program() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    wait();
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void send(int signal) const { ::kill(process_, signal); }
  bool running() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0;
  }
  std::string err() const { return file_text(folder_ / "err"); }

  /// Waits for the end.
  Ended wait() {
    int status = 0;
    ::waitpid(process_, &status, 0);
    process_ = -1;
    Ended ended;
    ended.killed = WIFSIGNALED(status);
    ended.code = ended.killed ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    ended.out = file_text(folder_ / "out");
    ended.err = err();
    return ended;
  }

 private:
  TemporaryFolder folder_;
  pid_t process_ = -1;
};

inline Ended run_storyteller(std::vector<std::string> arguments,
                             const ProgramOptions& options = {}) {
  return Program(std::move(arguments), options).wait();
}

inline void sleep_milliseconds(int64_t milliseconds) {
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
}

}  // namespace storyteller
