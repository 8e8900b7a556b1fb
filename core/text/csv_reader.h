#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/line_reader.h"

namespace storyteller {

/// Rows of a table between commas, semicolons, bars or tabs. A field may stand in quotes and then
/// hold separators, line ends and doubled quotes (RFC 4180); between tabs it ends with its line.
/// Quotes inside of other fields are text, and so are those in front of one ("Stop" says a sign).
class CsvReader {
 public:
  explicit CsvReader(const std::filesystem::path& file);
  /// Of a text in memory, which must outlive the reader (see LineReader).
  CsvReader(std::string_view text, std::string name);

  /// The first line that is not blank, before any row is read; a line "sep=;" in front of it sets
  /// the separator. Empty: the file is.
  const std::string& first_line() const { return first_; }
  /// What "sep=" sets; 0: nothing.
  char declared_separator() const { return declared_; }
  void set_separator(char separator) { separator_ = separator; }
  char separator() const { return separator_; }

  static constexpr size_t kAll = static_cast<size_t>(-1);
  /// The fields of the next row that is not blank; false at the end. The last of `most` fields goes
  /// to the end of its line, separators included. Throws InputError where quotes are not closed.
  bool next(std::vector<std::string>* fields, size_t most = kAll);
  /// Whether the last field of the last row held separators outside of quotes.
  bool joined() const { return joined_; }

  const std::string& name() const { return lines_.name(); }
  const InvalidUtf8& invalid() const { return lines_.invalid(); }
  /// On which the last row began.
  size_t line() const { return line_; }
  [[noreturn]] void fail(const std::string& problem) const;

 private:
  void find_first_line();
  bool next_line(std::string_view* line);
  /// A field that begins with a quote; `rest` is moved to the separator behind it.
  std::string quoted(std::string_view* rest, bool last);
  std::string plain(std::string_view* rest, bool last);

  LineReader lines_;
  std::string first_;
  bool first_unread_ = false, joined_ = false;
  char declared_ = 0, separator_ = ',';
  size_t line_ = 0, first_number_ = 0;
};

}  // namespace storyteller
