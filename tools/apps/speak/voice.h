#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "tools/apps/speak/child_group.h"
#include "tools/apps/speak/open_file.h"
#include "tools/apps/speak/speaker_command.h"

namespace storyteller::speak {

/// What becomes of the sentence that runs when another one comes.
enum class Interrupt : std::uint8_t {
  kNew,    ///< it is cut
  kNever,  ///< it is heard to its end, and the newest follows
};

/// Says sentences, one at a time, by a program that gets each on its standard input; a new process
/// for each. At most one sentence waits: a newer one takes its place. With the first SIGINT or
/// SIGTERM (StopSignals) it falls silent at once, whatever the thread that owns it is doing, and
/// says nothing any more. Its methods may be called by any thread.
class Voice {
 public:
  /// What goes wrong with speaking; the first of it.
  struct Trouble {
    std::string what;      ///< one line
    bool missing = false;  ///< there is no such program: nothing was said
  };

  /// `longest`: what speaks longer is stopped; a speaker that hangs must not end all speech.
  explicit Voice(Pipeline speaker, std::chrono::milliseconds longest = std::chrono::seconds(60));
  /// Cuts what runs.
  ~Voice();
  Voice(const Voice&) = delete;
  Voice& operator=(const Voice&) = delete;

  /// Hands a text over; does not wait. Nothing of it is left that could be spoken: nothing is said.
  void say(std::string_view text, Interrupt interrupt);
  /// The same for what no other sentence may cut.
  void say_whole(std::string_view text);
  /// Where nothing was handed over when `after` is over, and nothing runs, "One moment." is said:
  /// who does not see a screen must not wait in silence. The next sentence ends it.
  void await(std::chrono::milliseconds after);
  /// Nothing will be handed over after all.
  void await_no_more();
  /// Waits until nothing runs and nothing waits; false: a signal ended the waiting.
  bool wait_until_silent();

  std::optional<Trouble> trouble() const;
  /// Sentences that newer ones replaced before they were begun.
  std::uint64_t replaced() const;

  static constexpr const char* kOneMoment = "One moment.";

 private:
  using Clock = std::chrono::steady_clock;
  struct Sentence {
    std::string text;
    bool cuts = false;    // the one that runs
    bool whole = false;   // it is not cut
    bool filler = false;  // any other cuts it
  };

  void hand_over(Sentence sentence);
  void run();
  /// Takes what is to be said next, where its time has come.
  std::optional<Sentence> take_next();
  void begin(const Sentence& sentence);
  /// Of the programs that ended, or whose time is over.
  void end_running();
  int milliseconds_to_wait() const;
  void wait() const;
  void note(const std::string& what, bool missing);

  const Pipeline speaker_;
  const std::chrono::milliseconds longest_;
  Bell bell_;
  mutable std::mutex mutex_;
  std::condition_variable silent_;
  std::optional<Sentence> waiting_;
  std::optional<Clock::time_point> moment_;  // when "One moment." is due
  std::optional<Trouble> trouble_;
  std::uint64_t replaced_ = 0;
  bool closing_ = false, stopped_ = false, speaking_ = false;
  // Of the thread alone:
  std::optional<ChildGroup> running_;
  Clock::time_point until_;  // running_ is stopped then
  bool running_whole_ = false, running_filler_ = false;
  bool quiet_errors_ = false;  // what a speaker complains of is shown once
  std::jthread thread_;
};

}  // namespace storyteller::speak
