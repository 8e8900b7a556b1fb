// Speaking by programs: one at a time, the newest next, silent at once, and nothing left behind.
#include "tools/apps/speak/voice.h"

#include <gtest/gtest.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX
#include <unistd.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "core/error.h"
#include "core/system/signals.h"
#include "tests/in_child.h"
#include "tests/temporary_folder.h"
#include "tools/apps/speak/child_group.h"
#include "tools/apps/speak/missing_program.h"
#include "tools/apps/speak/program_version.h"

namespace storyteller::speak::voice_test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

Pipeline shell(const std::string& script) { return {{"/bin/sh", "-c", script}}; }

double seconds_of(const std::function<void()>& body) {
  const auto begin = Clock::now();
  body();
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Whether any process of a group is left, zombies among them.
bool exists(pid_t group) { return ::kill(-group, 0) == 0; }

class VoiceTest : public testing::Test {
 protected:
  /// Notes the text, and speaks so long.
  Pipeline speaker(const std::string& seconds) const {
    return shell("cat >>" + log() + "; exec sleep " + seconds);
  }
  std::string log() const { return folder_ / "log"; }
  /// Waits until the speaker has noted so much.
  std::string noted(size_t bytes) const {
    for (int i = 0; i < 500 && file_text(log()).size() < bytes; ++i) {
      std::this_thread::sleep_for(milliseconds(10));
    }
    return file_text(log());
  }
  TemporaryFolder folder_;
};

TEST_F(VoiceTest, HandsTheTextOver) {
  Voice voice(speaker("0"));
  voice.say("A dog [[jumps]].\n", Interrupt::kNew);
  EXPECT_TRUE(voice.wait_until_silent());
  EXPECT_EQ(file_text(log()), "A dog jumps.\n");
  voice.say(" \n", Interrupt::kNew);
  EXPECT_TRUE(voice.wait_until_silent());
  EXPECT_EQ(file_text(log()), "A dog jumps.\n");
  EXPECT_FALSE(voice.trouble());
}

TEST_F(VoiceTest, TheNewestFollowsAndTheRestIsCounted) {
  Voice voice(speaker("0.3"));
  voice.say("one", Interrupt::kNever);
  noted(4);
  for (const char* text : {"two", "three", "four"}) voice.say(text, Interrupt::kNever);
  EXPECT_TRUE(voice.wait_until_silent());
  EXPECT_EQ(file_text(log()), "one\nfour\n");
  EXPECT_EQ(voice.replaced(), 2U);
}

TEST_F(VoiceTest, ANewSceneCutsTheSentence) {
  Voice voice(speaker("20"));
  voice.say("one", Interrupt::kNew);
  noted(4);
  EXPECT_LT(seconds_of([&] {
              voice.say("two", Interrupt::kNew);
              EXPECT_EQ(noted(8), "one\ntwo\n");
            }),
            5);
  EXPECT_FALSE(voice.trouble()) << "a sentence that was cut is no trouble";
}

TEST_F(VoiceTest, WhatIsSaidWholeIsNotCut) {
  Voice voice(speaker("0.3"));
  voice.say_whole("notice");
  noted(7);
  const double waited = seconds_of([&] {
    voice.say("two", Interrupt::kNew);
    noted(11);
  });
  EXPECT_GT(waited, 0.1);
}

TEST_F(VoiceTest, SaysThatItTakesAMoment) {
  Voice voice(speaker("20"));
  voice.await(milliseconds(30));
  EXPECT_EQ(noted(12), std::string(Voice::kOneMoment) + "\n");
  voice.say("two", Interrupt::kNever);  // cuts it all the same
  EXPECT_EQ(noted(16), std::string(Voice::kOneMoment) + "\ntwo\n");
  Voice other(speaker("0"));
  other.await(milliseconds(2000));
  other.say("three", Interrupt::kNew);
  EXPECT_TRUE(other.wait_until_silent());
}

TEST_F(VoiceTest, StopsWithItself) {
  const double taken = seconds_of([&] {
    Voice voice(shell("trap '' TERM; cat >>" + log() + "; sleep 30"));
    voice.say("one", Interrupt::kNew);
    noted(4);
  });
  EXPECT_LT(taken, 10);
}

TEST_F(VoiceTest, GoesOnWhereASpeakerFails) {
  Voice voice(shell("cat >>" + log() + "; kill -9 $$"));
  voice.say("one", Interrupt::kNew);
  EXPECT_TRUE(voice.wait_until_silent());
  voice.say("two", Interrupt::kNew);
  EXPECT_TRUE(voice.wait_until_silent());
  EXPECT_EQ(file_text(log()), "one\ntwo\n");
  ASSERT_TRUE(voice.trouble());
  EXPECT_EQ(voice.trouble()->what, "sh was ended by signal 9");
  Voice status(shell("exit 3"));
  status.say("one", Interrupt::kNew);
  EXPECT_TRUE(status.wait_until_silent());
  EXPECT_EQ(status.trouble()->what, "sh ended with status 3");
}

TEST_F(VoiceTest, ASpeakerThatReadsNothingOrHangsEndsNothing) {
  Voice voice(shell("exec sleep 60"), milliseconds(100));
  voice.say(std::string(100000, 'x'), Interrupt::kNew);
  EXPECT_LT(seconds_of([&] { EXPECT_TRUE(voice.wait_until_silent()); }), 10);
  ASSERT_TRUE(voice.trouble());
  EXPECT_NE(voice.trouble()->what.find("did not end"), std::string::npos);
}

TEST_F(VoiceTest, NamesAProgramThatIsMissing) {
  Voice voice(Pipeline{{"storyteller-no-such-speaker"}});
  voice.say("one", Interrupt::kNew);
  EXPECT_TRUE(voice.wait_until_silent());
  ASSERT_TRUE(voice.trouble());
  EXPECT_TRUE(voice.trouble()->missing);
  EXPECT_NE(voice.trouble()->what.find("install storyteller-no-such-speaker"), std::string::npos);
}

TEST_F(VoiceTest, ASignalSilencesItWhateverItsOwnerDoes) {
  const std::string note = log();
  const int status = in_child([&] {
    const StopSignals signals;
    Voice voice(shell("cat; echo $$ >" + note + "; exec sleep 30"));
    voice.say("one", Interrupt::kNew);
    while (file_text(note).find('\n') == std::string::npos) ::usleep(10'000);
    const pid_t speaker = std::stoi(file_text(note));
    ::raise(SIGINT);
    const auto begin = Clock::now();
    while (exists(speaker)) ::usleep(1000);  // this thread does not wait for the voice
    if (Clock::now() - begin > milliseconds(1000)) return 1;
    voice.say("two", Interrupt::kNew);
    return voice.wait_until_silent() ? 2 : 0;
  });
  EXPECT_EQ(status, 0);
}

TEST(ChildGroup, IsOneGroupThatOneSignalStops) {
  const TemporaryFolder folder;
  ChildGroup group(
      {{"/bin/sh", "-c", "echo; exec sleep 30"},
       {"/bin/sh", "-c", "trap '' TERM; echo >" + (folder / "x").string() + "; exec sleep 30"}},
      {});
  while (file_text(folder / "x").empty()) std::this_thread::sleep_for(milliseconds(5));
  const pid_t number = group.group();
  EXPECT_NE(number, ::getpgrp());
  EXPECT_TRUE(exists(number));
  EXPECT_FALSE(group.ended());
  group.stop();
  EXPECT_FALSE(exists(number));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a zombie is left";
}

/// Whether it runs; who ended, and was not waited for, does not.
bool runs(const std::string& process) {
  const std::string status = file_text("/proc/" + process + "/stat");
  const size_t name_end = status.rfind(") ");
  return name_end != std::string::npos && status[name_end + 2] != 'Z';
}

TEST(ChildGroup, WhatAProgramLeavesBehindEndsWithIt) {
  const TemporaryFolder folder;
  const std::string note = folder / "process";
  ChildGroup group(shell("sleep 30 & printf $! >" + note + "; exit 3"), {});
  EXPECT_TRUE(group.ended(std::chrono::seconds(20)));
  const std::string left = file_text(note);
  EXPECT_TRUE(runs(left));
  EXPECT_EQ(group.end().trouble, "sh ended with status 3");
  for (int i = 0; i < 500 && runs(left); ++i) std::this_thread::sleep_for(milliseconds(10));
  EXPECT_FALSE(runs(left));
}

TEST(ChildGroup, AFailureInThePipelineIsNamed) {
  ChildGroup group({{"/bin/sh", "-c", "exit 0"}, {"/bin/sh", "-c", "exit 4"}}, {});
  EXPECT_TRUE(group.ended(std::chrono::seconds(20)));
  EXPECT_EQ(group.end().trouble, "sh ended with status 4");
  EXPECT_THROW(ChildGroup({{"/bin/sh", "-c", "sleep 30"}, {"/no/such/program"}}, {}),
               MissingProgram);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "the first program is left";
  EXPECT_NE(message_of<MissingProgram>([] { ChildGroup({{"/dev/null"}}, {}); }).find("denied"),
            std::string::npos);
}

TEST(ChildGroup, StartsWithUsualSignalsAndNoFilesOfOurs) {
  const TemporaryFolder folder;
  const std::string out = folder / "out";
  const OpenFile text = file_of("hello");
  ::signal(SIGPIPE, SIG_IGN);
  ChildGroup group(
      shell("ls -l /proc/self/fd | grep -c -E 'memfd|event|pidfd' >" + out +
            "; grep -c 'SigIgn.*0000000$' /proc/self/status >>" + out + "; cat >>" + out),
      {.in = text.get()});
  ::signal(SIGPIPE, SIG_DFL);
  EXPECT_TRUE(group.ended(std::chrono::seconds(20)));
  EXPECT_EQ(group.end().trouble, "");
  // The text that it reads is in memory; the C library ignores two signals of its own above 31.
  EXPECT_EQ(file_text(out), "1\n1\nhello");
}

TEST(ProgramVersion, IsTheFirstWordWithADigit) {
  const TemporaryFolder folder;
  const std::string program = folder / "talker";
  write_text(program, "#!/bin/sh\necho \"talker text: $1 9.5 Data at: /x1\"\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  EXPECT_EQ(program_version(program, "--version"), "9.5");
  EXPECT_EQ(program_version("storyteller-no-such-program", "--version"), "");
}

}  // namespace
}  // namespace storyteller::speak::voice_test
