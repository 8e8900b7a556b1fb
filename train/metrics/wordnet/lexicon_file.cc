#include "train/metrics/wordnet/lexicon_file.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"
#include "core/text/text_file.h"

namespace storyteller {
namespace {

std::string name_of(const std::filesystem::path& path) { return printable(path.string(), 400); }

}  // namespace

std::string read_lexicon(const std::filesystem::path& path, const std::string& fix) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw InputError(name_of(path) + ": no such file; " + fix);
  }
  const auto size = std::filesystem::file_size(path, error);
  if (!error && size > LexiconFile::kMaxBytes) {
    throw InputError(name_of(path) + ": " + std::to_string(size) +
                     " bytes, more than such a file has; " + fix);
  }
  return read_text_file(path);
}

LexiconFile::LexiconFile(const std::filesystem::path& path, std::string fix)
    : fix_(std::move(fix)), text_(read_lexicon(path, fix_)), lines_(text_, name_of(path)) {}

bool LexiconFile::next_line(std::string_view& line) {
  if (!lines_.next(&line)) return false;
  const auto end = static_cast<size_t>(line.data() - text_.data()) + line.size();
  if (text_.find('\n', end) == std::string::npos) fail("the file was cut off within this line");
  return true;
}

std::string_view LexiconFile::require_line() {
  std::string_view line;
  if (!next_line(line)) fail("the file ends after this line, another belongs to it");
  return line;
}

void LexiconFile::fail(const std::string& cause) const { lines_.fail(cause + "; " + fix_); }

std::string_view take_field(std::string_view& line) {
  const size_t begin = std::min(line.find_first_not_of(' '), line.size());
  const size_t end = std::min(line.find(' ', begin), line.size());
  const std::string_view field = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return field;
}

bool parse_number(std::string_view digits, uint32_t& number) {
  if (digits.empty() || digits.size() > 10 || digits.front() < '0') return false;
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, number);
  return error == std::errc() && stop == end;
}

}  // namespace storyteller
