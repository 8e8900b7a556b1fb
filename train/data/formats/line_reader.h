#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace storyteller {

/// A text file, line by line: without line ends (Windows' included) and without a byte order mark.
/// Memory is that of one line, and a line of more than a mebibyte is an error. "-" is stdin.
class LineReader {
 public:
  /// Throws InputError where the file cannot be opened.
  explicit LineReader(const std::filesystem::path& file);

  /// The next line, valid until the next call; false at the end.
  bool next(std::string_view* line);
  /// Of the line that `next` gave last, from 1.
  size_t number() const { return number_; }
  /// As messages show the file.
  const std::string& name() const { return name_; }
  /// "FILE:LINE", for messages.
  std::string place() const;
  /// Throws InputError: "FILE:LINE: problem".
  [[noreturn]] void fail(const std::string& problem) const;

 private:
  std::string name_;
  std::ifstream in_;
  std::string line_;
  size_t number_ = 0;
};

/// Without blanks and tabs at both ends.
std::string_view trimmed(std::string_view text);

/// Cuts off and returns what stands before the first `separator`, or all.
std::string_view cut_field(std::string_view* line, char separator);

}  // namespace storyteller
