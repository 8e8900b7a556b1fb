#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/text/text_decoder.h"

namespace storyteller {

/// A file that people wrote, as UTF-8 (see TextDecoder), piece by piece. "-" is standard input.
class TextSource {
 public:
  /// Throws InputError that names the file if it is missing, a folder or cannot be opened.
  explicit TextSource(const std::filesystem::path& file);
  ~TextSource();
  TextSource(const TextSource&) = delete;
  TextSource& operator=(const TextSource&) = delete;

  /// Appends to `text` what could be read; waits no longer than until there is something. False at
  /// the end. Throws IoError if reading fails, InputError as TextDecoder does, Stopped where a
  /// signal ends the waiting.
  bool read(std::string* text);
  /// As messages show the file.
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  TextDecoder decoder_;
  std::string bytes_;
  int file_ = -1;
  bool ended_ = false;
};

/// Lines of a text that hold bytes which are not UTF-8.
struct InvalidUtf8 {
  size_t lines = 0;
  size_t first_line = 0;  ///< counted from 1; 0: there is none

  void add(size_t line) {
    if (lines++ == 0) first_line = line;
  }
  /// For a warning, with the way out; empty where there is none. `name` stands for the file.
  std::string warning(const std::string& name) const;
};

/// The whole of a text that the user named, as UTF-8 (see TextDecoder); "-" is standard input.
/// Throws InputError if the file is missing, a folder, cannot be opened, holds NUL bytes (the
/// message names the line) or more than kLongestText; IoError if reading fails.
/// @param invalid Receives the lines that are not UTF-8, which stay as they are; may be null.
std::string read_text_file(const std::filesystem::path& path, InvalidUtf8* invalid = nullptr);

/// The same of a text in memory (see decode_text): refuses NUL bytes, fills in `invalid`.
std::string checked_text(std::string text, const std::string& name, InvalidUtf8* invalid);

/// Throws InputError, "NAME:LINE: ...", where `text`, of which `line` is the first line's number,
/// holds a NUL byte: that is no text.
void refuse_nul(std::string_view text, const std::string& name, size_t line = 1);

}  // namespace storyteller
