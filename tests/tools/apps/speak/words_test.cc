// What reaches the speaker: texts without anything that it could take for more than text, the
// programs of --speaker, and the sound file.
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tools/apps/speak/first_use.h"
#include "tools/apps/speak/meaning.h"
#include "tools/apps/speak/phrasing.h"
#include "tools/apps/speak/sound_file.h"
#include "tools/apps/speak/speaker_command.h"
#include "tools/apps/speak/spoken_text.h"

namespace storyteller::speak::words_test {
namespace {

using namespace std::string_literals;

TEST(SpokenText, LosesWhatASpeakerWouldTakeForCommands) {
  EXPECT_EQ(spoken("A dog jumps."), "A dog jumps.");
  EXPECT_EQ(spoken("a [[dQ]] b"), "a dQ b");
  EXPECT_EQ(spoken("a [[[[x]]]] [[[y"), "a x [y");
  EXPECT_EQ(spoken("<speak>a &amp; b</speak>"), "speak a amp; b /speak");
  EXPECT_EQ(spoken("a\x1b[31m\r\nb\x07\tc\x7f"), "a [31m b c");
  EXPECT_EQ(spoken("a\0b"s), "a b");
  EXPECT_EQ(spoken("caf\xC3\xA9 \xFF z"), "caf\xC3\xA9 \xEF\xBF\xBD z");
  EXPECT_EQ(spoken("a\xC2\x85z \xE2\x80\xAE r \xE2\x80\xA8 l"), "a z r l");
  // What hides between two brackets must not make a pair of them.
  EXPECT_EQ(spoken("[\x01[x"), "[ [x");
  EXPECT_EQ(spoken("[[]][[ [[[]]"), "[");
  EXPECT_EQ(spoken("[]][x ][[]y"), "x y");
  EXPECT_EQ(spoken(" \n\t "), "");
  EXPECT_EQ(spoken(""), "");
}

TEST(SpokenText, IsCutBetweenCharacters) {
  std::string text(kLongestSpoken - 1, 'a');
  EXPECT_EQ(spoken(text + "\xC3\xA9zzz"), text);
  EXPECT_EQ(spoken(std::string(100000, 'b')).size(), kLongestSpoken);
}

std::string brief_of(const std::string& text) {
  std::vector<std::string> words;
  for (std::istringstream in(text); in;) {
    if (std::string word; in >> word) words.push_back(word);
  }
  std::string out;
  for (const std::string& word : brief(words)) out += (out.empty() ? "" : " ") + word;
  return out;
}

TEST(Brief, KeepsWhoAndWhatTheyDo) {
  EXPECT_EQ(brief_of("a dog jumps over a hurdle in a field"), "a dog jumps over a hurdle");
  EXPECT_EQ(brief_of("a group of people sit at a table with food"),
            "a group of people sit at a table");
  EXPECT_EQ(brief_of("a cat next to a dog on a bed"), "a cat next to a dog");
  EXPECT_EQ(brief_of("a dog"), "a dog");
  EXPECT_EQ(brief_of("in on at"), "in on at");
  EXPECT_EQ(brief_of(""), "");
}

TEST(StillText, TurnsTheCapital) {
  EXPECT_EQ(still_text("A dog jumps."), "Still: a dog jumps.");
  EXPECT_EQ(still_text("Could be: a dog."), "Still: could be: a dog.");
  EXPECT_EQ(still_text("T-shirts hang."), "Still: T-shirts hang.");
}

TEST(Meanings, AreThoseOfTheStatements) {
  Meanings meanings;
  const auto same = [&](const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return meanings.of(a) == meanings.of(b);
  };
  EXPECT_TRUE(same({"a", "dog", "runs"}, {"a", "dog", "runs"}));
  EXPECT_FALSE(same({"a", "dog", "chases", "a", "ball"}, {"a", "cat", "chases", "a", "ball"}));
  EXPECT_EQ(meanings.of({}), "");
}

TEST(SpeakerCommand, IsTakenApartWithoutAShell) {
  EXPECT_EQ(speaker_command("espeak-ng --stdin"), (Pipeline{{"espeak-ng", "--stdin"}}));
  EXPECT_EQ(speaker_command("espeak-ng --stdin --stdout | aplay -q"),
            (Pipeline{{"espeak-ng", "--stdin", "--stdout"}, {"aplay", "-q"}}));
  EXPECT_EQ(speaker_command(" 'my program' \"a \\\" b\" c\\ d '' "),
            (Pipeline{{"my program", "a \" b", "c d", ""}}));
  EXPECT_EQ(speaker_command("say '$HOME;rm'"), (Pipeline{{"say", "$HOME;rm"}}));
}

TEST(SpeakerCommand, RefusesWhatNeedsAShell) {
  for (const char* bad : {"", " ", "a |", "| a", "a || b", "a 'b", "a; b", "a > b", "a & b",
                          "a $HOME", "a `b`", "a (b)", "'' a"}) {
    EXPECT_THROW(speaker_command(bad), UsageError) << bad;
  }
  EXPECT_THROW(speaker_command("a\0b"s), UsageError);
}

TEST(SpeakerCommand, OfEspeakNamesItsNumbers) {
  EXPECT_EQ(espeak_command({.rate = 200, .voice = "de", .volume = 50}),
            (Pipeline{{"espeak-ng", "-s", "200", "-v", "de", "-a", "50", "--stdin"}}));
}

TEST(SoundFile, GetsItsSizesWhenTheyAreKnown) {
  const std::string head = "RIFF\xFF\xFF\xFF\x7FWAVEfmt \x04\0\0\0abcd"s;
  const std::string sound = with_sizes(head + "data\0\xF0\xFF\x7Fwxyz"s);
  EXPECT_EQ(sound, "RIFF\x1C\0\0\0WAVEfmt \x04\0\0\0abcddata\x04\0\0\0wxyz"s);
  for (const std::string& bad : {""s, "RIFF"s, "RIFFxxxxWAVX"s, head, head + "LIST\xFF\xFF\0\0"s,
                                 "text that is no sound at all"s}) {
    EXPECT_THROW(with_sizes(bad), InputError) << bad;
  }
}

TEST(SoundFile, IsWrittenWholeOrNotAtAll) {
  const TemporaryFolder folder;
  const auto file = folder / "a.wav";
  const auto write = [&](const std::string& script) {
    write_sound({{"/bin/sh", "-c", script}}, "hello", file);
  };
  write("printf 'RIFF....WAVEdata....'; cat");
  EXPECT_EQ(file_text(file), "RIFF\x12\0\0\0WAVEdata\x06\0\0\0hello\n"s);
  EXPECT_THROW(write("printf RIFF; exit 3"), DeviceError);
  EXPECT_THROW(write("true"), InputError);
  EXPECT_EQ(file_text(file).size(), 26U);
  EXPECT_EQ(folder.files(), 1);
}

TEST(FirstUse, IsNotedOnce) {
  const TemporaryFolder folder;
  const auto note = folder / "state/storyteller/speak-notice";
  EXPECT_TRUE(is_first_use(note));
  EXPECT_FALSE(is_first_use(note));
  // Where nothing can be noted everyone is told again.
  EXPECT_TRUE(is_first_use("/dev/null/no/folder"));
  EXPECT_TRUE(is_first_use(""));
}

}  // namespace
}  // namespace storyteller::speak::words_test
