#include "train/data/formats/line_reader.h"

#include <algorithm>

#include "core/error.h"
#include "core/system/printable.h"

namespace storyteller {
namespace {

constexpr size_t kLongestLine = size_t{1} << 20U;
constexpr size_t kLongestName = 400;

}  // namespace

LineReader::LineReader(const std::filesystem::path& file)
    : name_(file == "-" ? "stdin" : printable(file.string(), kLongestName)),
      in_(file == "-" ? "/dev/stdin" : file, std::ios::binary) {
  std::error_code ignored;
  if (!in_ || std::filesystem::is_directory(file, ignored)) {
    throw InputError(name_ + ": cannot be opened");
  }
}

std::string LineReader::place() const { return name_ + ":" + std::to_string(number_); }

void LineReader::fail(const std::string& problem) const {
  throw InputError(place() + ": " + problem);
}

bool LineReader::next(std::string_view* line) {
  line_.clear();
  ++number_;
  // Not std::getline: it would take a line of any length.
  std::streambuf& bytes = *in_.rdbuf();
  bool any = false;
  for (int c = bytes.sbumpc(); c != std::char_traits<char>::eof(); c = bytes.sbumpc()) {
    any = true;
    if (c == '\n') break;
    if (line_.size() == kLongestLine) fail("a line of more than 1 MiB; is this a text file?");
    line_.push_back(static_cast<char>(c));
  }
  if (!any) return false;
  if (!line_.empty() && line_.back() == '\r') line_.pop_back();
  *line = line_;
  if (number_ == 1 && line->starts_with("\xEF\xBB\xBF")) line->remove_prefix(3);
  return true;
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view cut_field(std::string_view* line, char separator) {
  const size_t end = std::min(line->find(separator), line->size());
  const std::string_view field = line->substr(0, end);
  line->remove_prefix(std::min(line->size(), end + 1));
  return field;
}

}  // namespace storyteller
