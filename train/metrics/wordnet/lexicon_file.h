#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/text/line_reader.h"

namespace storyteller {

/// A text file of lexical data (WordNet's, METEOR's), read whole, then line by line; lines stay
/// valid. Everything that is wrong with its content is an InputError, `FILE:LINE: cause; fix`.
class LexiconFile {
 public:
  /// Larger files are refused before anything is allocated for them.
  static constexpr size_t kMaxBytes = size_t{1} << 28U;

  /// `fix` is what the user can do when the file is missing or broken; it ends every message.
  /// InputError where there is no such regular file or it is too large, IoError where reading
  /// fails.
  LexiconFile(const std::filesystem::path& path, std::string fix);

  /// Moves to the next line; false after the last. A file that does not end in a line break was cut
  /// off: InputError.
  bool next_line(std::string_view& line);
  /// The same, where a line must follow.
  std::string_view require_line();
  /// Throws InputError about the line last read.
  [[noreturn]] void fail(const std::string& cause) const;

 private:
  std::string fix_;
  std::string text_;
  LineReader lines_;  // of `text_`
};

/// The text of such a file; throws as LexiconFile does.
std::string read_lexicon(const std::filesystem::path& path, const std::string& fix);

/// Takes the next blank-separated field off the front of `line`; empty where there is none.
std::string_view take_field(std::string_view& line);

/// Decimal digits only, at most ten of them and below 2^32; false otherwise.
bool parse_number(std::string_view digits, uint32_t& number);

}  // namespace storyteller
