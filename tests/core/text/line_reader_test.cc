#include "core/text/line_reader.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "core/error.h"
#include "tests/core/text/encodings.h"
#include "tests/temporary_folder.h"

namespace storyteller::line_reader_test {
namespace {

using namespace std::string_literals;
using Lines = std::vector<std::string>;

Lines lines_of(LineReader& reader) {
  Lines lines;
  std::string_view line;
  while (reader.next(&line)) lines.emplace_back(line);
  return lines;
}

/// Of a text in memory and of the same in a file, which must agree.
Lines lines_of(const std::string& text) {
  const TemporaryFolder folder;
  write_text(folder / "a.txt", text);
  LineReader in_file(folder / "a.txt");
  const Lines lines = lines_of(in_file);
  LineReader in_memory(text, "t");
  EXPECT_EQ(lines_of(in_memory), lines);
  return lines;
}

std::string problem(const std::string& text) {
  try {
    LineReader reader(text, "t");
    lines_of(reader);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

TEST(LineReader, TakesEveryLineEnd) {
  EXPECT_EQ(lines_of("a\nb\n\nc"), (Lines{"a", "b", "", "c"}));
  EXPECT_EQ(lines_of("a\r\nb\r\n\r\nc\r\n"), (Lines{"a", "b", "", "c"}));
  EXPECT_EQ(lines_of("a\rb\r\rc\r"), (Lines{"a", "b", "", "c"})) << "old Macs";
  EXPECT_EQ(lines_of("a\r"), (Lines{"a"}));
  EXPECT_EQ(lines_of("10 %\r20 %\nb"), (Lines{"10 %\r20 %", "b"})) << "a return inside of a line";
  EXPECT_EQ(lines_of(""), Lines{});
  EXPECT_EQ(lines_of("\n"), (Lines{""}));
}

TEST(LineReader, NumbersLines) {
  LineReader reader("a\nb\n", "list");
  std::string_view line;
  while (reader.next(&line) && line != "b") continue;
  EXPECT_EQ(reader.number(), 2U);
  EXPECT_EQ(reader.place(), "list:2");
}

TEST(LineReader, LinesOfAnyLengthUpToALimit) {
  for (const char* end : {"\n", "\r\n", "\r"}) {
    for (const size_t length : {65534U, 65535U, 65536U, 200000U, 1048576U}) {
      const std::string line(length, 'x');
      EXPECT_EQ(lines_of(line + end + "b" + end), (Lines{line, "b"})) << length;
    }
  }
  EXPECT_NE(problem("a\n" + std::string(1048577, 'x')).find("t:2: a line of more than 1 MiB"),
            std::string::npos);
}

TEST(LineReader, ReadsWhatTextFilesMayBe) {
  const TemporaryFolder folder;
  for (const std::string& bytes :
       {"\xEF\xBB\xBFüber\nb\n"s, "\xFF\xFE" + utf16(u"über\r\nb\r\n", false),
        utf16(u"über\rb", true), gzip("über\nb\n")}) {
    write_text(folder / "a.txt", bytes);
    LineReader reader(folder / "a.txt");
    EXPECT_EQ(lines_of(reader), (Lines{"über", "b"}));
    EXPECT_EQ(reader.invalid().lines, 0U);
  }
}

TEST(LineReader, CountsLinesThatAreNotUtf8) {
  const TemporaryFolder folder;
  write_text(folder / "a.csv", "a\ncaf\xE9\nb\nboy\x92s \x97\n");
  LineReader reader(folder / "a.csv");
  EXPECT_EQ(lines_of(reader), (Lines{"a", "caf\xE9", "b", "boy\x92s \x97"})) << "kept as they are";
  EXPECT_EQ(reader.invalid().lines, 2U);
  EXPECT_EQ(reader.invalid().first_line, 2U);
  EXPECT_EQ(reader.invalid().warning("a.csv"),
            "a.csv: 2 lines hold bytes that are not UTF-8, first line 2: Windows-1252? Convert it "
            "with iconv -f cp1252 -t utf-8");
  EXPECT_EQ(InvalidUtf8{}.warning("a"), "");
}

TEST(LineReader, NulBytesAreNoText) {
  EXPECT_EQ(problem("abc\nx\0y\n"s), "t:2: a NUL byte, which no text holds; is this a text file?");
}

TEST(LineReader, FilesThatCannotBeOpened) {
  const TemporaryFolder folder;
  write_text(folder / "captions.txt", "a\n");
  EXPECT_EQ(message_of<InputError>([&] { LineReader(folder / "caption.txt"); }),
            (folder / "caption.txt").string() + ": no such file; did you mean " +
                (folder / "captions.txt").string() + "?");
  EXPECT_THROW(LineReader(folder.path()), InputError);
}

TEST(LineReader, AMillionCaptionsTakeSeconds) {
  std::string text;
  while (text.size() < 60000000) text += "photographs/000000012345.jpg\ta dog über the fence\n";
  const auto start = std::chrono::steady_clock::now();
  LineReader reader(text, "t");
  std::string_view line;
  while (reader.next(&line)) continue;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
  EXPECT_GT(reader.number(), 1000000U);
}

TEST(TextFile, ReadsTheWholeOfAText) {
  const TemporaryFolder folder;
  write_text(folder / "a.json", gzip("\xEF\xBB\xBF[1,\r\n2]\n"));
  EXPECT_EQ(read_text_file(folder / "a.json"), "[1,\r\n2]\n");
  write_text(folder / "b.json", "\xFF\xFE" + utf16(u"[1]", false));
  EXPECT_EQ(read_text_file(folder / "b.json"), "[1]");
  InvalidUtf8 invalid;
  write_text(folder / "c.json", "a\rb\r\xE9\r");
  EXPECT_EQ(read_text_file(folder / "c.json", &invalid), "a\rb\r\xE9\r");
  EXPECT_EQ(invalid.lines, 1U);
  EXPECT_EQ(invalid.first_line, 3U);
  write_text(folder / "d.json", "a\n\0"s);
  EXPECT_THROW(read_text_file(folder / "d.json"), InputError);
  EXPECT_THROW(read_text_file(folder / "missing"), InputError);
  EXPECT_THROW(read_text_file(folder.path()), InputError);
}

}  // namespace
}  // namespace storyteller::line_reader_test
