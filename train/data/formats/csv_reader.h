#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/text/line_reader.h"

namespace storyteller {

/// Rows of a table between commas, as RFC 4180 has them (a field in quotes may hold commas, line
/// ends and doubled quotes), or between tabs where the first line has one.
class CsvReader {
 public:
  explicit CsvReader(const std::filesystem::path& file) : lines_(file) {}

  /// The fields of the next row that is not blank; false at the end. Throws InputError where quotes
  /// are not closed, or stand in the middle of a field.
  bool next(std::vector<std::string>* fields);
  const std::string& name() const { return lines_.name(); }
  size_t line() const { return lines_.number(); }
  [[noreturn]] void fail(const std::string& problem) const { lines_.fail(problem); }

 private:
  /// The rest of a field that began with a quote; `rest` is moved behind it.
  std::string quoted(std::string_view* rest);

  LineReader lines_;
  char separator_ = 0;  // 0: not known yet
};

}  // namespace storyteller
