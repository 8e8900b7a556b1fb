#include "tools/apps/speak/child_group.h"

#include <fcntl.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <thread>

#include "core/system/printable.h"
#include "tools/apps/speak/missing_program.h"

namespace storyteller::speak {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// What posix_spawn is to do with the descriptors of a child.
class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  /// `from` negative: /dev/null.
  void put(int from, int to) {
    if (from < 0) {
      ::posix_spawn_file_actions_addopen(&actions_, to, "/dev/null", O_RDWR, 0);
    } else {
      ::posix_spawn_file_actions_adddup2(&actions_, from, to);
    }
  }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// A process group and the signals that a program usually starts with.
class Attributes {
 public:
  explicit Attributes(pid_t group) {
    ::posix_spawnattr_init(&attributes_);
    sigset_t none, usual;
    sigemptyset(&none);
    sigemptyset(&usual);
    for (const int signal : {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ, SIGHUP, SIGQUIT}) {
      sigaddset(&usual, signal);
    }
    ::posix_spawnattr_setpgroup(&attributes_, group);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &usual);
    ::posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

bool has_ended(pid_t process) {
  siginfo_t info{};
  const int flags = WEXITED | WNOHANG | WNOWAIT;
  return ::waitid(P_PID, static_cast<id_t>(process), &info, flags) != 0 || info.si_pid != 0;
}

std::string trouble_of(const std::string& name, int status) {
  if (WIFSIGNALED(status)) {
    return name + " was ended by signal " + std::to_string(WTERMSIG(status));
  }
  const int code = WEXITSTATUS(status);
  return code == 0 ? "" : name + " ended with status " + std::to_string(code);
}

}  // namespace

MissingProgram missing_program(const std::string& program, int error) {
  const std::string name = printable_path(program);
  const std::string package = std::filesystem::path(program).filename().string();
  if (error == ENOENT || error == ENOTDIR) {
    const bool named = program.find('/') == std::string::npos;
    return MissingProgram(name + ": no such program" +
                          (named ? "; install " + printable(package) : ""));
  }
  return MissingProgram(name + ": cannot be started: " + std::generic_category().message(error));
}

ChildGroup::ChildGroup(const Pipeline& programs, const GroupStreams& streams) {
  OpenFile from;
  int in = streams.in;
  try {
    for (size_t i = 0; i < programs.size(); ++i) {
      OpenFile next, to;
      if (i + 1 < programs.size()) {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
          throw IoError("cannot make a pipe: " + std::generic_category().message(errno));
        }
        next = OpenFile(ends[0]);
        to = OpenFile(ends[1]);
      }
      start(programs[i], in, to ? to.get() : streams.out, streams.err);
      from = std::move(next);
      in = from.get();
    }
  } catch (...) {
    stop();
    throw;
  }
}

ChildGroup::~ChildGroup() { stop(); }

void ChildGroup::start(const ProgramWords& words, int in, int out, int err) {
  FileActions files;
  files.put(in, STDIN_FILENO);
  files.put(out, STDOUT_FILENO);
  // A descriptor that is put onto itself would keep its mark to be closed.
  if (err != STDERR_FILENO) files.put(err, STDERR_FILENO);
  const Attributes attributes(children_.empty() ? 0 : group());
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  pid_t process = -1;
  const int error =
      ::posix_spawnp(&process, argv[0], files.get(), attributes.get(), argv.data(), ::environ);
  if (error != 0) throw missing_program(words[0], error);
  children_.push_back({.name = std::filesystem::path(words[0]).filename().string(),
                       .process = process,
                       .life = OpenFile(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)))});
}

std::vector<pollfd> ChildGroup::waited() const {
  std::vector<pollfd> waited;
  for (const Child& child : children_) {
    if (!child.ended) waited.push_back({.fd = child.life.get(), .events = POLLIN, .revents = 0});
  }
  return waited;
}

void ChildGroup::look() {
  for (Child& child : children_) child.ended = child.ended || has_ended(child.process);
}

bool ChildGroup::ended(milliseconds timeout) {
  constexpr milliseconds kLook{5};  // where the system tells of no end
  const Clock::time_point until = Clock::now() + timeout;
  while (true) {
    look();
    std::vector<pollfd> rest = waited();
    if (rest.empty()) return true;
    const auto left = std::chrono::ceil<milliseconds>(until - Clock::now());
    if (left.count() <= 0) return false;
    const bool told = rest.front().fd >= 0;
    rest.resize(1);
    ::poll(rest.data(), 1, static_cast<int>((told ? left : std::min(left, kLook)).count()));
  }
}

GroupEnd ChildGroup::end() {
  GroupEnd end;
  // What a program started, and did not wait for, is of the group, too. The group's number stays
  // theirs as long as its first process is not waited for.
  if (!children_.empty()) ::kill(-group(), SIGKILL);
  for (const Child& child : children_) {
    int status = 0;
    while (::waitpid(child.process, &status, 0) < 0 && errno == EINTR) {
    }
    const std::string trouble = trouble_of(child.name, status);
    if (end.trouble.empty() && !stopped_) end.trouble = trouble;
  }
  children_.clear();
  return end;
}

void ChildGroup::stop() {
  if (children_.empty()) return;
  stopped_ = true;
  ::kill(-group(), SIGTERM);
  if (!ended(kGrace)) {
    ::kill(-group(), SIGKILL);
    while (!ended(std::chrono::seconds(1))) {
    }
  }
  end();
}

}  // namespace storyteller::speak
