#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace storyteller {

/// A file whose lines ascend by their first field, byte by byte, as those of WordNet's index.POS
/// and POS.exc do (wndb(5WN)). Words are looked up in its text by bisection, so that opening it
/// takes one look at the beginning of each line: 4 ms for all of WordNet. Immutable, thread-safe.
class SortedLexicon {
 public:
  enum class Repeats { kNone, kAllowed };  ///< whether several lines may begin with the same field
  /// Lines at its beginning that start with two blanks, a licence, are no part of it. Throws what
  /// LexiconFile throws, and InputError where a line has no first field or one that is out of
  /// order. `fix` ends every message.
  SortedLexicon(const std::filesystem::path& path, std::string fix, Repeats repeats);

  /// The lines, with their ends, whose first field is `word`; empty where there is none. Valid as
  /// long as this object stays where it is.
  std::string_view find(std::string_view word) const;
  bool contains(std::string_view word) const { return !find(word).empty(); }
  /// Lines without those of the licence.
  size_t size() const { return size_; }
  /// Throws InputError, `FILE:LINE: cause; fix`, about a line that begins at `place`, which lies in
  /// what find() gave.
  [[noreturn]] void fail(const char* place, const std::string& cause) const;
  [[noreturn]] void fail_at_end(const std::string& cause) const;

 private:
  /// One line of sixteen: its first letters as a number that sorts as they do, and where it begins.
  struct Mark {
    uint64_t letters;
    size_t begin;
  };
  std::string_view word_at(size_t begin) const;
  size_t line_end(size_t begin) const;  ///< behind its line break
  void mark_lines(size_t begin, Repeats repeats);

  std::string name_, fix_, text_;
  size_t size_ = 0;
  std::vector<Mark> marks_;
};

/// The first line of `lines` without its end, of Unix or of Windows; takes it off their front.
std::string_view take_line(std::string_view& lines);

}  // namespace storyteller
