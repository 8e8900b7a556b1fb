#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/text/text_file.h"

namespace storyteller {

/// A text, line by line, without line ends: of Unix, of Windows and of old Macs (CR alone, where
/// the text begins with lines that end so). What a file may be besides UTF-8, TextDecoder says;
/// bytes that are not UTF-8 stay in the lines, and the lines are counted. Memory is that of a piece
/// of the file and one line; a line of more than a mebibyte, or with a NUL byte, is an error. A
/// million captions take a fraction of a second.
class LineReader {
 public:
  /// "-" is standard input. Throws InputError where the file cannot be opened.
  explicit LineReader(const std::filesystem::path& file);
  /// The lines of a text in memory, which must outlive the reader and is UTF-8 already (see
  /// read_text_file and decode_text). `name` stands for it in messages.
  LineReader(std::string_view text, std::string name);

  /// The next line, valid until the next call; false at the end.
  bool next(std::string_view* line);
  /// Whether `next` need not wait for more input.
  bool ready() const { return !source_ || rest_.find('\n') != kNone; }
  /// Of the line that `next` gave last, from 1.
  size_t number() const { return number_; }
  /// As messages show the file.
  const std::string& name() const { return name_; }
  /// "FILE:LINE", for messages.
  std::string place() const;
  /// Throws InputError: "FILE:LINE: problem".
  [[noreturn]] void fail(const std::string& problem) const;
  /// Of the lines so far: a caller shows invalid().warning(name()) once, at the end.
  const InvalidUtf8& invalid() const { return invalid_; }

 private:
  enum class LineEnd { kUnknown, kNewline, kReturn };
  static constexpr size_t kNone = std::string_view::npos;

  /// Reads on; without a source where the text ends.
  void fill();
  /// Length of the first line of what is read, kNone where its end is not in there yet.
  size_t line_length();
  /// Sets `line_end_` from the first line end of what is read, where that tells.
  void recognize_line_end();

  std::string name_;
  std::optional<TextSource> source_;  // none: all is in memory, or read
  std::string buffer_;
  std::string_view rest_;  // what no line was taken of yet, in the buffer or in the text
  LineEnd line_end_ = LineEnd::kUnknown;
  size_t number_ = 0;
  InvalidUtf8 invalid_;
};

/// Cuts off and returns what stands before the first `separator`, or all.
std::string_view cut_field(std::string_view* line, char separator);

}  // namespace storyteller
