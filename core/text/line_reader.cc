#include "core/text/line_reader.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/text/utf8.h"

namespace storyteller {
namespace {

constexpr size_t kLongestLine = size_t{1} << 20U;

}  // namespace

LineReader::LineReader(const std::filesystem::path& file) : source_(std::in_place, file) {
  name_ = source_->name();
}

LineReader::LineReader(std::string_view text, std::string name)
    : name_(std::move(name)), rest_(text) {}

std::string LineReader::place() const { return name_ + ":" + std::to_string(number_); }

void LineReader::fail(const std::string& problem) const {
  throw InputError(place() + ": " + problem);
}

void LineReader::fill() {
  buffer_.erase(0, buffer_.size() - rest_.size());
  if (!source_->read(&buffer_)) source_.reset();
  rest_ = buffer_;
}

void LineReader::recognize_line_end() {
  const size_t end = rest_.find_first_of("\r\n");
  if (end == std::string_view::npos) return;
  const bool newline = rest_.find('\n', end) != std::string_view::npos;
  if (!newline && end + 1 == rest_.size() && source_) return;  // LF may follow
  line_end_ = newline ? LineEnd::kNewline : LineEnd::kReturn;
}

size_t LineReader::line_length() {
  if (line_end_ == LineEnd::kUnknown) recognize_line_end();
  switch (line_end_) {
    case LineEnd::kUnknown:
      return kNone;
    case LineEnd::kNewline:
      return rest_.find('\n');
    case LineEnd::kReturn:
      return rest_.find_first_of("\r\n");
  }
  return kNone;
}

bool LineReader::next(std::string_view* line) {
  constexpr size_t kEnough = kLongestLine + std::string_view("\r\n").size();
  size_t length = line_length();
  while (length == kNone && rest_.size() < kEnough && source_) {
    fill();
    length = line_length();
  }
  if (rest_.empty()) return false;
  ++number_;
  *line = rest_.substr(0, length);
  rest_.remove_prefix(std::min(rest_.size(), line->size() + 1));
  if (line_end_ == LineEnd::kNewline && line->ends_with('\r')) line->remove_suffix(1);
  if (line->size() > kLongestLine) fail("a line of more than 1 MiB; is this a text file?");
  refuse_nul(*line, name_, number_);
  if (!is_utf8(*line)) invalid_.add(number_);
  return true;
}

std::string_view cut_field(std::string_view* line, char separator) {
  const size_t end = std::min(line->find(separator), line->size());
  const std::string_view field = line->substr(0, end);
  line->remove_prefix(std::min(line->size(), end + 1));
  return field;
}

}  // namespace storyteller
