#pragma once

#include <poll.h>
#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "tools/apps/speak/open_file.h"
#include "tools/apps/speak/speaker_command.h"

namespace storyteller::speak {

/// How a group of programs ended.
struct GroupEnd {
  /// "espeak-ng ended with status 1", of the first that did not end well; "" where all did, or
  /// where they were stopped.
  std::string trouble;
};

/// Where the programs of a group read and write.
struct GroupStreams {
  int in = -1;   ///< of the first; negative: nothing to be read
  int out = -1;  ///< of the last; negative: what is printed goes nowhere
  int err = 2;   ///< of all; negative: nowhere
};

/// Programs that run in a process group of their own, found by PATH, started without a shell: a
/// Ctrl-C of the terminal does not reach them, and one signal stops them all. Signals that this
/// process holds back or ignores are as they usually are for them, and no file but the standard
/// streams is handed on. None stays behind: the destructor stops what runs, and no zombie is left.
class ChildGroup {
 public:
  /// How long programs have between SIGTERM and SIGKILL.
  static constexpr std::chrono::milliseconds kGrace{100};

  /// Throws MissingProgram or IoError; then nothing runs.
  ChildGroup(const Pipeline& programs, const GroupStreams& streams);
  ~ChildGroup();
  ChildGroup(const ChildGroup&) = delete;
  ChildGroup& operator=(const ChildGroup&) = delete;

  /// For poll(): each becomes readable when a program has ended.
  std::vector<pollfd> waited() const;
  /// Whether all have ended; waits so long for it.
  bool ended(std::chrono::milliseconds timeout = {});
  /// Once all have ended. What they started and left behind in the group ends, too.
  GroupEnd end();
  /// SIGTERM to the group, and SIGKILL to what is still there after kGrace. Returns when all have
  /// ended.
  void stop();

  /// The number of the process group.
  pid_t group() const { return children_.empty() ? -1 : children_.front().process; }

 private:
  struct Child {
    std::string name;
    pid_t process;
    OpenFile life;  // of pidfd_open; none on systems that lack it
    bool ended = false;
  };
  void start(const ProgramWords& words, int in, int out, int err);
  void look();

  std::vector<Child> children_;
  bool stopped_ = false;
};

}  // namespace storyteller::speak
