// What a line of a list of names means: a file that is there comes before all rules.
#include "tools/commands/list_line.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/text/json_name.h"
#include "tests/temporary_folder.h"

namespace storyteller::list_line_test {
namespace {

class ListLine : public testing::Test {
 protected:
  /// The name of a file that is there.
  std::string file(const std::string& name) const {
    write_text(folder_ / name, "x");
    return folder_ / name;
  }
  static void expect_names(const std::string& line, const std::string& name) {
    const ListedName listed = name_of_line(line);
    EXPECT_EQ(listed.name, name) << line;
    EXPECT_FALSE(listed.comment) << line;
  }

  TemporaryFolder folder_;
};

TEST_F(ListLine, WhatIsThereUnderTheWholeLineIsMeant) {
  for (const char* name : {"a.jpg ", "# x", "'q.jpg'", "b\\ c.jpg", "r.jpg\r", "{\"image\": 1}"}) {
    const std::string whole = file(name);
    expect_names(whole, whole);
  }
  const std::string blank = file("a.jpg "), plain = file("a.jpg");
  expect_names(blank, blank);
  expect_names(plain, plain);
}

TEST_F(ListLine, BlanksAndQuotesAroundANameAreLeftOut) {
  const std::string name = file("my photo.jpg");
  for (const std::string& line :
       {name + "\r", " \t" + name + "  ", "\"" + name + "\"", " '" + name + "' \r"}) {
    expect_names(line, name);
  }
}

TEST_F(ListLine, OneQuoteIsPartOfTheName) {
  expect_names("'" + file("a.jpg"), "'" + (folder_ / "a.jpg").string());  // not there: as it stands
}

TEST_F(ListLine, BackslashesOfATerminal) {
  const std::string name = file("my (2) photo.jpg");
  std::string escaped = name;
  for (size_t at = 0; (at = escaped.find_first_of(" ()", at)) != std::string::npos; at += 2) {
    escaped.insert(at, "\\");
  }
  expect_names(escaped, name);
}

TEST_F(ListLine, AddressesOfFiles) {
  const std::string name = file("my caf\u00e9 100%.jpg");
  const std::string begin = folder_.path(), coded = "/my%20caf%C3%A9%20100%25.jpg";
  expect_names("file://" + begin + coded, name);
  expect_names("file://localhost" + begin + coded, name);
  expect_names("\"file://" + begin + coded + "\"", name);
  expect_names("file://" + name, name);  // "%." is no code
  expect_names("https://example.org/a.jpg", "https://example.org/a.jpg");
}

TEST_F(ListLine, LinesOfOurOwnJson) {
  for (const char* name : {"a.jpg", "caf\xE9.jpg", "two\nlines.jpg"}) {
    nlohmann::json line;
    set_name(line, "image", file(name));
    line["caption"] = "a dog";
    expect_names(line.dump(), folder_ / name);
  }
  for (const char* line : {"{\"image\": 7}", "{\"other\": \"a\"}", "{broken", "{}",
                           "{\"image\": \"gone.jpg\"}", "{\"image_bytes\": \"!\"}"}) {
    expect_names(line, line);
  }
}

TEST_F(ListLine, CommentsNameNothing) {
  for (const char* line : {"# my pictures", "#", "  # of 2024. All", "#!/bin/sh"}) {
    EXPECT_TRUE(name_of_line(line).comment) << line;
  }
  for (const char* line : {"#1.jpg", "my # photo", "a.jpg"}) {
    EXPECT_FALSE(name_of_line(line).comment) << line;
  }
}

TEST_F(ListLine, NulIsNoEndOfAName) {
  const std::string name = file("a.jpg");
  const std::string line = name + '\0' + "b";
  expect_names(line, line);
}

}  // namespace
}  // namespace storyteller::list_line_test
