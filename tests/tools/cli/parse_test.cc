#include "tools/cli/parse.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <sstream>
#include <vector>

namespace storyteller {
namespace {

/// A small program with the shapes that the real one has.
struct Program {
  CLI::App app{"captions pictures", "storyteller"};
  int beam = 3;
  bool resume = false;
  std::string data;
  std::vector<std::string> images;
  std::vector<std::string> settings;
  std::ostringstream out;
  std::ostringstream err;

  Program() {
    app.require_subcommand(1);
    app.set_version_flag("--version", "0.1.0");
    CLI::App* caption = app.add_subcommand("caption", "caption pictures");
    caption->add_option("--beam", beam, "beam width")->check(CLI::Range(1, 100));
    caption->add_option("IMAGE", images, "pictures")->required();
    CLI::App* train = app.add_subcommand("train", "train a captioner");
    train->add_option("--data", data, "FORMAT:PATH")->required();
    train->add_option("--set", settings, "key=value")->allow_extra_args(false);
    train->add_flag("--resume", resume, "go on");
  }

  std::optional<int> parse(std::vector<const char*> words) {
    words.insert(words.begin(), "storyteller");
    return parse_command_line(app, static_cast<int>(words.size()), words.data(), out, err);
  }
};

TEST(CommandLine, GoodWordsGoOn) {
  Program p;
  EXPECT_EQ(p.parse({"caption", "--beam", "5", "a.jpg", "b.png"}), std::nullopt);
  EXPECT_EQ(p.beam, 5);
  EXPECT_EQ(p.images, (std::vector<std::string>{"a.jpg", "b.png"}));
  EXPECT_EQ(p.err.str() + p.out.str(), "");
}

TEST(CommandLine, HelpAndVersionGoToStdout) {
  for (const auto& words :
       std::vector<std::vector<const char*>>{{"--help"}, {"--version"}, {"caption", "--help"}}) {
    Program p;
    EXPECT_EQ(p.parse(words), 0);
    EXPECT_NE(p.out.str(), "");
    EXPECT_EQ(p.err.str(), "");
  }
}

TEST(CommandLine, MistakesAreOneLineWithTheClosestWord) {
  const std::vector<std::pair<std::vector<const char*>, std::string>> cases = {
      {{"captoin", "a.jpg"}, "unknown command 'captoin'; did you mean 'caption'?"},
      {{"caption", "--beem", "5", "a.jpg"},
       "unknown option '--beem' of 'caption'; did you mean '--beam'?"},
      {{"caption", "--beem=5", "a.jpg"},
       "unknown option '--beem' of 'caption'; did you mean '--beam'?"},
      {{"train", "--dta", "x"}, "unknown option '--dta' of 'train'; did you mean '--data'?"},
      {{"train", "--data", "x", "more"}, "unknown argument 'more' of 'train'"},
      {{"train"}, "--data is required"},
      {{"caption", "--beam", "many", "a.jpg"}, "--beam"},
      {{"caption", "--beam", "0", "a.jpg"}, "--beam"},
      {{}, "A subcommand is required"},
  };
  for (const auto& [words, expected] : cases) {
    Program p;
    EXPECT_EQ(p.parse(words), 2) << expected;
    const std::string text = p.err.str();
    EXPECT_EQ(text.find("storyteller: error: "), 0U) << text;
    EXPECT_NE(text.find(expected), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), text.size() - 1) << text;
    EXPECT_NE(text.find("--help)"), std::string::npos) << text;
    EXPECT_EQ(p.out.str(), "");
  }
}

}  // namespace
}  // namespace storyteller
