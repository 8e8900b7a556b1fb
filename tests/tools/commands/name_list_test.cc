// Lists of names on standard input, as programs of all systems write them.
#include "tools/commands/name_list.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "core/error.h"
#include "model/image/encode.h"
#include "tests/model/image/fixtures.h"
#include "tests/temporary_folder.h"

namespace storyteller::name_list_test {
namespace {

using Names = std::vector<std::string>;
using namespace std::string_literals;

/// Both ends of a pipe; what is written must fit into it.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }
  ~Pipe() {
    ::close(ends_[0]);
    end();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int reading() const { return ends_[0]; }
  void write(const std::string& text) const {
    EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_ = {-1, -1};
};

Names all_of(NameList& list) {
  Names names;
  while (const std::optional<std::string> name = list.next()) names.push_back(*name);
  return names;
}

Names names_in(const std::string& text, bool nul = false) {
  Pipe pipe;
  pipe.write(text);
  pipe.end();
  NameList list(pipe.reading(), nul);
  return all_of(list);
}

/// The same where every byte comes alone.
Names names_in_drops(const std::string& text) {
  Pipe pipe;
  NameList list(pipe.reading());
  Names names;
  for (const char byte : text) {
    pipe.write({byte});
    while (list.ready()) {
      const std::optional<std::string> name = list.next();
      if (!name) break;
      names.push_back(*name);
    }
  }
  pipe.end();
  for (const std::string& name : all_of(list)) names.push_back(name);
  return names;
}

void expect_names(const std::string& text, const Names& names) {
  EXPECT_EQ(names_in(text), names) << testing::PrintToString(text);
  EXPECT_EQ(names_in_drops(text), names) << testing::PrintToString(text) << " in drops";
}

std::string utf16(std::u16string_view text, bool little) {
  std::string bytes;
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xFFU), high = static_cast<char>(unit >> 8U);
    bytes += little ? std::string{low, high} : std::string{high, low};
  }
  return bytes;
}

TEST(NameList, LinesOfEverySystem) {
  const Names both = {"a.jpg", "b c.jpg"};
  expect_names("a.jpg\nb c.jpg\n", both);
  expect_names("a.jpg\nb c.jpg", both);
  expect_names("a.jpg\rb c.jpg\r", both);
  expect_names("a.jpg\rb c.jpg", both);
  // A line end of Windows leaves its CR to name_of_line: a name may end in one.
  expect_names("a.jpg\r\nb c.jpg\r\n", {"a.jpg\r", "b c.jpg\r"});
}

TEST(NameList, BlankLinesNameNothing) {
  expect_names("\n\na.jpg\n \t\n\r\nb.jpg\n\n", {"a.jpg", "b.jpg"});
  expect_names("", {});
  expect_names("\n", {});
}

TEST(NameList, QuotesAndCommentsStandAsTheyAre) {
  expect_names("# mine\n\"a.jpg\"\n", {"# mine", "\"a.jpg\""});
}

TEST(NameList, NulSeparatesNamesOfAnyBytes) {
  EXPECT_EQ(names_in("a\nb.jpg\0 c \0caf\xE9\0"s), (Names{"a\nb.jpg", " c ", "caf\xE9"}));
  expect_names("a.jpg\0b.jpg"s, {"a.jpg", "b.jpg"});
  expect_names("a.jpg\0\0b.jpg\0"s, {"a.jpg", "b.jpg"});
}

TEST(NameList, NulWhereItIsAskedFor) {
  EXPECT_EQ(names_in("a\nb.jpg", /*nul=*/true), Names{"a\nb.jpg"});
  EXPECT_EQ(names_in("a\nb.jpg", /*nul=*/false), (Names{"a", "b.jpg"}));
}

TEST(NameList, MarksAndUtf16) {
  const Names both = {"caf\u00e9.jpg", "\U0001F431.jpg"};
  expect_names(
      "\xEF\xBB\xBF"
      "caf\u00e9.jpg\n\U0001F431.jpg\n",
      both);
  for (const bool little : {true, false}) {
    expect_names(utf16(u"\uFEFFcaf\u00e9.jpg\n\U0001F431.jpg\n", little), both);
    expect_names(utf16(u"a.jpg\nb.jpg\n", little), {"a.jpg", "b.jpg"});  // no mark
  }
}

TEST(NameList, BytesThatAreNoUnicodeStay) { expect_names("caf\xE9.jpg\n", {"caf\xE9.jpg"}); }

TEST(NameList, ANameIsGivenOutAsSoonAsItIsThere) {
  Pipe pipe;
  NameList list(pipe.reading());
  EXPECT_FALSE(list.ready());
  pipe.write("first photo.jpg\nsec");
  EXPECT_TRUE(list.ready());
  EXPECT_EQ(list.next(), "first photo.jpg");
  EXPECT_FALSE(list.ready());
  pipe.write("ond.jpg\n");
  EXPECT_TRUE(list.ready());
  EXPECT_EQ(list.next(), "second.jpg");
  pipe.end();
  EXPECT_TRUE(list.ready());
  EXPECT_EQ(list.next(), std::nullopt);
  EXPECT_EQ(list.next(), std::nullopt);
}

TEST(NameList, ManyNamesFlowThrough) {
  constexpr int kNames = 100'000;
  Pipe pipe;
  std::thread writer([&] {
    std::string text;
    for (int i = 0; i < kNames; ++i) text += "folder/" + std::to_string(i) + ".jpg\n";
    for (size_t at = 0; at < text.size(); at += 4096) pipe.write(text.substr(at, 4096));
    pipe.end();
  });
  NameList list(pipe.reading());
  int count = 0;
  while (const auto name = list.next()) {
    ASSERT_EQ(*name, "folder/" + std::to_string(count++) + ".jpg");
  }
  EXPECT_EQ(count, kNames);
  writer.join();
}

TEST(NameList, APictureComesWhole) {
  const auto bytes = encode_png(fixtures::smooth_picture(8, 8));
  const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  Pipe pipe;
  pipe.write(text);
  pipe.end();
  EXPECT_EQ(NameList(pipe.reading()).picture(), bytes);

  Pipe other;
  other.write("a.jpg\n");
  other.end();
  NameList list(other.reading());
  EXPECT_TRUE(list.picture().empty());
  EXPECT_EQ(all_of(list), Names{"a.jpg"});
}

TEST(NameList, WhatIsNoListIsRefusedAndEndsIt) {
  for (const std::string& text :
       {"PK\3\4\x14\0\0\0\x08\0\1\2\3\4\5\6"s, "GIF89a\1\1\1\1\1\1\1\1"s,
        "\1\2\3\4\5\6\7\x08\1\2\3\4\5\6\7\x08"s, std::string(70'000, 'a')}) {
    Pipe pipe;
    std::thread writer([&] {
      for (size_t at = 0; at < text.size(); at += 4096) pipe.write(text.substr(at, 4096));
      pipe.end();
    });
    NameList list(pipe.reading());
    const std::string message = message_of<InputError>([&] { list.next(); });
    EXPECT_TRUE(message.starts_with("standard input: ")) << message;
    EXPECT_EQ(list.next(), std::nullopt);
    // What was not read: the writer must not wait for ever.
    std::array<char, 4096> rest;
    while (::read(pipe.reading(), rest.data(), rest.size()) > 0) {
    }
    writer.join();
  }
}

TEST(NameList, WhatCannotBeReadSaysWhy) {
  const TemporaryFolder folder;
  const int opened = ::open(folder.path().c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  ASSERT_GE(opened, 0);
  NameList list(opened);
  const std::string message = message_of<IoError>([&] { list.next(); });
  EXPECT_NE(message.find("that is a folder"), std::string::npos) << message;
  EXPECT_EQ(list.next(), std::nullopt);
  ::close(opened);
}

}  // namespace
}  // namespace storyteller::name_list_test
