#include <gtest/gtest.h>

#include <fstream>
#include <new>
#include <sstream>
#include <vector>

#include "core/error.h"
#include "tests/temporary_folder.h"
#include "tools/cli/options.h"

namespace storyteller::command_line_test {
namespace {

namespace fs = std::filesystem;

/// A small program with the shapes that the real one has.
struct Program {
  CommandLine line{"storyteller", "captions pictures", "0.1.0"};
  std::optional<int> beam;
  int samples = 2000;
  uint64_t seed = 1;
  std::optional<float> penalty;
  bool resume = false, json = false;
  std::string data, model, type;
  std::vector<std::string> images, settings, systems;
  std::string chosen, error;
  std::ostringstream out;

  Program() {
    const Options caption = line.options().command("caption", "caption pictures");
    caption.number("--beam", beam, "beam width", {1, 100});
    caption.number("--length-penalty", penalty, "p", {0, 10});
    caption.text("--model", model, "file");
    caption.flag("--json", json, "as JSON");
    caption.several("IMAGE", images, "pictures").required();
    caption.runs([this] { return ran("caption"); });
    const Options train = line.options().command("train", "train a captioner");
    train.text("--data", data, "FORMAT:PATH").required();
    train.repeated("--set", settings, "key=value");
    train.number("--seed", seed, "of all that is drawn");
    train.flag("--resume", resume, "go on");
    train.choice(
        "--type", {"f32", "bf16"}, "f32", [this](const std::string& name) { type = name; }, "kind");
    train.runs([this] { return ran("train"); });
    const Options data_command = line.options().command("data", "look at data sets");
    const Options verify = data_command.command("verify", "open every picture");
    verify.several("--systems", systems, "NAME=FILE");
    verify.number("--samples", samples, "of the bootstrap", {100, 1000000});
    verify.runs([this] { return ran("data verify"); });
  }

  int ran(const char* name) {
    chosen = name;
    return 0;
  }

  /// The exit code, or nothing where the program goes on; `error` is the message.
  std::optional<int> parse(std::vector<const char*> words) {
    words.insert(words.begin(), "storyteller");
    try {
      const auto code = line.parse(static_cast<int>(words.size()), words.data(), out);
      if (!code) line.run();
      return code;
    } catch (const UsageError& mistake) {
      error = mistake.what();
      return 2;
    }
  }
};

using Words = std::vector<const char*>;

void expect_mistakes(const std::vector<std::pair<Words, std::string>>& cases) {
  for (const auto& [words, expected] : cases) {
    Program p;
    EXPECT_EQ(p.parse(words), 2) << expected;
    EXPECT_NE(p.error.find(expected), std::string::npos) << p.error;
    EXPECT_EQ(p.error.find('\n'), std::string::npos) << p.error;
    EXPECT_TRUE(p.error.ends_with("--help)")) << p.error;
    EXPECT_EQ(p.out.str(), "");
    EXPECT_EQ(p.chosen, "");
  }
}

/// A test in a folder of its own, where files of any name can lie.
class InFolder : public testing::Test {
 protected:
  InFolder() : before_(fs::current_path()) { fs::current_path(folder_.path()); }
  ~InFolder() override { fs::current_path(before_); }
  static void make(const std::string& name) { std::ofstream file(name); }

