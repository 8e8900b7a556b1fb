#include "train/metrics/wordnet/lexicon_file.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <utility>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {

LexiconFile::LexiconFile(const std::filesystem::path& path, std::string fix)
    : name_(printable(path.string(), 400)), fix_(std::move(fix)) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw InputError(name_ + ": no such file; " + fix_);
  }
  const auto size = std::filesystem::file_size(path, error);
  if (error) throw IoError(name_ + ": " + error.message());
  if (size > kMaxBytes) {
    throw InputError(name_ + ": " + std::to_string(size) + " bytes, more than such a file has; " +
                     fix_);
  }
  std::ifstream in(path, std::ios::binary);
  text_.resize(size);
  if (!in || !in.read(text_.data(), static_cast<std::streamsize>(size))) {
    throw IoError(name_ + ": cannot be read");
  }
}

bool LexiconFile::next_line(std::string_view& line) {
  if (at_ == text_.size()) return false;
  ++line_number_;
  const size_t end = text_.find('\n', at_);
  if (end == std::string::npos) fail("the file was cut off within this line");
  line = std::string_view(text_).substr(at_, end - at_);
  if (line.ends_with('\r')) line.remove_suffix(1);
  at_ = end + 1;
  return true;
}

std::string_view LexiconFile::require_line() {
  std::string_view line;
  if (!next_line(line)) fail("the file ends after this line, another belongs to it");
  return line;
}

void LexiconFile::fail(const std::string& cause) const {
  throw InputError(name_ + ":" + std::to_string(line_number_) + ": " + cause + "; " + fix_);
}

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
