#include "train/metrics/wordnet/sorted_lexicon.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "train/metrics/wordnet/lexicon_file.h"

namespace storyteller {
namespace {

constexpr size_t kLinesPerMark = 16;

/// Ascends as words do, as far as eight letters tell.
uint64_t first_letters(std::string_view word) {
  uint64_t letters = 0;
  for (size_t i = 0; i < sizeof(letters); ++i) {
    letters = letters << 8U | (i < word.size() ? static_cast<unsigned char>(word[i]) : 0U);
  }
  return letters;
}

}  // namespace

SortedLexicon::SortedLexicon(const std::filesystem::path& path, std::string fix, Repeats repeats)
    : name_(printable(path.string(), 400)), fix_(std::move(fix)), text_(read_lexicon(path, fix_)) {
  if (!text_.empty() && text_.back() != '\n') {
    fail(&text_.back(), "the file was cut off within this line");
  }
  size_t begin = 0;
  while (std::string_view(text_).substr(begin).starts_with("  ")) begin = line_end(begin);
  mark_lines(begin, repeats);
}

void SortedLexicon::mark_lines(size_t begin, Repeats repeats) {
  std::string_view before;
  for (; begin < text_.size(); begin = line_end(begin)) {
    const std::string_view word = word_at(begin);
    if (word.empty()) fail(&text_[begin], "no word begins this line");
    const int order = before.compare(word);
    if (order > 0) {
      fail(&text_[begin], "'" + printable(word, 60) + "' behind '" + printable(before, 60) +
                              "': the lines are not sorted");
    }
    if (order == 0 && repeats == Repeats::kNone) {
      fail(&text_[begin], "'" + printable(word, 60) + "' appears twice");
    }
    if (size_ % kLinesPerMark == 0) marks_.push_back({first_letters(word), begin});
    before = word;
    ++size_;
  }
}

std::string_view SortedLexicon::word_at(size_t begin) const {
  size_t end = begin;
  while (text_[end] != ' ' && text_[end] != '\n') ++end;
  const std::string_view word(text_.data() + begin, end - begin);
  return word.ends_with('\r') ? word.substr(0, word.size() - 1) : word;
}

size_t SortedLexicon::line_end(size_t begin) const { return text_.find('\n', begin) + 1; }

std::string_view SortedLexicon::find(std::string_view word) const {
  // The last mark before all lines with these first letters, and the first mark behind them.
  const uint64_t letters = first_letters(word);
  const auto at = std::lower_bound(marks_.begin(), marks_.end(), letters,
                                   [](const Mark& mark, uint64_t n) { return mark.letters < n; });
  const auto behind = std::upper_bound(
      at, marks_.end(), letters, [](uint64_t n, const Mark& mark) { return n < mark.letters; });
  if (behind == marks_.begin()) return {};
  size_t low = at == marks_.begin() ? at->begin : (at - 1)->begin;
  size_t high = behind == marks_.end() ? text_.size() : behind->begin;
  const size_t limit = high;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    while (middle > low && text_[middle - 1] != '\n') --middle;
    if (word_at(middle) < word) {
      low = line_end(middle);
    } else {
      high = middle;
    }
  }
  size_t end = low;
  while (end < limit && word_at(end) == word) end = line_end(end);
  return std::string_view(text_).substr(low, end - low);
}

void SortedLexicon::fail(const char* place, const std::string& cause) const {
  const auto line = 1 + std::count(text_.data(), place, '\n');
  throw InputError(name_ + ":" + std::to_string(line) + ": " + cause + "; " + fix_);
}

void SortedLexicon::fail_at_end(const std::string& cause) const {
  fail(text_.data() + text_.size(), cause);
}

std::string_view take_line(std::string_view& lines) {
  std::string_view line = lines.substr(0, lines.find('\n'));
  lines.remove_prefix(std::min(lines.size(), line.size() + 1));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace storyteller