 private:
  TemporaryFolder folder_;
  fs::path before_;
};

TEST(CommandLine, GoodWordsGoOn) {
  Program p;
  EXPECT_EQ(p.parse({"caption", "--beam", "5", "--length-penalty=0.5", "a.jpg", "b.png"}),
            std::nullopt);
  EXPECT_EQ(p.beam, 5);
  EXPECT_EQ(p.penalty, 0.5F);
  EXPECT_EQ(p.images, (std::vector<std::string>{"a.jpg", "b.png"}));
  EXPECT_EQ(p.chosen, "caption");
  EXPECT_EQ(p.out.str(), "");
}

TEST(CommandLine, CommandsBelowCommandsRun) {
  Program p;
  EXPECT_EQ(p.parse({"data", "verify", "--systems", "a", "b", "--samples", "200"}), std::nullopt);
  EXPECT_EQ(p.chosen, "data verify");
  EXPECT_EQ(p.systems, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(p.samples, 200);
}

TEST(CommandLine, WhatNeedsLessMemoryIsOfTheCommand) {
  const auto message = [](const char* name, const Command& command) {
    CommandLine line("storyteller", "captions pictures");
    line.options().command(name, "does something").runs(command);
    const char* words[] = {"storyteller", name};
    std::ostringstream out;
    line.parse(2, words, out);
    try {
      line.run();
    } catch (const MemoryError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_EQ(message("calibrate", []() -> int { throw std::bad_alloc(); }),
            "out of memory; --threads 1 needs less; or close other programs");
  EXPECT_EQ(message("tokenize", []() -> int { throw MemoryError("a.jpg: too large"); }),
            "a.jpg: too large; close other programs");
}

TEST(CommandLine, HelpAndVersionGoToStdout) {
  for (const Words& words :
       std::vector<Words>{{"--help"}, {"-h"}, {"--version"}, {"caption", "--help"}}) {
    Program p;
    EXPECT_EQ(p.parse(words), 0);
    EXPECT_NE(p.out.str(), "");
    EXPECT_EQ(p.chosen, "");
  }
}

TEST(CommandLine, HelpNamesRangesAndDefaults) {
  Program p;
  EXPECT_EQ(p.parse({"data", "verify", "--help"}), 0);
  EXPECT_NE(p.out.str().find("--samples INT in [100 - 1000000]=2000"), std::string::npos)
      << p.out.str();
  Program q;
  EXPECT_EQ(q.parse({"train", "--help"}), 0);
  EXPECT_NE(q.out.str().find("--type TEXT:{f32,bf16}=f32"), std::string::npos) << q.out.str();
  EXPECT_NE(q.out.str().find("--data TEXT REQUIRED"), std::string::npos) << q.out.str();
}

TEST_F(InFolder, HelpIsACommandToo) {
  const auto help = [](const Words& words) {
    Program p;
    EXPECT_EQ(p.parse(words), 0) << p.error;
    return p.out.str();
  };
  EXPECT_EQ(help({"help"}), help({"--help"}));
  EXPECT_EQ(help({"help", "caption"}), help({"caption", "--help"}));
  EXPECT_EQ(help({"caption", "help"}), help({"caption", "--help"}));
  EXPECT_EQ(help({"help", "data", "verify"}), help({"data", "verify", "--help"}));
  EXPECT_EQ(help({"data", "verify", "help"}), help({"data", "verify", "--help"}));
  EXPECT_EQ(help({"data", "help"}), help({"data", "--help"}));
  expect_mistakes({{{"help", "captoin"}, "unknown command 'captoin'; did you mean 'caption'?"}});
  make("help");  // then it is a picture
  Program p;
  EXPECT_EQ(p.parse({"caption", "help"}), std::nullopt);
  EXPECT_EQ(p.images, std::vector<std::string>{"help"});
}

TEST(CommandLine, NamesInBracketsStayWhole) {
  Program p;
  EXPECT_EQ(p.parse({"caption", "[holiday]", "[a,b]", "[]", "--model", "[m]", "--", "[x", "++", "-",
                     "{}", "\x1f[y]"}),
            std::nullopt);
  EXPECT_EQ(p.images, (std::vector<std::string>{"[holiday]", "[a,b]", "[]", "[x", "++", "-", "{}",
                                                "\x1f[y]"}));
  EXPECT_EQ(p.model, "[m]");
  Program o;
  EXPECT_EQ(o.parse({"caption", "a", "--", "-dash.jpg", "--beam", "--"}), std::nullopt) << o.error;
  EXPECT_EQ(o.images, (std::vector<std::string>{"a", "-dash.jpg", "--beam", "--"}));
  Program q;
  EXPECT_EQ(q.parse({"train", "--data=[d]", "--set", "[a,b]", "--set=[c]"}), std::nullopt);
  EXPECT_EQ(q.data, "[d]");
  EXPECT_EQ(q.settings, (std::vector<std::string>{"[a,b]", "[c]"}));
  Program r;
  EXPECT_EQ(r.parse({"data", "verify", "--systems", "[a,b]", "[c]"}), std::nullopt);
  EXPECT_EQ(r.systems, (std::vector<std::string>{"[a,b]", "[c]"}));
}

TEST(CommandLine, PicturesMayBeCalledAsCommandsAre) {
  Program p;
  EXPECT_EQ(p.parse({"caption", "train", "caption", "verify"}), std::nullopt) << p.error;
  EXPECT_EQ(p.images, (std::vector<std::string>{"train", "caption", "verify"}));
}

TEST(CommandLine, MistakesAreOneLineWithTheClosestWord) {
  expect_mistakes({
      {{"caption", "a.jpg", "--beam"}, "--beam lacks its value"},
      {{"captoin", "a.jpg"}, "unknown command 'captoin'; did you mean 'caption'?"},
      {{"caption", "--beem", "5", "a.jpg"},
       "unknown option '--beem' of 'caption'; did you mean '--beam'?"},
      {{"caption", "--beem=5", "a.jpg"},
       "unknown option '--beem' of 'caption'; did you mean '--beam'?"},
      {{"train", "--dta", "x"}, "unknown option '--dta' of 'train'; did you mean '--data'?"},
      {{"train", "--data", "x", "more"}, "unknown argument 'more' of 'train'"},
      {{"train", "flickr8k:f"}, "unknown argument 'flickr8k:f' of 'train'; did you mean '--data f"},
      {{"train", "--set", "beam", "=", "3"}, "'=' of 'train'; write it without blanks around ="},
      {{"caption", "\u2014json", "a.jpg"},
       "'\u2014json' begins with a dash as in print; write --json"},
      {{"caption", "\u2013\u2013json", "a.jpg"}, "write --json"},
      {{"train"}, "--data is required"},
      {{"data", "verify", "more"},
       "unknown argument 'more' of 'data verify' (see storyteller data "
       "verify --help)"},
      {{"caption", "--model", "--json", "a.jpg"}, "--model lacks its value: --json behind it is"},
      {{"caption", "--beam", "2", "--beam", "3", "a.jpg"}, "--beam is given 2 times"},
      {{"train", "--data", "x", "--type", "f16"}, "--type: 'f16' is none of f32, bf16"},
      {{}, "A subcommand is required"},
  });
}

TEST(CommandLine, NumbersAreFiniteAndInRange) {
  const std::string beam = " is not a whole number from 1 to 100";
  const std::string penalty = " is not a number from 0 to 10";
  expect_mistakes({
      {{"caption", "--beam", "many", "a.jpg"}, "--beam: 'many'" + beam},
      {{"caption", "--beam", "0", "a.jpg"}, "--beam: '0'" + beam},
      {{"caption", "--beam", "-3", "a.jpg"}, "--beam: '-3'" + beam},
      {{"caption", "--beam", "3.0", "a.jpg"}, "--beam: '3.0'" + beam},
      {{"caption", "--beam", "99999999999999999999", "a.jpg"}, beam},
      {{"caption", "--length-penalty", "nan", "a.jpg"}, "--length-penalty: 'nan'" + penalty},
      {{"caption", "--length-penalty", "-nan", "a.jpg"}, penalty},
      {{"caption", "--length-penalty", "inf", "a.jpg"}, penalty},
      {{"caption", "--length-penalty", "1e99", "a.jpg"}, penalty},
      {{"caption", "--length-penalty", "0,7", "a.jpg"}, penalty + "; write a decimal point"},
      {{"caption", "--length-penalty", "5%", "a.jpg"}, penalty + "; write 5 % as 0.05"},
      {{"caption", "--length-penalty", "1 2", "a.jpg"}, penalty},
      {{"caption", "a.jpg", "--beam", "3\r"}, beam + "; the script has line ends of Windows"},
      {{"train", "--data", "x", "--seed", "-1"},
       "--seed: '-1' is not a whole number of at least 0"},
  });
  Program p;
  EXPECT_EQ(p.parse({"caption", "--beam", " 08", "--length-penalty", "+1e-1", "a"}), std::nullopt);
  EXPECT_EQ(p.beam, 8);
  EXPECT_EQ(p.penalty, 0.1F);
  Program q;
  EXPECT_EQ(q.parse({"train", "--data", "x", "--seed", "18446744073709551615"}), std::nullopt);
  EXPECT_EQ(q.seed, 18446744073709551615ULL);
}

TEST(CommandLine, AnEmptyValueIsAnUnsetVariable) {
  const std::string why = "the value is empty; is a shell variable unset?";
  expect_mistakes({
      {{"caption", "--model", "", "a.jpg"}, "--model: " + why},
      {{"caption", "--model=", "a.jpg"}, "--model: " + why},
      {{"caption", "--beam", "", "a.jpg"}, "--beam: " + why},
      {{"train", "--data", "x", "--set", ""}, "--set: " + why},
      {{"train", "--data=", "--resume"}, "--data: " + why},
  });
}

TEST_F(InFolder, AFlagTakesNoAnswer) {
  expect_mistakes({
      {{"caption", "--json", "false", "a.jpg"},
       "--json takes no value: leave 'false' away, and "
       "--json too"},
      {{"caption", "--json", "true", "a.jpg"}, "--json takes no value: leave 'true' away"},
  });
  Program p;
  EXPECT_EQ(p.parse({"caption", "--json=false", "a.jpg"}), std::nullopt);
  EXPECT_FALSE(p.json);
  make("false");
  Program q;
  EXPECT_EQ(q.parse({"caption", "--json", "false"}), std::nullopt);
}

TEST(CommandLine, AnOptionElsewhereIsSentToItsPlace) {
  expect_mistakes({
      {{"--model", "m", "caption", "a.jpg"},
       "unknown option '--model'; it is an option of 'storyteller caption', and belongs behind"},
      {{"--beam", "3"}, "it is an option of 'storyteller caption'"},
      {{"data", "--samples", "3", "verify"}, "it is an option of 'storyteller data verify'"},
      {{"caption", "--version"}, "it is an option of 'storyteller', and"},
  });
}

TEST_F(InFolder, WordsOfOtherProgramsAreKnown) {
  make("-dash.jpg");
  make("photo");
  expect_mistakes({
      {{"caption", "a.jpg", "--num_beams", "3"}, "did you mean '--beam'?"},
      {{"caption", "a.jpg", "-m", "x"}, "did you mean '--model'?"},
      {{"caption", "a.jpg", "-o", "x"}, "write > FILE"},
      {{"caption", "a.jpg", "--output=x"}, "unknown option '--output' of 'caption'; what comes"},
      {{"caption", "a.jpg", "--recursive"}, "find FOLDER"},
      {{"caption", "a.jpg", "-q"}, "2> /dev/null"},
      {{"train", "--data", "x", "--batch-size", "3"}, "did you mean '--set batch_size=N'?"},
      {{"train", "--data", "x", "--epochs", "3"}, "did you mean '--set epochs=N'?"},
      {{"-v"}, "did you mean '--version'?"},
      {{"version"}, "did you mean '--version'?"},
      {{"caption", "-dash.jpg"}, "for the file of that name write ./-dash.jpg"},
      {{"a.jpg"}, "unknown command 'a.jpg'; for a caption of it write: storyteller caption a.jpg"},
      {{"photo"}, "write: storyteller caption photo"},
      {{"*.jpg"}, "write: storyteller caption *.jpg"},
  });
}

}  // namespace
}  // namespace storyteller::command_line_test
